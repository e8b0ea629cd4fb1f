/*
 * Writes every kind of page in every language as NAME.LANG.html, with the real bank and
 * templates, for pages.mjs to look at: render CONFIG FOLDER. A tool of the tests only.
 * links: common/page common/template common/lesson common/conf common/ether common/report
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/lesson.h"
#include "common/report.h"
#include "common/page.h"

static const char token[PAGE_TOKEN_SIZE] = "0123456789abcdef0123456789abcdef";
static const char nonce[] = "fedcba9876543210fedcba9876543210";

struct render {
	const struct conf *conf;
	const struct lesson_bank *bank;
	const struct page_set *set;
	const char *folder;
	unsigned failed;
};

/* Options in turned order, as a visit shows them: the last one first. */
static void page_shuffle(struct page *page)
{
	uint8_t count = page->question != NULL ? page->question->options : 0;

	for (uint8_t i = 0; i < count; i++)
		page->order[i] = (uint8_t)((i + count - 1) % count);
}

static void render_write(struct render *render, const char *name, struct page *page)
{
	static char out[PAGE_SIZE_MAX];
	char path[1024];
	size_t length;
	FILE *file;

	page_shuffle(page);
	length = page_render(render->set, page, out, sizeof(out));
	snprintf(path, sizeof(path), "%s/%s.%s.html", render->folder, name,
		 render->conf->languages[page->language]);
	file = fopen(path, "we");
	if (length == 0 || file == NULL || fwrite(out, 1, length, file) != length) {
		fprintf(stderr, "%s: cannot be rendered or written, %zu bytes\n", path, length);
		render->failed++;
	}
	if (file != NULL && fclose(file) != 0)
		render->failed++;
}

static size_t question_size(const struct lesson_question *question, size_t language)
{
	const struct lesson_question_text *text = &question->texts[language];
	size_t size = strlen(text->stem) + strlen(text->why);

	for (size_t i = 0; i < question->options; i++)
		size += strlen(text->options[i]);
	return size;
}

static const struct lesson_question *question_longest(const struct lesson_bank *bank,
						      size_t language)
{
	const struct lesson_question *best = &bank->questions[0];

	for (size_t i = 1; i < bank->question_count; i++)
		if (question_size(&bank->questions[i], language) > question_size(best, language))
			best = &bank->questions[i];
	return best;
}

static const struct lesson *lesson_longest(const struct lesson_bank *bank, size_t language)
{
	const struct lesson *best = &bank->lessons[0];

	for (size_t i = 1; i < bank->lesson_count; i++)
		if (strlen(bank->lessons[i].texts[language].body) >
		    strlen(best->texts[language].body))
			best = &bank->lessons[i];
	return best;
}

static uint8_t wrong_option(const struct lesson_question *question)
{
	return question->key == 0 ? 1 : 0;
}

/* Each question answered, the first option or the right one. */
static void answer_all(struct page_answer answers[3], const struct lesson_question *const asked[3],
		       bool right)
{
	for (size_t i = 0; i < 3; i++)
		answers[i] =
		    (struct page_answer){asked[i], right ? asked[i]->key : wrong_option(asked[i])};
}

/* From the answer to question 2 on, as for someone who is always right or always wrong. */
static void render_explained(struct render *render, struct page page,
			     const struct lesson_question *const asked[3], bool right)
{
	struct page_answer answers[3];

	answer_all(answers, asked, right);
	page.kind = PAGE_QUESTION;
	page.number = 3;
	page.question = asked[2];
	page.answers = answers;
	page.answer_count = 2;
	render_write(render, right ? "question-3-right" : "question-3-wrong", &page);
	page.kind = PAGE_ACKNOWLEDGE;
	page.question = NULL;
	page.answers = answers + 2;
	page.answer_count = 1;
	page.right = right ? 3 : 0;
	render_write(render, right ? "acknowledge-right" : "acknowledge-wrong", &page);
}

/* The way of a full visit through the first lesson's questions. */
static void render_visit(struct render *render, struct page page)
{
	const struct lesson_bank *bank = render->bank;
	const struct lesson *lesson = &bank->lessons[0];
	const struct lesson_question *const asked[3] = {
	    &bank->questions[lesson->questions[0]],
	    &bank->questions[lesson->questions[1]],
	    &bank->questions[bank->lessons[1].questions[0]],
	};

	render_explained(render, page, asked, true);
	render_explained(render, page, asked, false);
	page.kind = PAGE_QUESTION;
	page.question = asked[0];
	render_write(render, "question-1", &page);
	page.number = 2;
	page.noted = true;
	page.lesson = lesson;
	page.question = asked[1];
	render_write(render, "question-2", &page);
	page.kind = PAGE_ONLINE;
	render_write(render, "online", &page);
	page.seconds_left = 0;
	render_write(render, "online-trusted", &page);
}

static void render_express(struct render *render, struct page page)
{
	const struct lesson *lesson = &render->bank->lessons[0];
	const struct lesson_question *question = &render->bank->questions[lesson->questions[0]];
	const struct page_answer answer = {question, question->key};

	page.kind = PAGE_QUESTION;
	page.total = 1;
	page.lesson = lesson;
	page.question = question;
	render_write(render, "express-question", &page);
	page.kind = PAGE_ACKNOWLEDGE;
	page.lesson = NULL;
	page.question = NULL;
	page.answers = &answer;
	page.answer_count = 1;
	page.right = 1;
	render_write(render, "express-acknowledge", &page);
	page.kind = PAGE_ONLINE;
	page.answer_count = 0;
	page.seconds_left = 45 * 60;
	render_write(render, "express-online", &page);
}

/* The longest texts: with the lesson, and with the answers to its questions. */
static void render_longest(struct render *render, struct page page)
{
	const struct lesson_question *question = question_longest(render->bank, page.language);
	const struct page_answer answer = {question, wrong_option(question)};
	const struct page_answer answers[] = {answer, answer};

	page.kind = PAGE_QUESTION;
	page.number = 3;
	page.question = question;
	page.answers = answers;
	page.answer_count = 2;
	render_write(render, "longest-answers", &page);
	page.number = 2;
	page.answer_count = 0;
	page.noted = true;
	page.lesson = lesson_longest(render->bank, page.language);
	render_write(render, "longest-lesson", &page);
}

static void render_notices(struct render *render, struct page page)
{
	static const char *const names[PAGE_NOTICE__MAX] = {
	    "notice-try-again", "notice-not-here", "notice-bad-request",
	    "notice-stale",	"notice-too-much",
	};

	page.kind = PAGE_NOTICE;
	for (int i = 0; i < PAGE_NOTICE__MAX; i++) {
		page.notice = (enum page_notice)i;
		render_write(render, names[i], &page);
	}
}

int main(int argc, char **argv)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct render render = {.conf = &conf};
	struct lesson_bank *bank = NULL;
	struct page_set *set = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: render CONFIG FOLDER\n");
		return 2;
	}
	if (conf_load(&conf, argv[1], &report) == 0)
		bank = lesson_load(&conf, &report);
	if (bank != NULL)
		set = page_load(&conf, bank, &report);
	render.bank = bank;
	render.set = set;
	render.folder = argv[2];
	for (size_t i = 0; set != NULL && i < conf.language_count; i++) {
		const struct page page = {.language = i,
					  .token = token,
					  .nonce = nonce,
					  .number = 1,
					  .total = 3,
					  .seconds_left = 12 * 3600};

		render_visit(&render, page);
		render_express(&render, page);
		render_longest(&render, page);
		render_notices(&render, page);
	}
	page_free(set);
	lesson_free(bank);
	return set != NULL && render.failed == 0 ? 0 : 1;
}

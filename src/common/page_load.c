/*
 * Loads the templates once, at start, and proves for page.c that every page can be
 * shown: each name is known, each sentence is there in each language, no form has lost
 * its token, and the longest page fits. An operator's slip is told before a visitor
 * meets it.
 */
#include "common/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/page_name.h"
#include "common/page_set.h"

enum { REQUIRED_MAX = 9, PATH_SIZE = CONF_PATH_SIZE + 32 };

/* What a template must hold whatever its design; the rest is the operator's to change. */
static const struct {
	const char *file;
	const char *required[REQUIRED_MAX];
} templates[PAGE_KIND__MAX] = {
    [PAGE_QUESTION] = {"question.html",
		       {"nonce", "ui.footer_safety", "token", "lesson_title", "lesson_body", "stem",
			"letter", "text", "why"}},
    [PAGE_ACKNOWLEDGE] = {"acknowledge.html",
			  {"nonce", "ui.footer_safety", "token", "why", "ui.acknowledge_button"}},
    [PAGE_RETURN] = {"return.html",
		     {"nonce", "ui.footer_safety", "token", "ui.acknowledge_button"}},
    [PAGE_ONLINE] = {"online.html",
		     {"nonce", "ui.footer_safety", "ui.online_title", "ui.offline_text"}},
    [PAGE_ENDING] = {"ending.html",
		     {"nonce", "ui.footer_safety", "token", "title", "renew_text", "spare_text"}},
    [PAGE_NOTICE] = {"notice.html", {"nonce", "ui.footer_safety", "notice_title", "notice_text"}},
};

/* Sentences that page.c itself asks for, with what it fills in. */
static const struct {
	const char *name;
	const char *marks[2];
} sentences[] = {
    {"return_title", {NULL}},	   {"later_text", {"{time}"}}, {"language_name", {NULL}},
    {"acknowledge_title", {NULL}}, {"online_title", {NULL}},   {"progress", {"{n}", "{m}"}},
    {"score", {"{n}", "{m}"}},	   {"time_left", {"{time}"}},  {"days_one", {NULL}},
    {"days_many", {"{n}"}},	   {"hours_one", {NULL}},      {"hours_many", {"{n}"}},
    {"minutes_one", {NULL}},	   {"minutes_many", {"{n}"}},  {"offline_title", {NULL}},
    {"ending_title", {"{time}"}},  {"renew_text", {"{time}"}}, {"spare_text", {"{time}"}},
};

/* Of online.html, where computers are shared: without it no session could be ended. */
static const char *const shared_required[REQUIRED_MAX] = {
    "nonce", "ui.footer_safety", "ui.online_title", "token", "ui.end_button"};

struct check {
	const struct page_set *set;
	const char *const *required;
	bool *found;
};

static bool has_sentence(const struct page_set *set, const char *name)
{
	for (size_t i = 0; i < set->language_count; i++)
		if (lesson_ui(set->bank, i, name) == NULL)
			return false;
	return true;
}

static bool check_name(const void *arg, const char *name, bool section)
{
	const struct check *check = arg;

	for (size_t i = 0; i < REQUIRED_MAX && check->required[i] != NULL; i++)
		if (!section && strcmp(check->required[i], name) == 0)
			check->found[i] = true;
	if (strncmp(name, "ui.", 3) == 0)
		return has_sentence(check->set, name + 3);
	return page_knows(name, section);
}

static bool has_shared(const struct conf *conf)
{
	for (size_t i = 0; i < conf->zone_count; i++)
		if (conf->zones[i].shared)
			return true;
	return false;
}

static void check_template(const struct page_set *set, enum page_kind kind, const struct conf *conf,
			   struct report *report)
{
	const char *const *required = kind == PAGE_ONLINE && has_shared(conf)
					  ? shared_required
					  : templates[kind].required;
	bool found[REQUIRED_MAX] = {false};
	const struct check check = {set, required, found};
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", conf->path_www, templates[kind].file);
	template_check_names(set->templates[kind], check_name, &check, report);
	for (size_t i = 0; i < REQUIRED_MAX && required[i] != NULL; i++)
		if (!found[i])
			report_error(report, path, 0, "{{%s}} is missing, expected it on this page",
				     required[i]);
}

static void check_sentence(const char *path, const char *name, const char *text,
			   const char *const marks[2], struct report *report)
{
	if (text == NULL) {
		report_error(report, path, 0, "ui: no \"%s\", expected a sentence", name);
		return;
	}
	if (strlen(text) > PAGE_SENTENCE_MAX)
		report_error(report, path, 0, "ui: \"%s\" is too long, expected at most %d bytes",
			     name, PAGE_SENTENCE_MAX);
	for (size_t i = 0; i < 2 && marks[i] != NULL; i++) {
		const char *at = strstr(text, marks[i]);

		if (at == NULL || strstr(at + 1, marks[i]) != NULL)
			report_error(report, path, 0,
				     "ui: \"%s\" is \"%s\", expected %s once in it", name, text,
				     marks[i]);
	}
}

static void check_language(const struct page_set *set, size_t language, const char *content,
			   struct report *report)
{
	static const char *const none[2];
	char path[PATH_SIZE];
	char name[64];

	snprintf(path, sizeof(path), "%s/text/%s.cfg", content, set->languages[language]);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		check_sentence(path, sentences[i].name,
			       lesson_ui(set->bank, language, sentences[i].name),
			       sentences[i].marks, report);
	for (size_t i = 0; i < PAGE_NOTICE__MAX * 2; i++) {
		const char *text;

		snprintf(name, sizeof(name), "notice_%s_%s",
			 page_notice_name((enum page_notice)(i / 2)), i % 2 ? "text" : "title");
		text = lesson_ui(set->bank, language, name);
		if (text == NULL)
			check_sentence(path, name, NULL, none, report);
	}
}

/* The longest of its kind that can be shown in a language. */
struct longest {
	size_t size;
	const struct lesson_question *question;
};

static void longest_take(struct longest *longest, size_t size,
			 const struct lesson_question *question)
{
	if (longest->question == NULL || size > longest->size)
		*longest = (struct longest){size, question};
}

static size_t question_size(const struct lesson_question *question, size_t language)
{
	const struct lesson_question_text *text = &question->texts[language];
	size_t size = strlen(text->stem);

	for (size_t i = 0; i < question->options; i++)
		size += strlen(text->options[i]);
	return size;
}

static size_t answer_size(const struct lesson_question *question, size_t language)
{
	return question_size(question, language) + strlen(question->texts[language].why);
}

static const struct lesson *longest_lesson(const struct lesson_bank *bank, size_t language)
{
	const struct lesson *longest = NULL;
	size_t size = 0;

	for (size_t i = 0; i < bank->lesson_count; i++) {
		const struct lesson_text *text = &bank->lessons[i].texts[language];

		if (longest == NULL || strlen(text->title) + strlen(text->body) > size) {
			longest = &bank->lessons[i];
			size = strlen(text->title) + strlen(text->body);
		}
	}
	return longest;
}

enum { ANSWERS = 2, LATER_SECONDS = 40 * 60 + 60 }; /* answers that one page explains */

/* Longer than any page that a visit shows, but for the lesson or the answers. */
static struct page longest_page(const struct lesson_bank *bank, size_t language,
				struct page_answer answers[ANSWERS])
{
	struct longest question = {0}, last = {0};

	for (size_t i = 0; i < bank->question_count; i++) {
		longest_take(&question, question_size(&bank->questions[i], language),
			     &bank->questions[i]);
		longest_take(&last, answer_size(&bank->questions[i], language),
			     &bank->questions[i]);
	}
	for (size_t i = 0; i < ANSWERS; i++)
		answers[i] = (struct page_answer){last.question, last.question->key == 0 ? 1 : 0};
	return (struct page){.language = language,
			     .token = "00000000000000000000000000000000",
			     .nonce = "00000000000000000000000000000000",
			     .number = 3,
			     .total = 3,
			     .question = question.question,
			     .order = {0, 1, 2, 3},
			     .offline = true,
			     .seconds_left = 30 * 86400 - 60,
			     .more_seconds = 30 * 86400 - 60,
			     .shared = true,
			     .portal = "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535"};
}

/* Does it fit? */
static bool check_page(const struct page_set *set, const struct page *page, char *out, size_t size,
		       const char *folder, struct report *report)
{
	size_t length = page_render(set, page, out, size);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", folder, templates[page->kind].file);
	if (length != 0 && length <= PAGE_SIZE_MAX)
		return true;
	report_error(report, path, 0,
		     "with the longest texts of \"%s\" %zu bytes, expected at most %d",
		     set->languages[page->language], length, PAGE_SIZE_MAX);
	return false;
}

static void check_sizes(const struct page_set *set, const char *folder, struct report *report)
{
	size_t size = 16 * PAGE_SIZE_MAX;
	char *out = malloc(size);

	if (out == NULL) {
		report_error(report, folder, 0, "out of memory, expected %zu bytes", size);
		return;
	}
	for (size_t i = 0; i < set->language_count; i++) {
		struct page_answer answers[ANSWERS];
		struct page page = longest_page(set->bank, i, answers);

		page.noted = true;
		page.lesson = longest_lesson(set->bank, i);
		page.choose = true;
		page.later_seconds = LATER_SECONDS;
		/* The same as the first page of an express visit, unless it is too long already. */
		if (check_page(set, &page, out, size, folder, report)) {
			page.noted = false;
			page.number = page.total = 1;
			check_page(set, &page, out, size, folder, report);
			page.number = page.total = 3;
		}
		page.noted = false;
		page.lesson = NULL;
		page.choose = false;
		page.later_seconds = 0;
		page.review = PAGE_REVIEW_OTHER;
		page.offer_retry = true;
		page.answers = answers;
		page.answer_count = ANSWERS;
		for (size_t kind = 0; kind < PAGE_KIND__MAX; kind++) {
			page.kind = (enum page_kind)kind;
			check_page(set, &page, out, size, folder, report);
		}
	}
	free(out);
}

static struct page_set *set_new(const struct conf *conf, const struct lesson_bank *bank)
{
	struct page_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->bank = bank;
	memcpy(set->site, conf->site_name, sizeof(set->site));
	memcpy(set->languages, conf->languages, sizeof(set->languages));
	set->language_count = conf->language_count;
	return set;
}

struct page_set *page_load(const struct conf *conf, const struct lesson_bank *bank,
			   struct report *report)
{
	struct page_set *set = set_new(conf, bank);
	unsigned errors = report->errors;

	if (set == NULL) {
		report_error(report, conf->path_www, 0, "out of memory, expected more of it");
		return NULL;
	}
	for (size_t i = 0; i < set->language_count; i++)
		check_language(set, i, conf->path_content, report);
	for (size_t i = 0; i < PAGE_KIND__MAX; i++) {
		set->templates[i] = template_load(conf->path_www, templates[i].file, report);
		if (set->templates[i] != NULL)
			check_template(set, (enum page_kind)i, conf, report);
	}
	if (report->errors == errors)
		check_sizes(set, conf->path_www, report);
	if (report->errors == errors)
		return set;
	page_free(set);
	return NULL;
}

void page_free(struct page_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < PAGE_KIND__MAX; i++)
		template_free(set->templates[i]);
	free(set);
}

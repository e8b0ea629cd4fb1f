/*
 * Renders a page for a visitor: puts the values of struct page under the names that the
 * templates in www/portal use, documented at the top of question.html. Pure: no clock,
 * no state, no allocation; every text comes from the content pack.
 */
#include "common/page.h"

#include <stdio.h>
#include <string.h>

#include "common/template.h"
#include "common/page_name.h"
#include "common/page_set.h"

enum { TEXT_SIZE = 4 * PAGE_SENTENCE_MAX, STEPS_MAX = 9, ANSWERS_MAX = 3 };

static const char *const notice_names[PAGE_NOTICE__MAX] = {
    [PAGE_TRY_AGAIN] = "try_again",	[PAGE_NOT_HERE] = "not_here",
    [PAGE_BAD_REQUEST] = "bad_request", [PAGE_STALE] = "stale",
    [PAGE_TOO_MUCH] = "too_much",
};

const char *page_notice_name(enum page_notice notice)
{
	return notice_names[notice];
}

/* One of a list: a language, a step, an option. */
struct inner {
	struct template_value values[3];
	char letter[2];
};

/* An answer to explain. */
struct explained {
	struct template_value values[8];
	size_t count;
	char progress[TEXT_SIZE];
};

/* All that a page's values point to, on the stack of page_render. */
struct view {
	const struct page_set *set;
	const struct page *page;
	struct template_value values[PAGE_NAME__MAX]; /* each name at most once */
	struct template_scope root;
	struct inner audiences[LESSON_AUDIENCES_MAX], contacts[LESSON_CONTACTS_MAX];
	struct template_scope audience_scopes[LESSON_AUDIENCES_MAX];
	struct template_scope contact_scopes[LESSON_CONTACTS_MAX];
	struct inner languages[CONF_LANGUAGES_MAX], steps[STEPS_MAX], options[LESSON_OPTIONS_MAX];
	struct template_scope language_scopes[CONF_LANGUAGES_MAX];
	struct template_scope step_scopes[STEPS_MAX];
	struct template_scope option_scopes[LESSON_OPTIONS_MAX];
	struct explained answers[ANSWERS_MAX];
	struct template_scope answer_scopes[ANSWERS_MAX];
	char progress[TEXT_SIZE], score[TEXT_SIZE], time_left[TEXT_SIZE], later[TEXT_SIZE];
};

/* A section that is simply there. */
static const struct template_scope here;

static struct template_value text_value(enum page_name name, const char *text)
{
	return (struct template_value){.name = page_name_text(name), .text = text};
}

static struct template_value list_value(enum page_name name, const struct template_scope *scopes,
					size_t count)
{
	return (struct template_value){
	    .name = page_name_text(name), .scopes = scopes, .scope_count = count};
}

static void put(struct view *view, struct template_value value)
{
	view->values[view->root.count++] = value;
}

static void put_if(struct view *view, enum page_name name, bool is)
{
	put(view, list_value(name, &here, is ? 1 : 0));
}

static const char *view_ui(const struct view *view, const char *name)
{
	const char *text = lesson_ui(view->set->bank, view->page->language, name);

	return text != NULL ? text : "";
}

/* The template's {{ui.NAME}}. */
static const char *view_lookup(const void *arg, const char *name)
{
	return strncmp(name, "ui.", 3) == 0 ? view_ui(arg, name + 3) : NULL;
}

/* Writes sentence with the first mark replaced. Too long is cut; page_load refused it before. */
static void fill(char out[TEXT_SIZE], const char *sentence, const char *mark, const char *with)
{
	const char *at = strstr(sentence, mark);

	if (at == NULL)
		snprintf(out, TEXT_SIZE, "%s", sentence);
	else
		snprintf(out, TEXT_SIZE, "%.*s%s%s", (int)(at - sentence), sentence, with,
			 at + strlen(mark));
}

static void fill_number(char out[TEXT_SIZE], const char *sentence, const char *mark, unsigned n)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", n);
	fill(out, sentence, mark, digits);
}

static void fill_of(const struct view *view, char out[TEXT_SIZE], const char *name, unsigned n,
		    unsigned m)
{
	char half[TEXT_SIZE];

	fill_number(half, view_ui(view, name), "{n}", n);
	fill_number(out, half, "{m}", m);
}

static void fill_amount(const struct view *view, char out[TEXT_SIZE], unsigned n, const char *one,
			const char *many)
{
	fill_number(out, view_ui(view, n == 1 ? one : many), "{n}", n);
}

/* Days and hours, or hours and minutes; what is zero is left unsaid. */
static void fill_time(const struct view *view, char out[TEXT_SIZE], const char *sentence,
		      uint32_t seconds)
{
	unsigned minutes = (seconds + 59) / 60;
	unsigned hours = minutes / 60;
	bool days = hours >= 48;
	unsigned big = days ? hours / 24 : hours;
	unsigned small = days ? hours % 24 : minutes % 60;
	char first[TEXT_SIZE] = "", second[TEXT_SIZE] = "", both[2 * TEXT_SIZE];

	if (big > 0)
		fill_amount(view, first, big, days ? "days_one" : "hours_one",
			    days ? "days_many" : "hours_many");
	if (small > 0 || big == 0)
		fill_amount(view, second, small, days ? "hours_one" : "minutes_one",
			    days ? "hours_many" : "minutes_many");
	snprintf(both, sizeof(both), "%s%s%s", first, first[0] && second[0] ? " " : "", second);
	fill(out, view_ui(view, sentence), "{time}", both);
}

static void put_languages(struct view *view)
{
	size_t count = view->set->language_count;

	for (size_t i = 0; i < count; i++) {
		const char *name = lesson_ui(view->set->bank, i, "language_name");
		struct template_value *v = view->languages[i].values;

		v[0] = text_value(PAGE_NAME_CODE, view->set->languages[i]);
		v[1] = text_value(PAGE_NAME_NAME, name);
		v[2] = list_value(PAGE_NAME_CURRENT, &here, i == view->page->language ? 1 : 0);
		view->language_scopes[i] = (struct template_scope){v, 3};
	}
	put(view, list_value(PAGE_NAME_LANGUAGES, view->language_scopes, count > 1 ? count : 0));
}

static void put_audiences(struct view *view)
{
	const struct lesson_bank *bank = view->set->bank;
	size_t count = view->page->choose ? bank->audience_count : 0;

	for (size_t i = 0; i < count && i < LESSON_AUDIENCES_MAX; i++) {
		const struct lesson_audience *audience = &bank->audiences[i];
		struct template_value *v = view->audiences[i].values;

		v[0] = text_value(PAGE_NAME_CODE, audience->id);
		v[1] = text_value(PAGE_NAME_NAME, audience->names[view->page->language]);
		v[2] = list_value(PAGE_NAME_CURRENT, &here, i == view->page->audience ? 1 : 0);
		view->audience_scopes[i] = (struct template_scope){v, 3};
	}
	put(view, list_value(PAGE_NAME_AUDIENCES, view->audience_scopes, count));
}

/* Those that somebody has checked not too long ago. In the bank emergencies come first. */
static void put_contacts(struct view *view)
{
	const struct lesson_bank *bank = view->set->bank;
	size_t emergencies = 0, count = 0;

	for (size_t i = 0; i < bank->contact_count && count < LESSON_CONTACTS_MAX; i++) {
		const struct lesson_contact *contact = &bank->contacts[i];
		struct template_value *v = view->contacts[count].values;

		if (view->page->today != 0 && view->page->today >= contact->hide_day)
			continue;
		v[0] = text_value(PAGE_NAME_NUMBER, contact->number);
		v[1] = text_value(PAGE_NAME_ADDRESS, contact->address);
		v[2] = text_value(PAGE_NAME_NAME, contact->names[view->page->language]);
		emergencies += contact->kind == LESSON_CONTACT_EMERGENCY;
		view->contact_scopes[count++] = (struct template_scope){v, 3};
	}
	put(view, list_value(PAGE_NAME_EMERGENCIES, view->contact_scopes, emergencies));
	put(view, list_value(PAGE_NAME_REPORTS, view->contact_scopes + emergencies,
			     count - emergencies));
}

static void put_later(struct view *view)
{
	uint32_t seconds = view->page->later_seconds;

	put_if(view, PAGE_NAME_LATER, seconds > 0);
	if (seconds > 0)
		fill_time(view, view->later, "later_text", seconds);
	put(view, text_value(PAGE_NAME_LATER_TEXT, view->later));
}

static void put_progress(struct view *view)
{
	const struct page *page = view->page;
	size_t count = page->total;

	if (count > STEPS_MAX)
		count = STEPS_MAX;
	for (size_t i = 0; i < count; i++) {
		view->steps[i].values[0] =
		    list_value(PAGE_NAME_REACHED, &here, i < page->number ? 1 : 0);
		view->step_scopes[i] = (struct template_scope){view->steps[i].values, 1};
	}
	put(view, list_value(PAGE_NAME_STEPS, view->step_scopes, count > 1 ? count : 0));
	fill_of(view, view->progress, "progress", page->number, page->total);
	put(view, text_value(PAGE_NAME_PROGRESS, view->progress));
}

static void put_question(struct view *view)
{
	const struct page *page = view->page;
	const struct lesson_question *question = page->question;
	size_t count = question != NULL ? question->options : 0;

	put_if(view, PAGE_NAME_QUESTION, question != NULL);
	for (size_t i = 0; i < count; i++) {
		struct inner *option = &view->options[i];

		option->letter[0] = (char)('a' + page->order[i]);
		option->values[0] = text_value(PAGE_NAME_LETTER, option->letter);
		option->values[1] = text_value(
		    PAGE_NAME_TEXT, question->texts[page->language].options[page->order[i]]);
		view->option_scopes[i] = (struct template_scope){option->values, 2};
	}
	put(view, list_value(PAGE_NAME_OPTIONS, view->option_scopes, count));
	if (question != NULL)
		put(view, text_value(PAGE_NAME_STEM, question->texts[page->language].stem));
}

static void put_lesson(struct view *view)
{
	const struct page *page = view->page;
	const struct lesson *lesson = page->lesson;

	put_if(view, PAGE_NAME_LESSON, lesson != NULL);
	if (lesson != NULL) {
		put(view, text_value(PAGE_NAME_LESSON_TITLE, lesson->texts[page->language].title));
		put(view, text_value(PAGE_NAME_LESSON_BODY, lesson->texts[page->language].body));
		put(view,
		    text_value(PAGE_NAME_LESSON_SOURCE, lesson->texts[page->language].source));
	}
}

static void explained_put(struct explained *explained, struct template_value value)
{
	explained->values[explained->count++] = value;
}

/* The question is shown again unless its form was the page before this one. */
static void explain(struct view *view, struct explained *explained,
		    const struct page_answer *answer, unsigned number, bool earlier)
{
	const struct lesson_question *question = answer->question;
	const struct lesson_question_text *text = &question->texts[view->page->language];
	bool right = answer->chosen == question->key;

	fill_of(view, explained->progress, "progress", number, view->page->total);
	explained_put(explained, text_value(PAGE_NAME_ANSWER_PROGRESS, explained->progress));
	explained_put(explained, text_value(PAGE_NAME_ANSWER_STEM, text->stem));
	explained_put(explained, list_value(PAGE_NAME_EARLIER, &here, earlier ? 1 : 0));
	explained_put(explained, list_value(PAGE_NAME_RIGHT, &here, right ? 1 : 0));
	explained_put(explained, text_value(PAGE_NAME_CHOSEN_TEXT, text->options[answer->chosen]));
	explained_put(explained, text_value(PAGE_NAME_RIGHT_TEXT, text->options[question->key]));
	explained_put(explained, text_value(PAGE_NAME_WHY, text->why));
	explained_put(explained, text_value(PAGE_NAME_SOURCE, text->source));
}

/* The last of them was given on the page before this one. */
static void put_answers(struct view *view)
{
	const struct page *page = view->page;
	size_t count = page->answer_count;
	unsigned last = page->kind == PAGE_QUESTION ? page->number - 1 : page->total;

	if (count > ANSWERS_MAX)
		count = ANSWERS_MAX;
	for (size_t i = 0; i < count; i++) {
		size_t after = count - 1 - i;

		explain(view, &view->answers[i], &page->answers[i], last - (unsigned)after, after > 0);
		view->answer_scopes[i] =
		    (struct template_scope){view->answers[i].values, view->answers[i].count};
	}
	put(view, list_value(PAGE_NAME_ANSWERS, view->answer_scopes, count));
}

/* The page's title, and the notice's two sentences. */
static void put_title(struct view *view)
{
	const struct page *page = view->page;
	const char *title = view->progress;

	if (page->kind == PAGE_ACKNOWLEDGE)
		title = view_ui(view, "acknowledge_title");
	if (page->kind == PAGE_RETURN)
		title = view_ui(view, "return_title");
	if (page->kind == PAGE_ONLINE)
		title = view_ui(view, "online_title");
	if (page->kind == PAGE_NOTICE) {
		char name[64];

		snprintf(name, sizeof(name), "notice_%s_text", page_notice_name(page->notice));
		put(view, text_value(PAGE_NAME_NOTICE_TEXT, view_ui(view, name)));
		snprintf(name, sizeof(name), "notice_%s_title", page_notice_name(page->notice));
		title = view_ui(view, name);
		put(view, text_value(PAGE_NAME_NOTICE_TITLE, title));
	}
	put(view, text_value(PAGE_NAME_TITLE, title));
}

size_t page_render(const struct page_set *set, const struct page *page, char *out, size_t size)
{
	struct view view;

	memset(&view, 0, sizeof(view));
	view.set = set;
	view.page = page;
	view.root.values = view.values;
	put(&view, text_value(PAGE_NAME_LANG, set->languages[page->language]));
	put(&view, text_value(PAGE_NAME_SITE, set->site));
	put(&view, text_value(PAGE_NAME_TOKEN, page->token));
	put(&view, text_value(PAGE_NAME_NONCE, page->nonce));
	put_if(&view, PAGE_NAME_FIRST,
	       page->kind == PAGE_QUESTION && page->number == 1 && !page->retry);
	put_if(&view, PAGE_NAME_EXPRESS, page->total == 1);
	put_if(&view, PAGE_NAME_NOTED, page->noted);
	put_if(&view, PAGE_NAME_KNOWN, page->known);
	put_if(&view, PAGE_NAME_REVIEW, page->review == PAGE_REVIEW_EARLIER);
	put_if(&view, PAGE_NAME_OTHER, page->review == PAGE_REVIEW_OTHER);
	put_if(&view, PAGE_NAME_RETRY, page->retry);
	put_if(&view, PAGE_NAME_RETRIED, page->retried);
	put_if(&view, PAGE_NAME_OFFER_RETRY, page->offer_retry);
	put_languages(&view);
	put_audiences(&view);
	put_contacts(&view);
	put_later(&view);
	put_progress(&view);
	put_question(&view);
	put_lesson(&view);
	put_answers(&view);
	put_title(&view);
	fill_of(&view, view.score, "score", page->right, page->total);
	put(&view, text_value(PAGE_NAME_SCORE, view.score));
	if (page->seconds_left > 0) /* a trusted device's time does not end */
		fill_time(&view, view.time_left, "time_left", page->seconds_left);
	put(&view, text_value(PAGE_NAME_TIME_LEFT, view.time_left));
	return template_render(set->templates[page->kind], &view.root, view_lookup, &view, out,
			       size);
}

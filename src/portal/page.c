/*
 * Renders a page for a visitor: puts the values of struct page under the names that the
 * templates in www/portal use, documented at the top of question.html. Pure: no clock,
 * no state, no allocation; every text comes from the content pack.
 */
#include "portal/page.h"

#include <stdio.h>
#include <string.h>

#include "common/template.h"
#include "portal/page_set.h"

enum { TEXT_SIZE = 4 * PAGE_SENTENCE_MAX, STEPS_MAX = 9 };

/* Every name a template may use besides ui.NAME. */
enum name {
	NAME_LANG,
	NAME_SITE,
	NAME_TITLE,
	NAME_TOKEN,
	NAME_LANGUAGES,
	NAME_CODE,
	NAME_NAME,
	NAME_CURRENT,
	NAME_FIRST,
	NAME_EXPRESS,
	NAME_NOTED,
	NAME_PROGRESS,
	NAME_STEPS,
	NAME_REACHED,
	NAME_LESSON,
	NAME_LESSON_TITLE,
	NAME_LESSON_BODY,
	NAME_QUESTION,
	NAME_STEM,
	NAME_OPTIONS,
	NAME_LETTER,
	NAME_TEXT,
	NAME_ANSWER,
	NAME_RIGHT,
	NAME_CHOSEN_TEXT,
	NAME_RIGHT_TEXT,
	NAME_WHY,
	NAME_SCORE,
	NAME_TIME_LEFT,
	NAME_NOTICE_TITLE,
	NAME_NOTICE_TEXT,
	NAME__MAX
};

static const struct {
	const char *name;
	bool section; /* has no text */
} names[NAME__MAX] = {
    [NAME_LANG] = {"lang", false},
    [NAME_SITE] = {"site", false},
    [NAME_TITLE] = {"title", false},
    [NAME_TOKEN] = {"token", false},
    [NAME_LANGUAGES] = {"languages", true},
    [NAME_CODE] = {"code", false},
    [NAME_NAME] = {"name", false},
    [NAME_CURRENT] = {"current", true},
    [NAME_FIRST] = {"first", true},
    [NAME_EXPRESS] = {"express", true},
    [NAME_NOTED] = {"noted", true},
    [NAME_PROGRESS] = {"progress", false},
    [NAME_STEPS] = {"steps", true},
    [NAME_REACHED] = {"reached", true},
    [NAME_LESSON] = {"lesson", true},
    [NAME_LESSON_TITLE] = {"lesson_title", false},
    [NAME_LESSON_BODY] = {"lesson_body", false},
    [NAME_QUESTION] = {"question", true},
    [NAME_STEM] = {"stem", false},
    [NAME_OPTIONS] = {"options", true},
    [NAME_LETTER] = {"letter", false},
    [NAME_TEXT] = {"text", false},
    [NAME_ANSWER] = {"answer", true},
    [NAME_RIGHT] = {"right", true},
    [NAME_CHOSEN_TEXT] = {"chosen_text", false},
    [NAME_RIGHT_TEXT] = {"right_text", false},
    [NAME_WHY] = {"why", false},
    [NAME_SCORE] = {"score", false},
    [NAME_TIME_LEFT] = {"time_left", false},
    [NAME_NOTICE_TITLE] = {"notice_title", false},
    [NAME_NOTICE_TEXT] = {"notice_text", false},
};

static const char *const notice_names[PAGE_NOTICE__MAX] = {
    [PAGE_TRY_AGAIN] = "try_again",	[PAGE_NOT_HERE] = "not_here",
    [PAGE_BAD_REQUEST] = "bad_request", [PAGE_STALE] = "stale",
    [PAGE_TOO_MUCH] = "too_much",
};

const char *page_notice_name(enum page_notice notice)
{
	return notice_names[notice];
}

bool page_knows(const char *name, bool section)
{
	for (size_t i = 0; i < NAME__MAX; i++)
		if (strcmp(names[i].name, name) == 0)
			return section || !names[i].section;
	return false;
}

/* One of a list: a language, a step, an option. */
struct inner {
	struct template_value values[3];
	char letter[2];
};

/* All that a page's values point to, on the stack of page_render. */
struct view {
	const struct page_set *set;
	const struct page *page;
	struct template_value values[NAME__MAX]; /* each name at most once */
	struct template_scope root;
	struct inner languages[CONF_LANGUAGES_MAX], steps[STEPS_MAX], options[LESSON_OPTIONS_MAX];
	struct template_scope language_scopes[CONF_LANGUAGES_MAX];
	struct template_scope step_scopes[STEPS_MAX];
	struct template_scope option_scopes[LESSON_OPTIONS_MAX];
	char progress[TEXT_SIZE], score[TEXT_SIZE], time_left[TEXT_SIZE];
};

/* A section that is simply there. */
static const struct template_scope here;

static struct template_value text_value(enum name name, const char *text)
{
	return (struct template_value){.name = names[name].name, .text = text};
}

static struct template_value list_value(enum name name, const struct template_scope *scopes,
					size_t count)
{
	return (struct template_value){
	    .name = names[name].name, .scopes = scopes, .scope_count = count};
}

static void put(struct view *view, struct template_value value)
{
	view->values[view->root.count++] = value;
}

static void put_if(struct view *view, enum name name, bool is)
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
static void fill_time(struct view *view)
{
	unsigned minutes = (view->page->seconds_left + 59) / 60;
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
	fill(view->time_left, view_ui(view, "time_left"), "{time}", both);
}

static void put_languages(struct view *view)
{
	size_t count = view->set->language_count;

	for (size_t i = 0; i < count; i++) {
		const char *name = lesson_ui(view->set->bank, i, "language_name");
		struct template_value *v = view->languages[i].values;

		v[0] = text_value(NAME_CODE, view->set->languages[i]);
		v[1] = text_value(NAME_NAME, name);
		v[2] = list_value(NAME_CURRENT, &here, i == view->page->language ? 1 : 0);
		view->language_scopes[i] = (struct template_scope){v, 3};
	}
	put(view, list_value(NAME_LANGUAGES, view->language_scopes, count > 1 ? count : 0));
}

static void put_progress(struct view *view)
{
	const struct page *page = view->page;
	size_t count = page->total;

	if (count > STEPS_MAX)
		count = STEPS_MAX;
	for (size_t i = 0; i < count; i++) {
		view->steps[i].values[0] =
		    list_value(NAME_REACHED, &here, i < page->number ? 1 : 0);
		view->step_scopes[i] = (struct template_scope){view->steps[i].values, 1};
	}
	put(view, list_value(NAME_STEPS, view->step_scopes, count > 1 ? count : 0));
	fill_of(view, view->progress, "progress", page->number, page->total);
	put(view, text_value(NAME_PROGRESS, view->progress));
}

static void put_question(struct view *view)
{
	const struct page *page = view->page;
	const struct lesson_question *question = page->question;
	size_t count = question != NULL ? question->options : 0;

	put_if(view, NAME_QUESTION, question != NULL);
	for (size_t i = 0; i < count; i++) {
		struct inner *option = &view->options[i];

		option->letter[0] = (char)('a' + page->order[i]);
		option->values[0] = text_value(NAME_LETTER, option->letter);
		option->values[1] =
		    text_value(NAME_TEXT, question->texts[page->language].options[page->order[i]]);
		view->option_scopes[i] = (struct template_scope){option->values, 2};
	}
	put(view, list_value(NAME_OPTIONS, view->option_scopes, count));
	if (question != NULL)
		put(view, text_value(NAME_STEM, question->texts[page->language].stem));
}

static void put_lesson(struct view *view)
{
	const struct page *page = view->page;
	const struct lesson *lesson = page->lesson;

	put_if(view, NAME_LESSON, lesson != NULL);
	if (lesson != NULL) {
		put(view, text_value(NAME_LESSON_TITLE, lesson->texts[page->language].title));
		put(view, text_value(NAME_LESSON_BODY, lesson->texts[page->language].body));
	}
}

static void put_answer(struct view *view)
{
	const struct page_answer *answer = view->page->answer;
	const struct lesson_question_text *text;

	put_if(view, NAME_ANSWER, answer != NULL);
	if (answer == NULL)
		return;
	text = &answer->question->texts[view->page->language];
	put_if(view, NAME_RIGHT, answer->chosen == answer->question->key);
	put(view, text_value(NAME_CHOSEN_TEXT, text->options[answer->chosen]));
	put(view, text_value(NAME_RIGHT_TEXT, text->options[answer->question->key]));
	put(view, text_value(NAME_WHY, text->why));
}

/* The page's title, and the notice's two sentences. */
static void put_title(struct view *view)
{
	const struct page *page = view->page;
	const char *title = view->progress;

	if (page->kind == PAGE_ACKNOWLEDGE)
		title = view_ui(view, "acknowledge_title");
	if (page->kind == PAGE_ONLINE)
		title = view_ui(view, "online_title");
	if (page->kind == PAGE_NOTICE) {
		char name[64];

		snprintf(name, sizeof(name), "notice_%s_text", page_notice_name(page->notice));
		put(view, text_value(NAME_NOTICE_TEXT, view_ui(view, name)));
		snprintf(name, sizeof(name), "notice_%s_title", page_notice_name(page->notice));
		title = view_ui(view, name);
		put(view, text_value(NAME_NOTICE_TITLE, title));
	}
	put(view, text_value(NAME_TITLE, title));
}

size_t page_render(const struct page_set *set, const struct page *page, char *out, size_t size)
{
	struct view view;

	memset(&view, 0, sizeof(view));
	view.set = set;
	view.page = page;
	view.root.values = view.values;
	put(&view, text_value(NAME_LANG, set->languages[page->language]));
	put(&view, text_value(NAME_SITE, set->site));
	put(&view, text_value(NAME_TOKEN, page->token));
	put_if(&view, NAME_FIRST, page->kind == PAGE_QUESTION && page->number == 1);
	put_if(&view, NAME_EXPRESS, page->total == 1);
	put_if(&view, NAME_NOTED, page->noted);
	put_languages(&view);
	put_progress(&view);
	put_question(&view);
	put_lesson(&view);
	put_answer(&view);
	put_title(&view);
	fill_of(&view, view.score, "score", page->right, page->total);
	put(&view, text_value(NAME_SCORE, view.score));
	fill_time(&view);
	put(&view, text_value(NAME_TIME_LEFT, view.time_left));
	return template_render(set->templates[page->kind], &view.root, view_lookup, &view, out,
			       size);
}

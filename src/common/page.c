/*
 * Renders a page for a visitor: puts the values of struct page under the names that the
 * templates in www/portal use, documented at the top of question.html. Pure: no clock,
 * no state, no allocation; every text comes from the content pack.
 */
#include "common/page.h"

#include <stdio.h>
#include <string.h>

#include "common/page_view.h"

static const char *const notice_names[PAGE_NOTICE__MAX] = {
    [PAGE_TRY_AGAIN] = "try_again",	[PAGE_NOT_HERE] = "not_here",
    [PAGE_BAD_REQUEST] = "bad_request", [PAGE_STALE] = "stale",
    [PAGE_TOO_MUCH] = "too_much",	[PAGE_ENDED] = "ended",
    [PAGE_STILL_ON] = "still_on",
};

const char *page_notice_name(enum page_notice notice)
{
	return notice_names[notice];
}

static void put_question(struct page_view *view)
{
	const struct page *page = view->page;
	const struct lesson_question *question = page->question;
	size_t count = question != NULL ? question->options : 0;

	page_view_put_if(view, PAGE_NAME_QUESTION, question != NULL);
	for (size_t i = 0; i < count; i++) {
		struct page_view_item *option = &view->options[i];

		option->letter[0] = (char)('a' + page->order[i]);
		option->values[0] = page_view_text(PAGE_NAME_LETTER, option->letter);
		option->values[1] = page_view_text(
		    PAGE_NAME_TEXT, question->texts[page->language].options[page->order[i]]);
		view->option_scopes[i] = (struct template_scope){option->values, 2};
	}
	page_view_put(view, page_view_list(PAGE_NAME_OPTIONS, view->option_scopes, count));
	if (question != NULL)
		page_view_put(view,
			      page_view_text(PAGE_NAME_STEM, question->texts[page->language].stem));
}

static void put_lesson(struct page_view *view)
{
	const struct page *page = view->page;
	const struct lesson *lesson = page->lesson;

	page_view_put_if(view, PAGE_NAME_LESSON, lesson != NULL);
	if (lesson != NULL) {
		page_view_put(view, page_view_text(PAGE_NAME_LESSON_TITLE,
						   lesson->texts[page->language].title));
		page_view_put(view, page_view_text(PAGE_NAME_LESSON_BODY,
						   lesson->texts[page->language].body));
		page_view_put(view, page_view_text(PAGE_NAME_LESSON_SOURCE,
						   lesson->texts[page->language].source));
	}
}

static void explained_put(struct page_view_answer *explained, struct template_value value)
{
	explained->values[explained->count++] = value;
}

/* The question is shown again unless its form was the page before this one. */
static void explain(struct page_view *view, struct page_view_answer *explained,
		    const struct page_answer *answer, unsigned number, bool earlier)
{
	const struct lesson_question *question = answer->question;
	const struct lesson_question_text *text = &question->texts[view->page->language];
	bool right = answer->chosen == question->key;

	page_view_fill_of(view, explained->progress, "progress", number, view->page->total);
	explained_put(explained, page_view_text(PAGE_NAME_ANSWER_PROGRESS, explained->progress));
	explained_put(explained, page_view_text(PAGE_NAME_ANSWER_STEM, text->stem));
	explained_put(explained,
		      page_view_list(PAGE_NAME_EARLIER, &page_view_here, earlier ? 1 : 0));
	explained_put(explained, page_view_list(PAGE_NAME_RIGHT, &page_view_here, right ? 1 : 0));
	explained_put(explained,
		      page_view_text(PAGE_NAME_CHOSEN_TEXT, text->options[answer->chosen]));
	explained_put(explained,
		      page_view_text(PAGE_NAME_RIGHT_TEXT, text->options[question->key]));
	explained_put(explained, page_view_text(PAGE_NAME_WHY, text->why));
	explained_put(explained, page_view_text(PAGE_NAME_SOURCE, text->source));
}

/* The last of them was given on the page before this one. */
static void put_answers(struct page_view *view)
{
	const struct page *page = view->page;
	size_t count = page->answer_count;
	unsigned last = page->kind == PAGE_QUESTION ? page->number - 1 : page->total;

	if (count > PAGE_VIEW_ANSWERS_MAX)
		count = PAGE_VIEW_ANSWERS_MAX;
	for (size_t i = 0; i < count; i++) {
		size_t after = count - 1 - i;

		explain(view, &view->answers[i], &page->answers[i], last - (unsigned)after,
			after > 0);
		view->answer_scopes[i] =
		    (struct template_scope){view->answers[i].values, view->answers[i].count};
	}
	page_view_put(view, page_view_list(PAGE_NAME_ANSWERS, view->answer_scopes, count));
}

/* The two buttons, and a title that says how long. */
static void put_ending(struct page_view *view)
{
	const struct page *page = view->page;

	if (page->kind == PAGE_ENDING) {
		page_view_fill_time(view, view->ending, "ending_title", page->seconds_left);
		page_view_fill_time(view, view->renew, "renew_text", page->more_seconds);
		page_view_fill_time(view, view->spare, "spare_text", page->seconds_left);
	}
	page_view_put(view, page_view_text(PAGE_NAME_RENEW_TEXT, view->renew));
	page_view_put(view, page_view_text(PAGE_NAME_SPARE_TEXT, view->spare));
}

/* The page's title, and the notice's two sentences. */
static void put_title(struct page_view *view)
{
	const struct page *page = view->page;
	const char *title = view->progress;

	if (page->kind == PAGE_ACKNOWLEDGE)
		title = page_view_ui(view, "acknowledge_title");
	if (page->kind == PAGE_RETURN)
		title = page_view_ui(view, "return_title");
	if (page->kind == PAGE_ONLINE)
		title = page_view_ui(view, page->offline ? "offline_title" : "online_title");
	if (page->kind == PAGE_ENDING)
		title = view->ending;
	if (page->kind == PAGE_NOTICE) {
		char name[64];

		snprintf(name, sizeof(name), "notice_%s_text", page_notice_name(page->notice));
		page_view_put(view,
			      page_view_text(PAGE_NAME_NOTICE_TEXT, page_view_ui(view, name)));
		snprintf(name, sizeof(name), "notice_%s_title", page_notice_name(page->notice));
		title = page_view_ui(view, name);
		page_view_put(view, page_view_text(PAGE_NAME_NOTICE_TITLE, title));
	}
	page_view_put(view, page_view_text(PAGE_NAME_TITLE, title));
}

size_t page_render(const struct page_set *set, const struct page *page, char *out, size_t size)
{
	struct page_view view;

	memset(&view, 0, sizeof(view));
	view.set = set;
	view.page = page;
	view.root.values = view.values;
	page_view_put(&view, page_view_text(PAGE_NAME_LANG, set->languages[page->language]));
	page_view_put(&view, page_view_text(PAGE_NAME_SITE, set->site));
	page_view_put(&view, page_view_text(PAGE_NAME_TOKEN, page->token));
	page_view_put(&view, page_view_text(PAGE_NAME_NONCE, page->nonce));
	page_view_put_if(&view, PAGE_NAME_FIRST,
			 page->kind == PAGE_QUESTION && page->number == 1 && !page->retry);
	page_view_put_if(&view, PAGE_NAME_EXPRESS, page->total == 1);
	page_view_put_if(&view, PAGE_NAME_NOTED, page->noted);
	page_view_put_if(&view, PAGE_NAME_KNOWN, page->known);
	page_view_put_if(&view, PAGE_NAME_REVIEW, page->review == PAGE_REVIEW_EARLIER);
	page_view_put_if(&view, PAGE_NAME_OTHER, page->review == PAGE_REVIEW_OTHER);
	page_view_put_if(&view, PAGE_NAME_RETRY, page->retry);
	page_view_put_if(&view, PAGE_NAME_RETRIED, page->retried);
	page_view_put_if(&view, PAGE_NAME_OFFER_RETRY, page->offer_retry);
	page_view_put_if(&view, PAGE_NAME_SHARED, page->shared);
	page_view_put(&view, page_view_text(PAGE_NAME_PORTAL, page->portal));
	page_view_put_if(&view, PAGE_NAME_OFFLINE, page->offline);
	page_around(&view);
	put_question(&view);
	put_lesson(&view);
	put_answers(&view);
	put_ending(&view);
	put_title(&view);
	page_view_fill_of(&view, view.score, "score", page->right, page->total);
	page_view_put(&view, page_view_text(PAGE_NAME_SCORE, view.score));
	if (page->seconds_left > 0) /* a trusted device's time does not end */
		page_view_fill_time(&view, view.time_left, "time_left", page->seconds_left);
	page_view_put(&view, page_view_text(PAGE_NAME_TIME_LEFT, view.time_left));
	return template_render(set->templates[page->kind], &view.root, page_view_lookup, &view, out,
			       size);
}

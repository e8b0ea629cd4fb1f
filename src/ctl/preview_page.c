/*
 * Makes the pages of a visit without a visitor: around the question of the address stand
 * its lesson, its sibling, and the next lesson's first question as the last one.
 */
#include "ctl/preview_page.h"

#include <string.h>

enum { QUESTIONS = 3, ONLINE_SECONDS = 12 * 3600, LATER_SECONDS = 10 * 60, LAST_SECONDS = 5 * 60 };

static const struct lesson_question *question_at(const struct lesson_bank *bank, size_t item)
{
	return &bank->questions[item];
}

size_t preview_page_sibling(const struct lesson_bank *bank, size_t item)
{
	const struct lesson *lesson = &bank->lessons[bank->questions[item].lesson];
	size_t at = 0;

	while (lesson->questions[at] != item)
		at++;
	return lesson->questions[(at + 1) % lesson->question_count];
}

/* A question of the lesson so many further on among those of its audience. */
static size_t question_of_lesson(const struct lesson_bank *bank, size_t item, size_t further)
{
	size_t lesson = bank->questions[item].lesson;
	const struct lesson_audience *audience = &bank->audiences[bank->lessons[lesson].audience];
	size_t at = lesson - audience->lesson_first + further;

	return bank->lessons[audience->lesson_first + at % audience->lesson_count].questions[0];
}

size_t preview_page_last(const struct lesson_bank *bank, size_t item)
{
	return question_of_lesson(bank, item, 1);
}

static size_t lesson_before(const struct lesson_bank *bank, size_t item)
{
	const struct lesson *lesson = &bank->lessons[bank->questions[item].lesson];
	size_t count = bank->audiences[lesson->audience].lesson_count;

	return question_of_lesson(bank, item, count - 1u);
}

size_t preview_page_first(const struct lesson_bank *bank, size_t audience)
{
	return bank->lessons[bank->audiences[audience].lesson_first].questions[0];
}

static void ask(struct preview_view *view, const struct lesson_bank *bank, unsigned number,
		size_t item)
{
	struct page *page = &view->page;

	page->kind = PAGE_QUESTION;
	page->number = number;
	page->question = question_at(bank, item);
	for (unsigned i = 0; i < LESSON_OPTIONS_MAX; i++)
		page->order[i] = (uint8_t)i; /* as in the editor's file */
}

static void teach(struct preview_view *view, const struct lesson_bank *bank, size_t item)
{
	view->page.lesson = &bank->lessons[bank->questions[item].lesson];
}

static void explain(struct preview_view *view, const struct lesson_bank *bank, size_t item,
		    uint8_t chosen)
{
	view->answers[view->page.answer_count++] =
	    (struct page_answer){question_at(bank, item), chosen};
	view->page.answers = view->answers;
}

/* The last question, as for a device that is here for the first time. */
static void ask_last(struct preview_view *view, const struct lesson_bank *bank, size_t item)
{
	ask(view, bank, QUESTIONS, preview_page_last(bank, item));
	view->page.review = PAGE_REVIEW_OTHER;
}

/* The other answer on a page: right when the one of the address is, else wrong as well. */
static void explain_as(struct preview_view *view, const struct lesson_bank *bank, size_t item,
		       bool right)
{
	uint8_t key = question_at(bank, item)->key;

	explain(view, bank, item, right ? key : key == 0 ? 1 : 0);
}

static bool is_right(const struct lesson_bank *bank, const struct preview_place *place)
{
	return place->chosen == question_at(bank, place->item)->key;
}

/* What each kind shows; NULL: the index is no page. */
typedef void fill(const struct lesson_bank *bank, const struct preview_place *place,
		  struct preview_view *view);

static void fill_online(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	(void)bank;
	view->page.kind = PAGE_ONLINE;
	view->page.seconds_left = place->kind == PREVIEW_ALWAYS ? 0 : ONLINE_SECONDS;
	view->page.shared = place->kind == PREVIEW_SHARED;
	view->page.portal = "192.0.2.1:2080";
	view->page.offline = place->kind == PREVIEW_OFFLINE;
}

static void fill_ending(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	(void)bank;
	(void)place;
	view->page.kind = PAGE_ENDING;
	view->page.seconds_left = LAST_SECONDS;
	view->page.more_seconds = ONLINE_SECONDS;
}

static void fill_notice(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	(void)bank;
	view->page.kind = PAGE_NOTICE;
	view->page.notice = (enum page_notice)place->item;
}

static void first_page(const struct lesson_bank *bank, struct preview_view *view)
{
	view->page.choose = bank->audience_count > 1;
}

static void fill_pre(const struct lesson_bank *bank, const struct preview_place *place,
		     struct preview_view *view)
{
	ask(view, bank, 1, place->item);
	first_page(bank, view);
}

static void fill_audience(const struct lesson_bank *bank, const struct preview_place *place,
			  struct preview_view *view)
{
	ask(view, bank, 1, preview_page_first(bank, place->item));
	first_page(bank, view);
	view->page.known = place->kind == PREVIEW_KNOWN;
	view->page.offline = place->kind == PREVIEW_QUESTION_OFFLINE;
	view->page.later_seconds = place->kind == PREVIEW_LATER ? LATER_SECONDS : 0;
}

static void fill_return(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	view->page.kind = PAGE_RETURN;
	view->page.lesson = &bank->lessons[place->item];
}

static void fill_post(const struct lesson_bank *bank, const struct preview_place *place,
		      struct preview_view *view)
{
	ask(view, bank, 2, place->item);
	teach(view, bank, place->item);
	view->page.noted = true;
}

static void fill_review(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	size_t before = lesson_before(bank, place->item);

	ask(view, bank, 3, place->item);
	view->page.review = PAGE_REVIEW_EARLIER;
	explain_as(view, bank, preview_page_sibling(bank, before), true);
	explain_as(view, bank, before, true);
}

static void fill_express(const struct lesson_bank *bank, const struct preview_place *place,
			 struct preview_view *view)
{
	ask(view, bank, 1, place->item);
	teach(view, bank, place->item);
	view->page.total = 1;
	first_page(bank, view);
}

static void fill_retry(const struct lesson_bank *bank, const struct preview_place *place,
		       struct preview_view *view)
{
	ask(view, bank, place->kind == PREVIEW_LAST_RETRY ? 3 : 2, place->item);
	view->page.retry = true;
}

static void fill_post_answered(const struct lesson_bank *bank, const struct preview_place *place,
			       struct preview_view *view)
{
	bool right = is_right(bank, place);

	ask_last(view, bank, place->item);
	explain_as(view, bank, preview_page_sibling(bank, place->item), right);
	explain(view, bank, place->item, place->chosen);
	view->page.offer_retry = !right;
}

static void fill_retry_answered(const struct lesson_bank *bank, const struct preview_place *place,
				struct preview_view *view)
{
	ask_last(view, bank, place->item);
	explain(view, bank, place->item, place->chosen);
	view->page.retried = true;
}

/* The others have been answered rightly; what is tried again is not counted. */
static void fill_end(const struct lesson_bank *bank, const struct preview_place *place,
		     struct preview_view *view)
{
	bool retried = place->kind == PREVIEW_LAST_RETRY_ANSWERED;
	bool right = is_right(bank, place);

	view->page.kind = PAGE_ACKNOWLEDGE;
	view->page.total = place->kind == PREVIEW_EXPRESS_ANSWERED ? 1 : QUESTIONS;
	view->page.right = view->page.total - (right && !retried ? 0 : 1);
	view->page.retried = retried;
	view->page.offer_retry = !right && !retried;
	explain(view, bank, place->item, place->chosen);
}

static fill *const fills[PREVIEW__MAX] = {
    [PREVIEW_ONLINE] = fill_online,
    [PREVIEW_ALWAYS] = fill_online,
    [PREVIEW_SHARED] = fill_online,
    [PREVIEW_OFFLINE] = fill_online,
    [PREVIEW_ENDING] = fill_ending,
    [PREVIEW_NOTICE] = fill_notice,
    [PREVIEW_LATER] = fill_audience,
    [PREVIEW_KNOWN] = fill_audience,
    [PREVIEW_QUESTION_OFFLINE] = fill_audience,
    [PREVIEW_RETURN] = fill_return,
    [PREVIEW_PRE] = fill_pre,
    [PREVIEW_POST] = fill_post,
    [PREVIEW_REVIEW] = fill_review,
    [PREVIEW_EXPRESS] = fill_express,
    [PREVIEW_RETRY] = fill_retry,
    [PREVIEW_LAST_RETRY] = fill_retry,
    [PREVIEW_POST_ANSWERED] = fill_post_answered,
    [PREVIEW_REVIEW_ANSWERED] = fill_end,
    [PREVIEW_EXPRESS_ANSWERED] = fill_end,
    [PREVIEW_RETRY_ANSWERED] = fill_retry_answered,
    [PREVIEW_LAST_RETRY_ANSWERED] = fill_end,
};

bool preview_page_is_audiences(enum preview_kind kind)
{
	return fills[kind] == fill_audience;
}

void preview_page_fill(const struct lesson_bank *bank, const struct preview_place *place,
		       int32_t today, struct preview_view *view)
{
	memset(view, 0, sizeof(*view));
	view->page.language = place->language;
	view->page.today = today;
	view->page.token = "0123456789abcdef0123456789abcdef";
	view->page.number = 1;
	view->page.total = QUESTIONS;
	fills[place->kind](bank, place, view);
	if (view->page.question != NULL)
		view->page.audience = bank->lessons[view->page.question->lesson].audience;
}

/*
 * Makes the pages of a visit without a visitor: around the question of the address stand
 * its lesson, its sibling, and the next lesson's first question as the last one.
 */
#include "ctl/preview_page.h"

#include <string.h>

enum { QUESTIONS = 3, ONLINE_SECONDS = 12 * 3600 };

static const struct lesson_question *question_at(const struct lesson_bank *bank, size_t item)
{
	return &bank->questions[item];
}

/* The next form of the same lesson, the first one after the last. */
static size_t sibling_of(const struct lesson_bank *bank, size_t item)
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

static size_t next_lesson(const struct lesson_bank *bank, size_t item)
{
	return question_of_lesson(bank, item, 1);
}

static size_t lesson_before(const struct lesson_bank *bank, size_t item)
{
	const struct lesson *lesson = &bank->lessons[bank->questions[item].lesson];
	size_t count = bank->audiences[lesson->audience].lesson_count;

	return question_of_lesson(bank, item, count - 1u);
}

static size_t audience_begin(const struct lesson_bank *bank, size_t audience)
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
	for (uint8_t i = 0; i < LESSON_OPTIONS_MAX; i++)
		page->order[i] = i; /* as in the editor's file */
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
}

static void fill_notice(const struct lesson_bank *bank, const struct preview_place *place,
			struct preview_view *view)
{
	(void)bank;
	view->page.kind = PAGE_NOTICE;
	view->page.notice = (enum page_notice)place->item;
}

static void fill_pre(const struct lesson_bank *bank, const struct preview_place *place,
		     struct preview_view *view)
{
	ask(view, bank, 1, place->item);
	view->page.choose = bank->audience_count > 1;
}

static void fill_later(const struct lesson_bank *bank, const struct preview_place *place,
		       struct preview_view *view)
{
	ask(view, bank, 1, audience_begin(bank, place->item));
	view->page.choose = bank->audience_count > 1;
	view->page.later_seconds = 600;
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
	explain_as(view, bank, sibling_of(bank, before), true);
	explain_as(view, bank, before, true);
}

static void fill_express(const struct lesson_bank *bank, const struct preview_place *place,
			 struct preview_view *view)
{
	ask(view, bank, 1, place->item);
	teach(view, bank, place->item);
	view->page.total = 1;
	view->page.choose = bank->audience_count > 1;
}

static void fill_retry(const struct lesson_bank *bank, const struct preview_place *place,
		       struct preview_view *view)
{
	ask(view, bank, 2, place->item);
	view->page.retry = true;
	explain_as(view, bank, sibling_of(bank, place->item), false);
}

static void fill_post_answered(const struct lesson_bank *bank, const struct preview_place *place,
			       struct preview_view *view)
{
	bool right = is_right(bank, place);

	ask(view, bank, 3, next_lesson(bank, place->item));
	explain_as(view, bank, sibling_of(bank, place->item), right);
	explain(view, bank, place->item, place->chosen);
	view->page.offer_retry = !right;
}

static void fill_retry_answered(const struct lesson_bank *bank, const struct preview_place *place,
				struct preview_view *view)
{
	ask(view, bank, 3, next_lesson(bank, place->item));
	explain(view, bank, place->item, place->chosen);
	view->page.retried = true;
}

/* The others have been answered rightly. */
static void fill_end(const struct lesson_bank *bank, const struct preview_place *place,
		     struct preview_view *view)
{
	bool right = is_right(bank, place);

	view->page.kind = PAGE_ACKNOWLEDGE;
	view->page.total = place->kind == PREVIEW_EXPRESS_ANSWERED ? 1 : QUESTIONS;
	view->page.right = view->page.total - (right ? 0 : 1);
	view->page.offer_retry = !right;
	explain(view, bank, place->item, place->chosen);
}

static fill *const fills[PREVIEW__MAX] = {
    [PREVIEW_ONLINE] = fill_online,
    [PREVIEW_ALWAYS] = fill_online,
    [PREVIEW_NOTICE] = fill_notice,
    [PREVIEW_LATER] = fill_later,
    [PREVIEW_RETURN] = fill_return,
    [PREVIEW_PRE] = fill_pre,
    [PREVIEW_POST] = fill_post,
    [PREVIEW_REVIEW] = fill_review,
    [PREVIEW_EXPRESS] = fill_express,
    [PREVIEW_RETRY] = fill_retry,
    [PREVIEW_POST_ANSWERED] = fill_post_answered,
    [PREVIEW_REVIEW_ANSWERED] = fill_end,
    [PREVIEW_EXPRESS_ANSWERED] = fill_end,
    [PREVIEW_RETRY_ANSWERED] = fill_retry_answered,
};

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

/* --- leading on --- */

/* The question on the page at place, and the kind of page that an answer to it leads to. */
static bool asked_at(const struct lesson_bank *bank, const struct preview_place *place,
		     size_t *item, enum preview_kind *next)
{
	static const enum preview_kind leads_to[PREVIEW__MAX] = {
	    [PREVIEW_LATER] = PREVIEW_POST,
	    [PREVIEW_PRE] = PREVIEW_POST,
	    [PREVIEW_POST] = PREVIEW_POST_ANSWERED,
	    [PREVIEW_REVIEW] = PREVIEW_REVIEW_ANSWERED,
	    [PREVIEW_EXPRESS] = PREVIEW_EXPRESS_ANSWERED,
	    [PREVIEW_RETRY] = PREVIEW_RETRY_ANSWERED,
	    [PREVIEW_POST_ANSWERED] = PREVIEW_REVIEW_ANSWERED,
	    [PREVIEW_RETRY_ANSWERED] = PREVIEW_REVIEW_ANSWERED,
	};

	*next = leads_to[place->kind];
	*item = place->item;
	if (place->kind == PREVIEW_LATER)
		*item = audience_begin(bank, place->item);
	if (*next == PREVIEW_REVIEW_ANSWERED && place->kind != PREVIEW_REVIEW)
		*item = next_lesson(bank, place->item);
	return *next != PREVIEW_INDEX;
}

static bool answer(const struct lesson_bank *bank, struct preview_place *place, const char *choice)
{
	unsigned option = (unsigned char)choice[0] - (unsigned)'a';
	enum preview_kind next;
	size_t item;

	if (!asked_at(bank, place, &item, &next) || choice[0] == '\0' || choice[1] != '\0' ||
	    option >= question_at(bank, item)->options)
		return false;
	place->kind = next;
	/* Not explained before its sibling has been answered, too. */
	place->item = next == PREVIEW_POST ? sibling_of(bank, item) : item;
	place->chosen = next == PREVIEW_POST ? 0 : (uint8_t)option;
	return true;
}

static bool retry(const struct lesson_bank *bank, struct preview_place *place)
{
	bool offered = place->kind == PREVIEW_POST_ANSWERED ||
		       place->kind == PREVIEW_REVIEW_ANSWERED ||
		       place->kind == PREVIEW_EXPRESS_ANSWERED;

	if (!offered || is_right(bank, place))
		return false;
	*place = (struct preview_place){
	    .kind = PREVIEW_RETRY,
	    .language = place->language,
	    .item = sibling_of(bank, place->item),
	};
	return true;
}

static bool to_online(struct preview_place *place, bool is)
{
	if (is)
		*place = (struct preview_place){.kind = PREVIEW_ONLINE, .language = place->language};
	return is;
}

bool preview_page_next(const struct lesson_bank *bank, struct preview_place *place,
		       const char *path, const char *choice)
{
	enum preview_kind kind = place->kind;

	if (strcmp(path, "/answer") == 0)
		return answer(bank, place, choice);
	if (strcmp(path, "/retry") == 0)
		return retry(bank, place);
	if (strcmp(path, "/later") == 0)
		return to_online(place, kind == PREVIEW_LATER);
	return strcmp(path, "/acknowledge") == 0 &&
	       to_online(place, kind == PREVIEW_RETURN || kind == PREVIEW_REVIEW_ANSWERED ||
				    kind == PREVIEW_EXPRESS_ANSWERED);
}

bool preview_page_begin(const struct lesson_bank *bank, struct preview_place *place,
			const char *audience)
{
	int found = lesson_audience_find(bank, audience);

	if (found < 0)
		return false;
	*place = (struct preview_place){
	    .kind = PREVIEW_PRE,
	    .language = place->language,
	    .item = audience_begin(bank, (size_t)found),
	};
	return true;
}

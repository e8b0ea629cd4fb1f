/*
 * Leads an editor through the preview as portal leads a visitor through a visit. Nothing is
 * remembered: from a page and an answer follows the next page.
 */
#include "ctl/preview_walk.h"

#include <string.h>

#include "ctl/preview_page.h"

/* The question on the page at place, and the kind of page that an answer to it leads to. */
static bool asked_at(const struct lesson_bank *bank, const struct preview_place *place,
		     size_t *item, enum preview_kind *next)
{
	static const enum preview_kind leads_to[PREVIEW__MAX] = {
	    [PREVIEW_LATER] = PREVIEW_POST,
	    [PREVIEW_KNOWN] = PREVIEW_POST,
	    [PREVIEW_QUESTION_OFFLINE] = PREVIEW_POST,
	    [PREVIEW_PRE] = PREVIEW_POST,
	    [PREVIEW_POST] = PREVIEW_POST_ANSWERED,
	    [PREVIEW_REVIEW] = PREVIEW_REVIEW_ANSWERED,
	    [PREVIEW_EXPRESS] = PREVIEW_EXPRESS_ANSWERED,
	    [PREVIEW_RETRY] = PREVIEW_RETRY_ANSWERED,
	    [PREVIEW_LAST_RETRY] = PREVIEW_LAST_RETRY_ANSWERED,
	    [PREVIEW_POST_ANSWERED] = PREVIEW_REVIEW_ANSWERED,
	    [PREVIEW_RETRY_ANSWERED] = PREVIEW_REVIEW_ANSWERED,
	};

	*next = leads_to[place->kind];
	*item = place->item;
	if (preview_page_is_audiences(place->kind))
		*item = preview_page_first(bank, place->item);
	if (*next == PREVIEW_REVIEW_ANSWERED && place->kind != PREVIEW_REVIEW)
		*item = preview_page_last(bank, place->item);
	return *next != PREVIEW_INDEX;
}

static bool answer(const struct lesson_bank *bank, struct preview_place *place, const char *choice)
{
	unsigned option = (unsigned char)choice[0] - (unsigned)'a';
	enum preview_kind next;
	size_t item;

	if (!asked_at(bank, place, &item, &next) || choice[0] == '\0' || choice[1] != '\0' ||
	    option >= bank->questions[item].options)
		return false;
	place->kind = next;
	/* Not explained before its sibling has been answered, too. */
	place->item = next == PREVIEW_POST ? preview_page_sibling(bank, item) : item;
	place->chosen = next == PREVIEW_POST ? 0 : (uint8_t)option;
	return true;
}

/* Offered after a wrong answer, once. */
static bool retry(const struct lesson_bank *bank, struct preview_place *place)
{
	bool middle = place->kind == PREVIEW_POST_ANSWERED;
	bool end =
	    place->kind == PREVIEW_REVIEW_ANSWERED || place->kind == PREVIEW_EXPRESS_ANSWERED;

	if ((!middle && !end) || place->chosen == bank->questions[place->item].key)
		return false;
	*place = (struct preview_place){
	    .kind = middle ? PREVIEW_RETRY : PREVIEW_LAST_RETRY,
	    .language = place->language,
	    .item = preview_page_sibling(bank, place->item),
	};
	return true;
}

static bool to_online(struct preview_place *place, bool is)
{
	if (is)
		*place =
		    (struct preview_place){.kind = PREVIEW_ONLINE, .language = place->language};
	return is;
}

/* One more lesson is a visit like any other. */
static bool renew(const struct lesson_bank *bank, struct preview_place *place)
{
	if (place->kind != PREVIEW_ENDING)
		return false;
	*place = (struct preview_place){
	    .kind = PREVIEW_PRE,
	    .language = place->language,
	    .item = preview_page_first(bank, 0),
	};
	return true;
}

static bool end(struct preview_place *place)
{
	if (place->kind != PREVIEW_SHARED)
		return false;
	place->kind = PREVIEW_NOTICE;
	place->item = PAGE_ENDED;
	return true;
}

bool preview_walk_on(const struct lesson_bank *bank, struct preview_place *place, const char *path,
		     const char *choice)
{
	enum preview_kind kind = place->kind;

	if (strcmp(path, "/answer") == 0)
		return answer(bank, place, choice);
	if (strcmp(path, "/retry") == 0)
		return retry(bank, place);
	if (strcmp(path, "/end") == 0)
		return end(place);
	if (strcmp(path, "/renew") == 0)
		return renew(bank, place);
	if (strcmp(path, "/spare") == 0)
		return to_online(place, kind == PREVIEW_ENDING);
	if (strcmp(path, "/later") == 0)
		return to_online(place, kind == PREVIEW_LATER);
	return strcmp(path, "/acknowledge") == 0 &&
	       to_online(place, kind == PREVIEW_RETURN || kind == PREVIEW_REVIEW_ANSWERED ||
				    kind == PREVIEW_EXPRESS_ANSWERED ||
				    kind == PREVIEW_LAST_RETRY_ANSWERED);
}

bool preview_walk_begin(const struct lesson_bank *bank, struct preview_place *place,
			const char *audience)
{
	int found = lesson_audience_find(bank, audience);

	if (found < 0)
		return false;
	*place = (struct preview_place){
	    .kind = PREVIEW_PRE,
	    .language = place->language,
	    .item = preview_page_first(bank, (size_t)found),
	};
	return true;
}

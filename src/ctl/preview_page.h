/*
 * What portal would show at an address of the preview. Pure; a visitor's chance is replaced
 * by an order, so that an address always shows the same.
 */
#ifndef CTL_PREVIEW_PAGE_H
#define CTL_PREVIEW_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"
#include "common/page.h"
#include "ctl/preview_url.h"

struct preview_view {
	struct page page;
	struct page_answer answers[2]; /* page.answers points here */
};

/* Fills view, but for the nonce; place is not the index. today: days since 1970. */
void preview_page_fill(const struct lesson_bank *bank, const struct preview_place *place,
		       int32_t today, struct preview_view *view);

/* Is it an audience's first page, whose question is not in the address? */
bool preview_page_is_audiences(enum preview_kind kind);

/* Of question item: the next form of its lesson; the one that is asked as the last. */
size_t preview_page_sibling(const struct lesson_bank *bank, size_t item);
size_t preview_page_last(const struct lesson_bank *bank, size_t item);
/* The question that an audience is asked first. */
size_t preview_page_first(const struct lesson_bank *bank, size_t audience);

#endif

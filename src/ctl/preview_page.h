/*
 * What portal would show at an address of the preview, and where the forms and links on
 * that page lead. Pure; a visitor's chance is replaced by an order, so that an address
 * always shows the same.
 */
#ifndef CTL_PREVIEW_PAGE_H
#define CTL_PREVIEW_PAGE_H

#include <stdbool.h>
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

/*
 * From the page at place to the next one, as portal would lead on: path is "/answer" (with
 * choice, "a" to "d"), "/acknowledge", "/later" or "/retry". False: no such form is there.
 */
bool preview_page_next(const struct lesson_bank *bank, struct preview_place *place,
		       const char *path, const char *choice);

/* To the first page of the audience of that id. False: there is none. */
bool preview_page_begin(const struct lesson_bank *bank, struct preview_place *place,
			const char *audience);

#endif

/* Where the forms and links on a page of the preview lead, as portal would lead on. Pure. */
#ifndef CTL_PREVIEW_WALK_H
#define CTL_PREVIEW_WALK_H

#include <stdbool.h>

#include "common/lesson.h"
#include "ctl/preview_url.h"

/*
 * From the page at place to the next one: path is "/answer" (with
 * choice, "a" to "d"), "/acknowledge", "/later" or "/retry". False: no such form is there.
 */
bool preview_walk_on(const struct lesson_bank *bank, struct preview_place *place, const char *path,
		     const char *choice);

/* To the first page of the audience of that id. False: there is none. */
bool preview_walk_begin(const struct lesson_bank *bank, struct preview_place *place,
			const char *audience);

#endif

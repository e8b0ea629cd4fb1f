/*
 * Moodle's GIFT, as far as a pack can hold it: multiple choice with one right option, in
 * plain text. What a pack cannot hold is refused with its line, never bent into shape.
 */
#ifndef CTL_GIFT_H
#define CTL_GIFT_H

#include <stdio.h>

#include "common/report.h"
#include "ctl/item.h"

/*
 * Adds to list the questions of text, which has to be as intake gives it. Pure: path is for
 * messages alone. text is changed, and the list's strings point into it. Every mistake goes
 * to report; what is in the list is without one.
 */
void gift_parse(char *text, const char *path, struct item_list *list, struct report *report);

/*
 * Writes one question with an empty line behind it; Moodle, and gift_parse, read the same
 * texts back. Where the category differs from that of before (NULL: there is none), it is
 * written first. What a topic or audience needs is an id.
 */
void gift_write(FILE *out, const struct item *item, const struct item *before);

#endif

/*
 * Aiken: a question on one line, its options below it, "ANSWER: X". It has no names, no
 * explanations and no escapes.
 */
#ifndef CTL_AIKEN_H
#define CTL_AIKEN_H

#include <stdbool.h>
#include <stdio.h>

#include "common/report.h"
#include "ctl/item.h"

/* As gift_parse. */
void aiken_parse(char *text, const char *path, struct item_list *list, struct report *report);

/*
 * Writes one question with an empty line behind it. False, having written nothing, when
 * its text would be read as an option or as the answer.
 */
bool aiken_write(FILE *out, const struct item *item);

/* Has text a line "ANSWER:" and nothing that GIFT would take for answers? */
bool aiken_likely(const char *text);

#endif

/* A file of imported questions in the pack's own syntax, for an editor to complete. */
#ifndef CTL_DRAFT_H
#define CTL_DRAFT_H

#include <stdio.h>

#include "ctl/item.h"

struct draft {
	const struct item_list *list;
	const char *from;     /* the file's name, for the first line */
	const char *language; /* of the texts: "vi" */
	const char *audience; /* of those items that do not say; NULL: unknown */
};

/* Writes the whole file. What is not known is a comment and no setting: a pack that gets
 * an uncompleted entry is refused with the entry's line. */
void draft_write(FILE *out, const struct draft *draft);

/* How many items lack something besides source, kind and review_by, which all lack. */
size_t draft_incomplete(const struct draft *draft);

#endif

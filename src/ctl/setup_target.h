/* The servers that congchao setup knows: where each one's file is, and what goes into it. */
#ifndef CTL_SETUP_TARGET_H
#define CTL_SETUP_TARGET_H

#include <stdbool.h>

#include "ctl/setup.h"

struct setup_target {
	const char *word;    /* what the operator calls it */
	const char *folder;  /* there when this machine has it */
	const char *file;    /* in that folder */
	setup_print *print;  /* of a file that is ours; NULL: the file is edited */
	const char *missing; /* when the folder is not there */
	const char *restart;
};

extern const struct setup_target setup_targets[];
enum { SETUP_TARGETS = 3 };

/* The server of that name, or NULL. */
const struct setup_target *setup_target_find(const char *word);

/* Prints what would be written, alone. Each of the three returns an exit status. */
int setup_show(const struct setup_target *target, const struct setup_plan *plan, const char *root,
	       struct report *report);
int setup_write(const struct setup_target *target, const struct setup_plan *plan, const char *root,
		struct report *report);
int setup_undo(const struct setup_target *target, const char *root, struct report *report);

/* For every server that this machine has: where, how it stands, and the lines. */
int setup_show_all(const struct setup_plan *plan, const char *root, struct report *report);

#endif

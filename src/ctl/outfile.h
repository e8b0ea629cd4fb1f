/* A file that is written whole or not at all, and never over another by accident. */
#ifndef CTL_OUTFILE_H
#define CTL_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "common/report.h"

enum { OUTFILE_PATH_SIZE = 512 };

struct outfile {
	FILE *out; /* for the caller to write to */
	char path[OUTFILE_PATH_SIZE], part[OUTFILE_PATH_SIZE];
	bool force;
};

/*
 * Begins to write path; with force it may exist already. Returns 0, or -1 when report has
 * been told why not. Then outfile_end or outfile_drop is due.
 */
int outfile_begin(struct outfile *file, const char *path, bool force, struct report *report);

/* Puts what was written in its place. Returns 0, or -1 with path as it was before. */
int outfile_end(struct outfile *file, struct report *report);

/* Nothing was written after all. */
void outfile_drop(struct outfile *file);

#endif

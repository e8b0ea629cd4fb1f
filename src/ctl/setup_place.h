/*
 * A file of another program that congchao setup may read, put another in the place of, or
 * take away: whole or not at all, and never through a link that a stranger has laid.
 */
#ifndef CTL_SETUP_PLACE_H
#define CTL_SETUP_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/report.h"

enum { SETUP_PATH_SIZE = 512, SETUP_NAME_SIZE = 64 };

struct setup_place {
	int folder; /* open */
	char path[SETUP_PATH_SIZE];
	const char *name;	    /* borrowed, the last part of path */
	char part[SETUP_NAME_SIZE]; /* what is being written, beside it */
	bool there;
	struct stat seen; /* when it was read */
};

enum setup_found { SETUP_FOUND, SETUP_NO_FOLDER, SETUP_FAILED };

/*
 * Opens the folder below root, for its file of that name. SETUP_FAILED: report was told
 * why. With SETUP_FOUND setup_place_close is due.
 */
enum setup_found setup_place_open(struct setup_place *place, const char *root, const char *folder,
				  const char *name, struct report *report);
void setup_place_close(struct setup_place *place);

/* The file's text, "" when it is not there, for the caller to free; NULL: it is reported. */
char *setup_place_read(struct setup_place *place, struct report *report);

/*
 * After setup_place_read: puts text in the place of what was read, with the same owner and
 * mode. Refuses when another program was faster. Returns 0, or -1 when it is reported.
 */
int setup_place_write(struct setup_place *place, const char *text, struct report *report);

/* After setup_place_read: takes the file away. Returns 0, or -1 when it is reported. */
int setup_place_remove(struct setup_place *place, struct report *report);

/* Takes away what a run that was killed has left. Returns 0, or -1 when it is reported. */
int setup_place_tidy(struct setup_place *place, struct report *report);

#endif

/* What `congchao content publish` is asked for on the command line. */
#ifndef CTL_PUBLISH_OPTIONS_H
#define CTL_PUBLISH_OPTIONS_H

#include <stdbool.h>

#include "ctl/publish_week.h"

enum { PUBLISH_ADDRESS_MAX = 200 };

struct publish_options {
	const char *folder;
	const char *lesson;		       /* NULL: the week's */
	const char *network;		       /* NULL: no sign */
	char address[PUBLISH_ADDRESS_MAX + 2]; /* ends in "/"; "": not known */
	struct publish_week week;	       /* without --week: the one that is now */
};

/* False: what is wrong, and what was expected, has been logged. */
bool publish_options_read(int argc, char **argv, struct publish_options *options);

#endif

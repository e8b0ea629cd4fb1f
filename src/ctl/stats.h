/* congchao stats: what was asked for, for each of its answers. */
#ifndef CTL_STATS_H
#define CTL_STATS_H

#include <stdint.h>
#include <stdio.h>

#include "ctl/command.h"

struct stats_asked {
	const struct command_line *line; /* json, csv */
	const struct conf *conf;
	int64_t from, to; /* from <= hour < to, seconds since 1970 */
};

/* Print their table to stdout; the exit status. */
int questions_run(const struct stats_asked *asked);
int learning_run(const struct stats_asked *asked);

/* "From ... to ..., local time:", above a table. */
void stats_heading(const struct stats_asked *asked, FILE *out);

#endif

/*
 * Asks the running portal over its control socket: one line there, "ok" and lines of
 * "key value" back, up to the end of the connection.
 */
#ifndef CTL_CONTROL_H
#define CTL_CONTROL_H

#include <stdbool.h>

#include "common/conf.h"
#include "ctl/command.h"

/* A full table of visits (CONF_VISITS_MAX) is 5.3 MB at most. */
enum { CONTROL_BYTES_MAX = 8 * 1024 * 1024, CONTROL_WAIT_MS = 10000 };

/*
 * Sends the question (without newline). Returns what stands after "ok", printable ASCII
 * and newlines only, for the caller to free; or NULL after it has told the operator on
 * stderr what is wrong and what to do.
 */
char *control_ask(const struct command_line *line, const struct conf *conf, const char *question);

/*
 * The next line of an answer, cut into key and value ("" when there is none), both
 * inside *cursor's text. False at the end.
 */
bool control_next(char **cursor, char **key, char **value);

#endif

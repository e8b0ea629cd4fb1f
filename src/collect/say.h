/*
 * Log lines that strangers can cause: at most one in a second, with how many were left out,
 * and with nothing in them that a terminal would obey.
 */
#ifndef COLLECT_SAY_H
#define COLLECT_SAY_H

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

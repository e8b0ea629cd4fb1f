/*
 * What went wrong, in a sentence for the operator: it is logged, kept for `congchao report
 * status`, and shown there until a round succeeds.
 */
#ifndef REPORT_PROBLEM_H
#define REPORT_PROBLEM_H

enum { PROBLEM_SIZE = 320 };

struct problem {
	char text[PROBLEM_SIZE]; /* "": none */
};

/* Says what, and returns -1: return problem_say(problem, ...). */
int problem_say(struct problem *problem, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

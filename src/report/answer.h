/*
 * What the department answers, read strictly: what is not exactly as
 * congchao-report-format(5) says confirms nothing. Pure.
 */
#ifndef REPORT_ANSWER_H
#define REPORT_ANSWER_H

#include <stddef.h>

#include "report/key.h"
#include "report/problem.h"
#include "report/revision.h"

enum { ANSWER_RESULTS_MAX = 48, ANSWER_BYTES_MAX = 64 * 1024, ANSWER_TEXT_SIZE = 160 };

struct answer {
	struct revision_result results[ANSWER_RESULTS_MAX];
	size_t count;
};

/* {"results":[...]}. Each 0, or -1 with a problem, and then nothing of it is to be used. */
int answer_results(const char *body, size_t size, struct answer *answer, struct problem *problem);
/* {"site":...,"key_version":...,"key":...,"url":...} into key; the rest of it stays. */
int answer_enrolled(const char *body, size_t size, struct key *key, struct problem *problem);
/* {"key_version":...,"key":...} */
int answer_rotated(const char *body, size_t size, struct key *key, struct problem *problem);

/* {"error":"..."}: its text for the operator, or "". */
void answer_error(const char *body, size_t size, char out[ANSWER_TEXT_SIZE]);

#endif

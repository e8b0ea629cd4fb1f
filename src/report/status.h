/* What congchao report status knows, before it is said to a person or a program. */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#include <stdint.h>
#include <stdio.h>

#include "common/conf.h"
#include "report/key.h"
#include "report/problem.h"

struct status {
	const struct conf *conf;
	const struct key *key; /* NULL: not enrolled */
	char url[CONF_URL_SIZE];
	char problem[PROBLEM_SIZE];
	int64_t problem_since, tried, success, next, failures;
	int64_t from, to, unsent, oldest, parked;
};

/* Prometheus' text format: numbers only, neither the site nor the server. */
void status_metrics(const struct status *status, FILE *out);

#endif

/* Counters of this process in Prometheus' text format. Pure but for the counters; one thread. */
#include "collect/metrics.h"

#include <stddef.h>

static const char *const results[METRICS_RESULT__MAX] = {
    [METRICS_NEW] = "new",
    [METRICS_SAME] = "same",
    [METRICS_STALE] = "stale",
    [METRICS_CONFLICT] = "conflict",
    [METRICS_REPLACED] = "replaced",
    [METRICS_REFUSED] = "refused",
    [METRICS_TOO_OLD] = "too_old",
    [METRICS_DENIED] = "denied",
    [METRICS_MALFORMED] = "malformed",
    [METRICS_UNAVAILABLE] = "unavailable",
};

static const int bounds_ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

enum { BOUNDS = sizeof(bounds_ms) / sizeof(bounds_ms[0]) };

static uint64_t counts[METRICS_RESULT__MAX];
static uint64_t took[BOUNDS + 1], took_sum_ms;

void metrics_count(enum metrics_result result)
{
	counts[result]++;
}

void metrics_took(int64_t ms)
{
	size_t i = 0;

	while (i < BOUNDS && ms > bounds_ms[i])
		i++;
	took[i]++;
	took_sum_ms += (uint64_t)ms;
}

void metrics_write(FILE *out)
{
	uint64_t sum = 0;

	fputs("# HELP congchao_reports_total Reports by result; denied, malformed and unavailable "
	      "count requests.\n# TYPE congchao_reports_total counter\n",
	      out);
	for (int i = 0; i < METRICS_RESULT__MAX; i++)
		fprintf(out, "congchao_reports_total{result=\"%s\"} %llu\n", results[i],
			(unsigned long long)counts[i]);
	fputs("# HELP congchao_ingest_seconds From a complete request to COMMIT.\n"
	      "# TYPE congchao_ingest_seconds histogram\n",
	      out);
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += took[i];
		fprintf(out, "congchao_ingest_seconds_bucket{le=\"%g\"} %llu\n", bounds_ms[i] / 1e3,
			(unsigned long long)sum);
	}
	sum += took[BOUNDS];
	fprintf(out,
		"congchao_ingest_seconds_bucket{le=\"+Inf\"} %llu\n"
		"congchao_ingest_seconds_sum %g\ncongchao_ingest_seconds_count %llu\n",
		(unsigned long long)sum, (double)took_sum_ms / 1e3, (unsigned long long)sum);
}

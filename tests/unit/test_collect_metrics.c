/*
 * The collector's counters as Prometheus reads them.
 * links: collect/metrics
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/metrics.h"

static char *written(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	metrics_write(out);
	fclose(out);
	return text;
}

/* Whole lines only. */
static bool has(const char *text, const char *line)
{
	for (size_t length; *text != '\0'; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (length == strlen(line) && strncmp(text, line, length) == 0)
			return true;
	}
	return false;
}

static void expect(const char *line)
{
	char *text = written();
	bool found = has(text, line);

	free(text);
	if (!found)
		fail_msg("no line %s", line);
}

static void results_are_counted_apart(void **state)
{
	(void)state;
	expect("congchao_reports_total{result=\"new\"} 0");
	metrics_count(METRICS_NEW);
	metrics_count(METRICS_NEW);
	metrics_count(METRICS_DENIED);
	expect("congchao_reports_total{result=\"new\"} 2");
	expect("congchao_reports_total{result=\"denied\"} 1");
	expect("congchao_reports_total{result=\"unavailable\"} 0");
}

static void buckets_hold_all_that_are_not_slower(void **state)
{
	(void)state;
	metrics_took(0);
	metrics_took(1);
	metrics_took(2);
	metrics_took(20);
	metrics_took(21);
	metrics_took(60000);
	expect("congchao_ingest_seconds_bucket{le=\"0.001\"} 2");
	expect("congchao_ingest_seconds_bucket{le=\"0.002\"} 3");
	expect("congchao_ingest_seconds_bucket{le=\"0.02\"} 4");
	expect("congchao_ingest_seconds_bucket{le=\"0.05\"} 5");
	expect("congchao_ingest_seconds_bucket{le=\"5\"} 5");
	expect("congchao_ingest_seconds_bucket{le=\"+Inf\"} 6");
	expect("congchao_ingest_seconds_sum 60.044");
	expect("congchao_ingest_seconds_count 6");
}

static void every_family_has_its_type(void **state)
{
	char *text = written();

	(void)state;
	assert_non_null(strstr(text, "# TYPE congchao_reports_total counter\n"));
	assert_non_null(strstr(text, "# TYPE congchao_ingest_seconds histogram\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(results_are_counted_apart),
	    cmocka_unit_test(buckets_hold_all_that_are_not_slower),
	    cmocka_unit_test(every_family_has_its_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

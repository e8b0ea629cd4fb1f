/*
 * The table of health: what congchao reads, and what Prometheus reads, of the same numbers.
 * What the parts of portal say is what a test says.
 * links: portal/health
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/drop.h"
#include "portal/health.h"

static struct visit visits[4] = {
    {.state = VISIT_FREE}, {.state = VISIT_HELD}, {.state = VISIT_LEARNING}, {.state = VISIT_HELD}};
static struct store_status store = {
    .ok = true, .clock_settled = true, .commits = 12, .failures = 3, .last_commit_us = 812};

uint32_t visit_max(const struct visits *of)
{
	(void)of;
	return 4;
}

uint32_t visit_count(const struct visits *of)
{
	(void)of;
	return 3;
}

struct visit *visit_at(struct visits *of, uint32_t number)
{
	(void)of;
	return &visits[number - 1];
}

void store_status(struct store *of, struct store_status *out)
{
	(void)of;
	*out = store;
}

const char *tls_word(const struct tls *tls)
{
	return tls != NULL ? "ok" : "off";
}

int64_t tls_days_left(const struct tls *tls)
{
	return tls != NULL ? 29 : 0;
}

bool drop_has_seccomp(void)
{
	return true;
}

static const struct msg gate = {.flags = MSG_FLAG_TABLE | MSG_FLAG_CTNETLINK,
				.count = 7,
				.seconds = 1000,
				.value = 1024,
				.interfaces = 2};

static char *written(void (*write)(const struct health *, FILE *), const struct portal *portal)
{
	struct health health;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	health_look(portal, &gate, &health);
	write(&health, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static const struct conf conf = {.when_down_open = true, .uplink_check = true};
static const struct portal portal = {
    .conf = &conf,
    .landlock = true,
    .tick = {.count = 5, .sum_us = 2500000, .last_us = 40, .longest_us = 1500000}};

static void assert_has(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	if (at == NULL || (at != text && at[-1] != '\n'))
		fail_msg("\"%s\" is not in:\n%s", line, text);
}

static void congchao_is_told_what_it_reads(void **state)
{
	char *text = written(health_write_status, &portal);

	(void)state;
	assert_has(text, "version " VERSION "\nuptime_seconds ");
	assert_has(text, "when_down open\ntable yes\nowner no\nctnetlink yes\nreleased 7\n"
			 "released_max 1000\nvisits 3\nvisits_max 4\nheld 2\nlearning 1\n"
			 "acknowledged 0\nneighbour_limit 1024\ninterfaces_present 2\nstore ok\n"
			 "journal wal\nclock settled\ncommits 12\nfailures 3\nlast_commit_us 812\n"
			 "landlock yes\nseccomp yes\ntls off\ntls_days 0\nuplink up\nresolver no\n"
			 "last_tick_us 40\n"
			 "longest_tick_us 1500000\n");
	free(text);
}

static void prometheus_is_told_the_same(void **state)
{
	char *text = written(health_write_metrics, &portal);

	(void)state;
	assert_has(text, "congchao_gate_table 1\n");
	assert_has(text, "congchao_gate_released 7\n");
	assert_has(text, "congchao_gate_released_max 1000\n");
	assert_has(text, "congchao_portal_held 2\n");
	assert_has(text, "congchao_portal_learning 1\n");
	assert_has(text, "congchao_portal_store_ok 1\n");
	assert_has(text, "congchao_portal_commits_total 12\n");
	assert_has(text, "congchao_portal_commit_failures_total 3\n");
	assert_has(text, "congchao_portal_last_commit_seconds 0.000812\n");
	assert_has(text, "congchao_portal_tick_seconds_total 2.500000\n");
	assert_has(text, "congchao_portal_longest_tick_seconds 1.500000\n");
	assert_has(text, "congchao_portal_info{version=\"" VERSION "\"} 1\n");
	assert_null(strstr(text, "certificate"));
	free(text);
}

static void trouble_is_a_zero(void **state)
{
	struct store_status fine = store;
	char *text;

	(void)state;
	store.ok = store.clock_settled = false;
	text = written(health_write_metrics, &portal);
	assert_has(text, "congchao_portal_store_ok 0\n");
	assert_has(text, "congchao_portal_clock_settled 0\n");
	free(text);
	text = written(health_write_status, &portal);
	assert_has(text, "store failing\njournal wal\nclock unsettled\n");
	free(text);
	store = fine;
}

static void a_certificate_has_its_days(void **state)
{
	struct portal with = portal;
	char *text;

	(void)state;
	with.tls = (struct tls *)(uintptr_t)1;
	text = written(health_write_metrics, &with);
	assert_has(text, "congchao_portal_certificate_days 29\n");
	free(text);
	text = written(health_write_status, &with);
	assert_has(text, "tls ok\ntls_days 29\n");
	free(text);
}

static void an_uplink_that_nobody_checks_is_in_no_metric(void **state)
{
	const struct conf unchecked = {.when_down_open = true};
	struct portal with = portal;
	char *text = written(health_write_metrics, &portal);

	(void)state;
	assert_has(text, "congchao_gate_uplink_up 1\n");
	assert_has(text, "congchao_gate_resolver 0\n");
	free(text);
	with.conf = &unchecked;
	text = written(health_write_metrics, &with);
	assert_null(strstr(text, "uplink"));
	free(text);
	text = written(health_write_status, &with);
	assert_has(text, "uplink unchecked\n");
	free(text);
}

/* HELP, TYPE and one value of each, by its name; a counter ends in _total, nothing else does. */
static void every_metric_is_well_formed(void **state)
{
	char *text = written(health_write_metrics, &portal), *save = NULL;
	char name[80] = "", type[16] = "", word[80];
	unsigned count = 0;

	(void)state;
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save), count++) {
		size_t length = strcspn(line, " {");

		switch (count % 3) {
		case 0:
			assert_int_equal(sscanf(line, "# HELP %79s %*s", name), 1);
			break;
		case 1:
			assert_int_equal(sscanf(line, "# TYPE %79s %15s", word, type), 2);
			assert_string_equal(word, name);
			break;
		default:
			assert_int_equal(length, strlen(name));
			assert_memory_equal(line, name, length);
			assert_true(isdigit((unsigned char)line[strlen(line) - 1]));
			assert_int_equal(strcmp(type, "counter") == 0,
					 strcmp(name + length - 6, "_total") == 0);
		}
	}
	assert_true(count > 45 && count % 3 == 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(congchao_is_told_what_it_reads),
	    cmocka_unit_test(prometheus_is_told_the_same),
	    cmocka_unit_test(trouble_is_a_zero),
	    cmocka_unit_test(a_certificate_has_its_days),
	    cmocka_unit_test(an_uplink_that_nobody_checks_is_in_no_metric),
	    cmocka_unit_test(every_metric_is_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

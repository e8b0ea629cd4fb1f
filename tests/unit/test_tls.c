/*
 * Which certificate visitors get: at the start, after a reload, when time passes, and while
 * nobody knows the time. What is in the files is what a test says.
 * links: portal/tls common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/certificate.h"
#include "portal/tls.h"

/* One for each reading that has not been freed. */
struct certificate_pair {
	int number;
};

static const struct conf conf = {.name = "portal.example.net", .certificate = "/c", .key = "/k"};
static enum certificate_state on_disk, in_time;
static int readings, kept;
static int64_t days;

struct certificate_pair *certificate_read(const struct conf *of, int64_t now,
					  struct certificate_info *out)
{
	struct certificate_pair *pair;

	(void)now;
	*out = (struct certificate_info){.state = on_disk, .file = of->certificate, .why = "why"};
	readings++;
	if (on_disk > CERTIFICATE_EXPIRED)
		return NULL;
	pair = malloc(sizeof(*pair));
	assert_non_null(pair);
	pair->number = readings;
	kept++;
	return pair;
}

enum certificate_state certificate_check_time(const struct conf *of, int64_t now,
					      struct certificate_info *info)
{
	(void)of;
	(void)now;
	return info->state = in_time;
}

void certificate_free(struct certificate_pair *pair)
{
	kept -= pair != NULL;
	free(pair);
}

int64_t certificate_days_left(const struct certificate_info *info, int64_t now)
{
	(void)info;
	(void)now;
	return days;
}

const char *certificate_word(enum certificate_state state)
{
	static char word[CERTIFICATE__MAX][4];

	snprintf(word[state], sizeof(word[state]), "%d", (int)state);
	return word[state];
}

static struct tls *opened(enum certificate_state state, bool settled)
{
	struct tls *tls;

	on_disk = state;
	readings = 0;
	days = 60;
	tls = tls_open(&conf, settled);
	assert_non_null(tls);
	return tls;
}

static void shows(const struct tls *tls, int number)
{
	const struct certificate_pair *pair = tls_shown(tls);

	assert_int_equal(pair != NULL ? pair->number : 0, number);
}

static void closed(struct tls *tls)
{
	tls_close(tls);
	assert_int_equal(kept, 0);
}

static void at_the_start(void **state)
{
	(void)state;
	for (int i = CERTIFICATE_GOOD; i < CERTIFICATE__MAX; i++) {
		struct tls *tls = opened((enum certificate_state)i, true);

		shows(tls, i == CERTIFICATE_GOOD || i == CERTIFICATE_UNTRUSTED ? 1 : 0);
		assert_string_equal(tls_word(tls), certificate_word((enum certificate_state)i));
		closed(tls);
	}
}

static void not_yet_valid_is_good_while_nobody_knows_the_time(void **state)
{
	struct tls *tls = opened(CERTIFICATE_NOT_YET, false);

	(void)state;
	shows(tls, 1);
	assert_string_equal(tls_word(tls), certificate_word(CERTIFICATE_GOOD));
	in_time = CERTIFICATE_NOT_YET;
	tls_tick(tls, false);
	shows(tls, 1);
	/* The clock is right now: it is truly not valid yet. Then its time comes. */
	tls_tick(tls, true);
	shows(tls, 0);
	assert_string_equal(tls_word(tls), certificate_word(CERTIFICATE_NOT_YET));
	in_time = CERTIFICATE_GOOD;
	tls_tick(tls, true);
	shows(tls, 1);
	closed(tls);
}

static void expired_is_expired_for_any_clock(void **state)
{
	struct tls *tls = opened(CERTIFICATE_EXPIRED, false);

	(void)state;
	shows(tls, 0);
	/* ... but one that was ahead and has been set back. */
	in_time = CERTIFICATE_GOOD;
	tls_tick(tls, true);
	shows(tls, 1);
	closed(tls);
}

static void it_expires_while_it_is_shown(void **state)
{
	struct tls *tls = opened(CERTIFICATE_GOOD, true);

	(void)state;
	in_time = CERTIFICATE_EXPIRED;
	tls_tick(tls, true);
	shows(tls, 0);
	assert_int_equal(readings, 1);
	on_disk = CERTIFICATE_GOOD;
	assert_true(tls_reload(tls, true));
	shows(tls, 2);
	closed(tls);
}

static void a_reload_takes_the_new_one(void **state)
{
	struct tls *tls = opened(CERTIFICATE_GOOD, true);

	(void)state;
	assert_true(tls_reload(tls, true));
	shows(tls, 2);
	on_disk = CERTIFICATE_UNTRUSTED;
	assert_true(tls_reload(tls, true));
	shows(tls, 3);
	closed(tls);
}

static void a_new_one_that_cannot_be_used_leaves_the_old_one(void **state)
{
	struct tls *tls = opened(CERTIFICATE_GOOD, true);

	(void)state;
	for (int i = CERTIFICATE_NOT_YET; i < CERTIFICATE__MAX; i++) {
		on_disk = (enum certificate_state)i;
		assert_false(tls_reload(tls, true));
		shows(tls, 1);
		assert_string_equal(tls_word(tls), certificate_word(CERTIFICATE_GOOD));
	}
	closed(tls);
}

static void any_new_one_is_taken_when_the_old_one_is_of_no_use(void **state)
{
	struct tls *tls = opened(CERTIFICATE_UNREADABLE, true);

	(void)state;
	tls_tick(tls, true); /* there is nothing to look at */
	shows(tls, 0);
	on_disk = CERTIFICATE_NOT_YET;
	assert_false(tls_reload(tls, true));
	shows(tls, 0);
	assert_string_equal(tls_word(tls), certificate_word(CERTIFICATE_NOT_YET));
	in_time = CERTIFICATE_GOOD;
	tls_tick(tls, true);
	shows(tls, 2);
	closed(tls);
}

static void none_is_configured(void **state)
{
	(void)state;
	assert_string_equal(tls_word(NULL), certificate_word(CERTIFICATE_OFF));
	assert_int_equal(tls_days_left(NULL), 0);
	tls_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(at_the_start),
	    cmocka_unit_test(not_yet_valid_is_good_while_nobody_knows_the_time),
	    cmocka_unit_test(expired_is_expired_for_any_clock),
	    cmocka_unit_test(it_expires_while_it_is_shown),
	    cmocka_unit_test(a_reload_takes_the_new_one),
	    cmocka_unit_test(a_new_one_that_cannot_be_used_leaves_the_old_one),
	    cmocka_unit_test(any_new_one_is_taken_when_the_old_one_is_of_no_use),
	    cmocka_unit_test(none_is_configured),
	};

	return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}

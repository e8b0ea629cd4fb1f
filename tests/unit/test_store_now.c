/*
 * What the store reads of this machine: its clocks and the name of its boot.
 * links: portal/store_now common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "portal/store_now.h"

static void the_clocks_are_the_kernels(void **state)
{
	struct store_now now;
	struct timespec boot;

	(void)state;
	store_now_read(&now);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	assert_in_range(now.boot_ms, boot.tv_sec * 1000 - 60000, boot.tv_sec * 1000 + 999);
	assert_in_range(now.wall_seconds, time(NULL) - 60, time(NULL));
}

static void the_boot_has_one_name(void **state)
{
	char first[STORE_BOOT_ID_SIZE];
	char second[STORE_BOOT_ID_SIZE];

	(void)state;
	store_now_boot_id(first);
	store_now_boot_id(second);
	assert_string_equal(first, second);
	assert_int_equal(strlen(first), STORE_BOOT_ID_SIZE - 1);
	assert_int_equal(first[8], '-');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_clocks_are_the_kernels),
	    cmocka_unit_test(the_boot_has_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

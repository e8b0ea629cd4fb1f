/*
 * What is put in place where the kernel lacks something: here the kernel is a function
 * that refuses what it is told to lack.
 * links: gate/ruleset_install common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>

#include "gate/ruleset.h"

enum { COUNTS = 1, OWNER = 2, FIB = 4, ALL = 7 };

static unsigned lacks, tries;
static int refusal;

static unsigned wants(const struct ruleset *rules)
{
	return (rules->counts ? COUNTS : 0u) | (rules->owner ? OWNER : 0u) |
	       (rules->fib ? FIB : 0u);
}

int ruleset_install_once(const struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg)
{
	(void)nl;
	(void)fill;
	(void)arg;
	tries++;
	if (refusal == EOPNOTSUPP && (wants(rules) & lacks) == 0)
		return 0;
	errno = refusal;
	return -1;
}

static int install(struct ruleset *rules, unsigned asked, int error)
{
	*rules = (struct ruleset){.ctnetlink = true,
				  .counts = (asked & COUNTS) != 0,
				  .owner = (asked & OWNER) != 0,
				  .fib = (asked & FIB) != 0};
	refusal = error;
	tries = 0;
	return ruleset_install(rules, NULL, NULL, NULL);
}

static void exactly_what_the_kernel_lacks_is_left_out(void **state)
{
	struct ruleset rules;

	(void)state;
	for (lacks = 0; lacks <= ALL; lacks++)
		for (unsigned asked = 0; asked <= ALL; asked++) {
			assert_int_equal(install(&rules, asked, EOPNOTSUPP), 0);
			assert_int_equal(wants(&rules), asked & ~lacks);
			assert_true(rules.ctnetlink);
			if ((asked & lacks) == 0)
				assert_int_equal(tries, 1);
		}
}

/* Another gate owns the table: that is no lack. */
static void another_refusal_is_final(void **state)
{
	struct ruleset rules;

	(void)state;
	assert_int_equal(install(&rules, ALL, EPERM), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(tries, 1);
	assert_int_equal(wants(&rules), ALL);
}

static void when_nothing_helps_it_is_as_it_was_asked(void **state)
{
	struct ruleset rules;

	(void)state;
	assert_int_equal(install(&rules, ALL, ENOENT), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(wants(&rules), ALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exactly_what_the_kernel_lacks_is_left_out),
	    cmocka_unit_test(another_refusal_is_final),
	    cmocka_unit_test(when_nothing_helps_it_is_as_it_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The statistics against examples worked out by hand and published ones. The arithmetic
 * stands above each; tests/stats compares thousands of tables with another computation.
 * links: ctl/score
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "ctl/score.h"

/* As far as a book prints it. */
static void assert_near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.6f, expected %.6f", value, expected);
}

static void assert_score(struct score score, double value, double low, double high)
{
	assert_true(score.known);
	assert_near(score.value, value, 0.00005);
	assert_near(score.low, low, 0.00005);
	assert_near(score.high, high, 0.00005);
}

/*
 * 8 of 10, z = 1.959964, z^2 = 3.841459:
 * middle  0.8 + 3.841459 / 20                              = 0.992073
 * half    1.959964 sqrt(0.16 / 10 + 3.841459 / 400)        = 1.959964 * 0.160011 = 0.313617
 * over    1 + 0.3841459                                    = 1.384146
 * low     (0.992073 - 0.313617) / 1.384146                 = 0.490162
 * high    (0.992073 + 0.313617) / 1.384146                 = 0.943318
 */
static void wilson_of_eight_in_ten(void **state)
{
	(void)state;
	assert_score(score_proportion((struct score_count){8, 10}), 0.8, 0.490162, 0.943318);
}

/* Newcombe, Two-sided confidence intervals for the single proportion (1998), table I. */
static void wilson_as_published(void **state)
{
	(void)state;
	assert_score(score_proportion((struct score_count){81, 263}), 0.3080, 0.2553, 0.3662);
	assert_score(score_proportion((struct score_count){15, 148}), 0.1014, 0.0624, 0.1605);
	assert_score(score_proportion((struct score_count){0, 20}), 0, 0, 0.1611);
	assert_score(score_proportion((struct score_count){1, 29}), 0.0345, 0.0061, 0.1718);
}

static void none_and_all_are_bounded_exactly(void **state)
{
	(void)state;
	for (int64_t n = 1; n < 2000; n++) {
		assert_true(score_proportion((struct score_count){0, n}).low == 0);
		assert_true(score_proportion((struct score_count){n, n}).high == 1);
	}
}

static void nothing_is_not_known(void **state)
{
	const struct score_pairs pairs = {{{0, 0}, {0, 0}}};

	(void)state;
	assert_false(score_proportion((struct score_count){0, 0}).known);
	assert_false(
	    score_difference((struct score_count){1, 2}, (struct score_count){0, 0}).known);
	assert_false(
	    score_difference((struct score_count){0, 0}, (struct score_count){1, 2}).known);
	assert_false(score_gain(&pairs).known);
	assert_false(score_normalised_gain(&pairs).known);
}

/* Newcombe, Interval estimation for the difference between independent proportions (1998),
 * table II, method 10. */
static void difference_as_published(void **state)
{
	(void)state;
	assert_score(score_difference((struct score_count){56, 70}, (struct score_count){48, 80}),
		     0.2, 0.0524, 0.3339);
	assert_score(score_difference((struct score_count){9, 10}, (struct score_count){3, 10}),
		     0.6, 0.1705, 0.8090);
	assert_score(score_difference((struct score_count){6, 7}, (struct score_count){2, 7}),
		     0.5714, 0.0582, 0.8062);
	assert_score(score_difference((struct score_count){5, 56}, (struct score_count){0, 29}),
		     0.0893, -0.0381, 0.1926);
	assert_score(score_difference((struct score_count){0, 10}, (struct score_count){0, 10}), 0,
		     -0.2775, 0.2775);
	assert_score(score_difference((struct score_count){10, 10}, (struct score_count){0, 10}), 1,
		     0.6075, 1);
}

static void a_difference_stands_on_the_smaller_group(void **state)
{
	(void)state;
	assert_int_equal(
	    score_difference((struct score_count){9, 29}, (struct score_count){3, 100}).n, 29);
	assert_int_equal(
	    score_difference((struct score_count){9, 100}, (struct score_count){3, 29}).n, 29);
}

/*
 * Two subjects: 30 of 40 against 10 of 20, weight 40*20/60 = 13.333333; 12 of 20 against 20
 * of 80, weight 20*80/100 = 16. (13.333333*0.25 + 16*0.35) / 29.333333 = 0.304545, where
 * the sums, 42 of 60 against 30 of 100, would say 0.4.
 */
static void subjects_are_compared_each_with_itself(void **state)
{
	struct score_sum sum = {0};
	struct score score;

	(void)state;
	score_sum_add(&sum, (struct score_count){30, 40}, (struct score_count){10, 20});
	score_sum_add(&sum, (struct score_count){12, 20}, (struct score_count){20, 80});
	score_sum_add(&sum, (struct score_count){99, 99}, (struct score_count){0, 0});
	score = score_sum_difference(&sum);
	assert_near(score.value, 0.304545, 1e-6);
	assert_int_equal(score.n, 60);
}

static void one_subject_is_a_difference(void **state)
{
	struct score one =
	    score_difference((struct score_count){56, 70}, (struct score_count){48, 80});
	struct score_sum sum = {0};

	(void)state;
	assert_false(score_sum_difference(&sum).known);
	score_sum_add(&sum, (struct score_count){56, 70}, (struct score_count){48, 80});
	assert_score(score_sum_difference(&sum), one.value, one.low, one.high);
}

/*
 * Altman and others, Statistics with confidence (2000), table 6.2: 14 both, 5 only the one,
 * 0 only the other, 22 neither: 0.122, 0.011 to 0.226. With our order of times:
 * first 14/41 = 0.341463, Wilson 0.215588 to 0.494502: 0.125875 below, 0.153038 above
 * second 19/41 = 0.463415, Wilson 0.320562 to 0.612535: 0.142852 below, 0.149121 above
 * phi  (14*22 - 0 - 41/2) / sqrt(14*27*19*22) = 287.5 / 397.497 = 0.723276
 * low  0.121951 - sqrt(0.142852^2 - 2*0.723276*0.142852*0.153038 + 0.153038^2) = 0.011474
 * high 0.121951 + sqrt(0.149121^2 - 2*0.723276*0.149121*0.125875 + 0.125875^2) = 0.226481
 */
static void gain_of_41_as_published(void **state)
{
	const struct score_pairs pairs = {{{22, 5}, {0, 14}}};

	(void)state;
	assert_score(score_gain(&pairs), 0.121951, 0.011474, 0.226481);
}

/* Fagerland, Lydersen and Laake, Statistical analysis of contingency tables (2017), chapter
 * 8 (Cavo and others): 59, 6, 16, 80: -0.0621 (-0.1186 to -0.0046), first minus second. */
static void gain_of_161_as_published(void **state)
{
	const struct score_pairs pairs = {{{80, 16}, {6, 59}}};

	(void)state;
	assert_score(score_gain(&pairs), 0.0621, 0.0046, 0.1186);
}

/* Nobody was right first: phi is 0, and it is the difference of independent ones. */
static void gain_where_one_side_never_varies(void **state)
{
	const struct score_pairs pairs = {{{10, 30}, {0, 0}}};
	struct score gain = score_gain(&pairs);
	struct score same =
	    score_difference((struct score_count){30, 40}, (struct score_count){0, 40});

	(void)state;
	assert_score(gain, same.value, same.low, same.high);
	assert_int_equal(gain.n, 40);
}

/* 100 visitors, 40 right before, 70 after: 30 of the 60 that were left to gain. */
static void normalised_gain_is_of_what_was_left(void **state)
{
	const struct score_pairs pairs = {{{20, 40}, {10, 30}}};
	const struct score_pairs worse = {{{20, 0}, {40, 40}}};

	(void)state;
	assert_near(score_normalised_gain(&pairs).value, 0.5, 1e-12);
	/* 80 before, 40 after: 40 lost where 20 were to gain. */
	assert_near(score_normalised_gain(&worse).value, -2, 1e-12);
}

static void normalised_gain_needs_something_to_gain(void **state)
{
	const struct score_pairs pairs = {{{0, 0}, {3, 40}}};

	(void)state;
	assert_false(score_normalised_gain(&pairs).known);
	assert_true(score_gain(&pairs).known);
}

/* 0.6 of three options: (0.6 - 1/3) / (2/3) = 0.4; of four (0.6 - 0.25) / 0.75 = 0.466667 */
static void guesses_are_taken_off(void **state)
{
	(void)state;
	assert_near(score_guess(4), 0.25, 1e-12);
	assert_near(score_guess_corrected(0.6, 3), 0.4, 1e-12);
	assert_near(score_guess_corrected(0.6, 4), 0.466667, 1e-6);
	assert_near(score_guess_corrected(1.0 / 3, 3), 0, 1e-12);
	assert_near(score_guess_corrected(1, 2), 1, 1e-12);
}

/*
 * Ten visits: wrong with 0 others right 2, with 1 right 1, with 2 right 1; right 1, 2, 3.
 * item  mean 6/10; sum of squares 4*0.36 + 6*0.16                        = 2.4
 * rest  3 zeros, 3 ones, 4 twos, mean 1.1; 3*1.21 + 3*0.01 + 4*0.81     = 6.9
 * both  sum of products of the right 0 + 2 + 6 = 8, less 10*0.6*1.1      = 1.4
 * index 1.4 / sqrt(2.4*6.9) = 1.4 / 4.069398                             = 0.344031
 * most  the 6 right have 2, 2, 2, 2, 1, 1: 10 - 6.6 = 3.4; 1.4 / 3.4     = 0.411765
 */
static void discrimination_of_ten_visits(void **state)
{
	const struct score_rest rest = {{{2, 1, 1}, {1, 2, 3}}};
	double index, efficiency;

	(void)state;
	assert_true(score_discrimination(&rest, &index, &efficiency));
	assert_near(index, 0.344031, 1e-6);
	assert_near(efficiency, 0.411765, 1e-6);
}

/* The other way round: who knows the others gets this one wrong. */
static void discrimination_is_negative_for_a_wrong_key(void **state)
{
	const struct score_rest rest = {{{1, 2, 3}, {2, 1, 1}}};
	double index, efficiency;

	(void)state;
	assert_true(score_discrimination(&rest, &index, &efficiency));
	assert_near(index, -0.344031, 1e-6);
}

static void perfect_discrimination_is_one(void **state)
{
	const struct score_rest rest = {{{50, 0, 0}, {0, 0, 50}}};
	double index, efficiency;

	(void)state;
	assert_true(score_discrimination(&rest, &index, &efficiency));
	assert_near(index, 1, 1e-12);
	assert_near(efficiency, 1, 1e-12);
}

static void discrimination_needs_both_to_vary(void **state)
{
	static const struct score_rest same[] = {
	    {{{0, 0, 0}, {0, 0, 0}}},	 /* nobody */
	    {{{0, 0, 0}, {10, 20, 30}}}, /* all right */
	    {{{10, 20, 30}, {0, 0, 0}}}, /* all wrong */
	    {{{0, 7, 0}, {0, 333, 0}}},	 /* the rest is 1 for everybody */
	};
	double index, efficiency;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_false(score_discrimination(&same[i], &index, &efficiency));
}

static void states_begin_at_30_100_and_400(void **state)
{
	static const struct {
		int64_t n;
		const char *name;
	} cases[] = {{0, "too few"},	   {29, "too few"},	   {30, "early"},
		     {99, "early"},	   {100, "stable"},	   {399, "stable"},
		     {400, "publishable"}, {100000, "publishable"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(score_state_name(score_state(cases[i].n)), cases[i].name);
	assert_false(score_shown(&(struct score){.known = true, .n = 29}));
	assert_false(score_shown(&(struct score){.known = false, .n = 30}));
	assert_true(score_shown(&(struct score){.known = true, .n = 30}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wilson_of_eight_in_ten),
	    cmocka_unit_test(wilson_as_published),
	    cmocka_unit_test(none_and_all_are_bounded_exactly),
	    cmocka_unit_test(nothing_is_not_known),
	    cmocka_unit_test(difference_as_published),
	    cmocka_unit_test(a_difference_stands_on_the_smaller_group),
	    cmocka_unit_test(subjects_are_compared_each_with_itself),
	    cmocka_unit_test(one_subject_is_a_difference),
	    cmocka_unit_test(gain_of_41_as_published),
	    cmocka_unit_test(gain_of_161_as_published),
	    cmocka_unit_test(gain_where_one_side_never_varies),
	    cmocka_unit_test(normalised_gain_is_of_what_was_left),
	    cmocka_unit_test(normalised_gain_needs_something_to_gain),
	    cmocka_unit_test(guesses_are_taken_off),
	    cmocka_unit_test(discrimination_of_ten_visits),
	    cmocka_unit_test(discrimination_is_negative_for_a_wrong_key),
	    cmocka_unit_test(perfect_discrimination_is_one),
	    cmocka_unit_test(discrimination_needs_both_to_vary),
	    cmocka_unit_test(states_begin_at_30_100_and_400),
	};

	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}

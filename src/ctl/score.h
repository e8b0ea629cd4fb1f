/*
 * The statistics of `congchao stats questions` and `stats learning`: counts in, numbers
 * out. Shares are 0 to 1. Pure: it knows nothing of databases, packs or output.
 */
#ifndef CTL_SCORE_H
#define CTL_SCORE_H

#include <stdbool.h>
#include <stdint.h>

/* How many were right, of how many. */
struct score_count {
	int64_t right, n;
};

/* Of the same visitors, how many were right the first time and the second: n[first][second]. */
struct score_pairs {
	int64_t n[2][2];
};

/* How many got the item right or wrong, and of the visit's others 0 to 2: n[right][others]. */
struct score_rest {
	int64_t n[2][3];
};

/* A number with its 95 % interval, and how many answers stand behind it. */
struct score {
	bool known; /* false: there is nothing that it could be of */
	int64_t n;  /* of two groups, the smaller one's */
	double value, low, high;
};

/* What may be done with a number that so many answers stand behind. */
enum score_state {
	SCORE_HIDDEN,	   /* under 30 (+-18 points): not shown */
	SCORE_EARLY,	   /* from 30: for the editors */
	SCORE_STABLE,	   /* from 100 (+-10) */
	SCORE_PUBLISHABLE, /* from 400 (+-5) */
};

enum { SCORE_SHOWN_FROM = 30, SCORE_STABLE_FROM = 100, SCORE_PUBLISHABLE_FROM = 400 };

enum score_state score_state(int64_t n);
const char *score_state_name(enum score_state state); /* "too few", "early", ... */
/* Enough answers stand behind it. */
bool score_shown(const struct score *score);

/* right / n with Wilson's interval. */
struct score score_proportion(struct score_count count);

/* a - b of different visitors, with Newcombe's hybrid score interval. */
struct score score_difference(struct score_count a, struct score_count b);

/*
 * The same of several subjects, each a - b beside its own: what is asked more often in one
 * group than in the other then makes no difference. Weights of Mantel and Haenszel,
 * n_a n_b / (n_a + n_b); the intervals' distances add like standard errors. Begin with {0};
 * a subject without one of the groups says nothing.
 */
struct score_sum {
	int64_t a, b; /* answers */
	double weight, value, below, above;
};

void score_sum_add(struct score_sum *sum, struct score_count a, struct score_count b);
struct score score_sum_difference(const struct score_sum *sum);

/*
 * The share right the second time minus the share right the first time, of the same
 * visitors. Newcombe's interval for paired
 * proportions (1998, method 10).
 */
struct score score_gain(const struct score_pairs *pairs);

/* The gain as a share of what could still be gained; without an interval. */
struct score score_normalised_gain(const struct score_pairs *pairs);

/* The sums of a paired table. */
struct score_count score_first(const struct score_pairs *pairs);
struct score_count score_second(const struct score_pairs *pairs);

/* The share of right answers that blind choice among so many options gets. */
double score_guess(unsigned options);
/* facility without that part: 0 is blind choice, 1 all right; below 0 is worse. */
double score_guess_corrected(double facility, unsigned options);

/*
 * As Moodle computes them, 1 where Moodle has 100: the index is the correlation of item and
 * rest; the efficiency their covariance over the largest that the same marks could have.
 * False: one of the two is the same for everybody.
 */
bool score_discrimination(const struct score_rest *rest, double *index, double *efficiency);

#endif

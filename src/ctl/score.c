/*
 * Proportions, their differences, and how well a question tells who knows from who does
 * not. For questions.c and learning.c; see score.h.
 */
#include "ctl/score.h"

#include <math.h>
#include <stddef.h>

/* Of the normal distribution, 95 % lie within so many standard deviations. */
#define Z 1.959964

enum { RESTS = 3 };

static const struct {
	int64_t from;
	const char *name;
} states[] = {
    [SCORE_HIDDEN] = {0, "too few"},
    [SCORE_EARLY] = {SCORE_SHOWN_FROM, "early"},
    [SCORE_STABLE] = {SCORE_STABLE_FROM, "stable"},
    [SCORE_PUBLISHABLE] = {SCORE_PUBLISHABLE_FROM, "publishable"},
};

enum score_state score_state(int64_t n)
{
	enum score_state state = SCORE_PUBLISHABLE;

	while (state > SCORE_HIDDEN && n < states[state].from)
		state--;
	return state;
}

const char *score_state_name(enum score_state state)
{
	return states[state].name;
}

bool score_shown(const struct score *score)
{
	return score->known && score_state(score->n) > SCORE_HIDDEN;
}

struct score score_proportion(struct score_count count)
{
	double n = (double)count.n, p, middle, half;

	if (count.n <= 0)
		return (struct score){0};
	p = (double)count.right / n;
	middle = p + Z * Z / (2 * n);
	half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
	return (struct score){
	    .known = true,
	    .n = count.n,
	    .value = p,
	    /* Exactly 0 and 1, which rounding would miss. */
	    .low = count.right == 0 ? 0 : (middle - half) / (1 + Z * Z / n),
	    .high = count.right == count.n ? 1 : (middle + half) / (1 + Z * Z / n),
	};
}

/*
 * a - b from the two intervals: sideways by Pythagoras, or, when the two are of the same
 * visitors and so go together by `together` (their correlation), by the law of cosines.
 */
static struct score subtract(struct score a, struct score b, double together)
{
	double below_a = a.value - a.low, above_a = a.high - a.value;
	double below_b = b.value - b.low, above_b = b.high - b.value;
	double value = a.value - b.value;

	if (!a.known || !b.known)
		return (struct score){.n = a.n < b.n ? a.n : b.n};
	return (struct score){
	    .known = true,
	    .n = a.n < b.n ? a.n : b.n,
	    .value = value,
	    .low = value - sqrt(fmax(0, below_a * below_a - 2 * together * below_a * above_b +
					    above_b * above_b)),
	    .high = value + sqrt(fmax(0, above_a * above_a - 2 * together * above_a * below_b +
					     below_b * below_b)),
	};
}

struct score score_difference(struct score_count a, struct score_count b)
{
	return subtract(score_proportion(a), score_proportion(b), 0);
}

void score_sum_add(struct score_sum *sum, struct score_count a, struct score_count b)
{
	struct score one = score_difference(a, b);
	double weight;

	if (!one.known)
		return;
	weight = (double)a.n * (double)b.n / ((double)a.n + (double)b.n);
	sum->a += a.n;
	sum->b += b.n;
	sum->weight += weight;
	sum->value += weight * one.value;
	sum->below += weight * weight * (one.value - one.low) * (one.value - one.low);
	sum->above += weight * weight * (one.high - one.value) * (one.high - one.value);
}

struct score score_sum_difference(const struct score_sum *sum)
{
	struct score score = {.known = sum->weight > 0, .n = sum->a < sum->b ? sum->a : sum->b};

	if (!score.known)
		return score;
	score.value = sum->value / sum->weight;
	score.low = score.value - sqrt(sum->below) / sum->weight;
	score.high = score.value + sqrt(sum->above) / sum->weight;
	return score;
}

struct score_count score_first(const struct score_pairs *pairs)
{
	return (struct score_count){pairs->n[1][0] + pairs->n[1][1],
				    pairs->n[0][0] + pairs->n[0][1] + pairs->n[1][0] +
					pairs->n[1][1]};
}

struct score_count score_second(const struct score_pairs *pairs)
{
	return (struct score_count){pairs->n[0][1] + pairs->n[1][1], score_first(pairs).n};
}

/* phi of the table, its numerator brought towards 0 by n/2 where it is positive. */
static double correlation(const struct score_pairs *pairs)
{
	struct score_count first = score_first(pairs), second = score_second(pairs);
	double n = (double)first.n;
	double over = (double)pairs->n[1][1] * (double)pairs->n[0][0] -
		      (double)pairs->n[1][0] * (double)pairs->n[0][1];
	double under = (double)first.right * (n - (double)first.right) * (double)second.right *
		       (n - (double)second.right);

	if (under <= 0)
		return 0;
	if (over > 0)
		over = fmax(over - n / 2, 0);
	return over / sqrt(under);
}

struct score score_gain(const struct score_pairs *pairs)
{
	return subtract(score_proportion(score_second(pairs)), score_proportion(score_first(pairs)),
			correlation(pairs));
}

struct score score_normalised_gain(const struct score_pairs *pairs)
{
	struct score_count first = score_first(pairs), second = score_second(pairs);
	struct score gain = {.known = first.right < first.n, .n = first.n};

	if (gain.known)
		gain.value = (double)(second.right - first.right) / (double)(first.n - first.right);
	return gain;
}

double score_guess(unsigned options)
{
	return options > 0 ? 1.0 / options : 0;
}

double score_guess_corrected(double facility, unsigned options)
{
	return (facility - score_guess(options)) / (1 - score_guess(options));
}

/* Sums of (item - its mean) * (rest - its mean): n - 1 would cancel in every quotient. */
struct moments {
	double item, rest, both;
};

static struct moments moments_of(const struct score_rest *rest)
{
	double n = 0, item = 0, others = 0;
	struct moments m = {0};

	for (int x = 0; x < 2; x++)
		for (int y = 0; y < RESTS; y++) {
			n += (double)rest->n[x][y];
			item += x * (double)rest->n[x][y];
			others += y * (double)rest->n[x][y];
		}
	for (int x = 0; x < 2; x++)
		for (int y = 0; y < RESTS; y++) {
			double dx = x - item / n, dy = y - others / n;

			m.item += (double)rest->n[x][y] * dx * dx;
			m.rest += (double)rest->n[x][y] * dy * dy;
			m.both += (double)rest->n[x][y] * dx * dy;
		}
	return m;
}

/* The same marks, handed out so that the right answers go to those with the highest rest. */
static void sort_marks(const struct score_rest *rest, struct score_rest *sorted)
{
	int64_t right = rest->n[1][0] + rest->n[1][1] + rest->n[1][2];

	for (int y = RESTS - 1; y >= 0; y--) {
		int64_t all = rest->n[0][y] + rest->n[1][y];

		sorted->n[1][y] = right < all ? right : all;
		sorted->n[0][y] = all - sorted->n[1][y];
		right -= sorted->n[1][y];
	}
}

/* Does anything vary? Asked of the counts: sums of squares are 0 only up to rounding. */
static bool varies(const struct score_rest *rest)
{
	bool wrong = rest->n[0][0] + rest->n[0][1] + rest->n[0][2] > 0;
	bool right = rest->n[1][0] + rest->n[1][1] + rest->n[1][2] > 0;
	int values = 0;

	for (int y = 0; y < RESTS; y++)
		values += rest->n[0][y] + rest->n[1][y] > 0;
	return wrong && right && values > 1;
}

bool score_discrimination(const struct score_rest *rest, double *index, double *efficiency)
{
	struct score_rest sorted;
	struct moments m;

	if (!varies(rest))
		return false;
	m = moments_of(rest);
	sort_marks(rest, &sorted);
	*index = m.both / sqrt(m.item * m.rest);
	*efficiency = m.both / moments_of(&sorted).both;
	return true;
}

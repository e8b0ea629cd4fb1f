/*
 * Tables in, what src/ctl/score.c makes of them out, for tests/stats/run: a line each,
 * "proportion 8 10", "difference 56 70 48 80", "gain N00 N01 N10 N11" (first right, second
 * right), "rest W0 W1 W2 R0 R1 R2",
 * "sum R N R N" (once for each subject) and then "end"; numbers, or "unknown".
 */
#include <stdio.h>
#include <string.h>

#include "ctl/score.h"

static void print_score(struct score score)
{
	if (score.known)
		printf("%.15g %.15g %.15g\n", score.value, score.low, score.high);
	else
		puts("unknown");
}

static void print_gain(const struct score_pairs *pairs)
{
	struct score gain = score_gain(pairs), normalised = score_normalised_gain(pairs);

	printf("%.15g %.15g %.15g ", gain.value, gain.low, gain.high);
	if (normalised.known)
		printf("%.15g\n", normalised.value);
	else
		puts("unknown");
}

static void print_rest(const struct score_rest *rest)
{
	double index, efficiency;

	if (score_discrimination(rest, &index, &efficiency))
		printf("%.15g %.15g\n", index, efficiency);
	else
		puts("unknown");
}

int main(void)
{
	struct score_sum sum = {0};
	char line[256], what[16];
	long long n[6];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		int found = sscanf(line, "%15s %lld %lld %lld %lld %lld %lld", what, &n[0], &n[1],
				   &n[2], &n[3], &n[4], &n[5]);

		if (found == 3 && strcmp(what, "proportion") == 0)
			print_score(score_proportion((struct score_count){n[0], n[1]}));
		else if (found == 5 && strcmp(what, "difference") == 0)
			print_score(score_difference((struct score_count){n[0], n[1]},
						     (struct score_count){n[2], n[3]}));
		else if (found == 5 && strcmp(what, "sum") == 0)
			score_sum_add(&sum, (struct score_count){n[0], n[1]},
				      (struct score_count){n[2], n[3]});
		else if (found == 1 && strcmp(what, "end") == 0) {
			print_score(score_sum_difference(&sum));
			sum = (struct score_sum){0};
		} else if (found == 5 && strcmp(what, "gain") == 0)
			print_gain(&(struct score_pairs){{{n[0], n[1]}, {n[2], n[3]}}});
		else if (found == 7 && strcmp(what, "rest") == 0)
			print_rest(&(struct score_rest){{{n[0], n[1], n[2]}, {n[3], n[4], n[5]}}});
		else
			return 1;
	}
	return 0;
}

/* Medians of what bench_release and bench_forward have measured, as JSON for run. */
#include "rounds.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

void rounds_add(struct rounds *rounds, double ours, double bare)
{
	if (rounds->count == ROUNDS_MAX)
		errx(1, "too many rounds");
	rounds->ours[rounds->count] = ours;
	rounds->bare[rounds->count++] = bare;
}

static int rounds_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double rounds_median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), rounds_compare);
	return values[count / 2];
}

void rounds_print(const char *name, struct rounds *rounds)
{
	int n = rounds->count;
	double ratio[ROUNDS_MAX] = {0};

	/* Before the sides are sorted, each by itself. */
	for (int i = 0; i < n; i++)
		ratio[i] = rounds->ours[i] / rounds->bare[i];
	printf("\"%s\": {\"rounds\": %d, \"ratio\": %.4f, ", name, n, rounds_median(ratio, n));
	printf("\"ours_us\": %.4f, \"bare_us\": %.4f, ", rounds_median(rounds->ours, n),
	       rounds_median(rounds->bare, n));
	printf("\"least\": %.4f, \"most\": %.4f}", ratio[0], ratio[n - 1]);
}

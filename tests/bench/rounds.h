/* Two sides measured in turns: their medians, and the median of the rounds' ratios. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

enum { ROUNDS_MAX = 64 };

struct rounds {
	int count; /* at most ROUNDS_MAX */
	double ours[ROUNDS_MAX];
	double bare[ROUNDS_MAX];
};

void rounds_add(struct rounds *rounds, double ours, double bare);

/* Writes "name": {...} with ours_us, bare_us, ratio, rounds, least and most; sorts rounds. */
void rounds_print(const char *name, struct rounds *rounds);

#endif

/* Latencies of one phase of the load generator, printed as JSON for tests/bench/run. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_PIDS_MAX = 4 };

struct sample {
	uint32_t *us;
	size_t count, room;
	uint64_t began_ns, ended_ns; /* of the whole phase */
	uint64_t failed;	     /* answers that were not the right ones */
	/* Processor time of these processes in this phase; pid[0] is this one. */
	int pid[SAMPLE_PIDS_MAX];
	int pids;
	uint64_t used_ns[SAMPLE_PIDS_MAX];
};

uint64_t sample_now_ns(void); /* CLOCK_MONOTONIC */

/* Around a phase. */
void sample_begin(struct sample *sample);
void sample_end(struct sample *sample);

/* Exits when memory is out. */
void sample_add(struct sample *sample, uint64_t ns);
void sample_free(struct sample *sample);

/* Writes "name": {...} with count, failed, seconds, per_second, p50_us, p99_us, max_us
 * and used_us, the processor time for one of count, of each process. */
void sample_print(const char *name, struct sample *sample);

#endif

/* Latencies of one phase: kept all, sorted once at the end; no histogram, no estimate. */
#include "sample.h"

#include <err.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t sample_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* All threads of a process; one that has ended by now counts nothing. */
static uint64_t sample_used_ns(int pid)
{
	char path[64];
	glob_t tasks;
	uint64_t used = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/*/schedstat", pid);
	if (glob(path, 0, NULL, &tasks) != 0)
		errx(1, "process %d is gone", pid);
	for (size_t i = 0; i < tasks.gl_pathc; i++) {
		FILE *file = fopen(tasks.gl_pathv[i], "re");
		unsigned long long ns;

		if (file == NULL)
			continue;
		if (fscanf(file, "%llu", &ns) == 1)
			used += ns;
		fclose(file);
	}
	globfree(&tasks);
	return used;
}

void sample_begin(struct sample *sample)
{
	for (int i = 0; i < sample->pids; i++)
		sample->used_ns[i] = sample_used_ns(sample->pid[i]);
	sample->began_ns = sample_now_ns();
}

void sample_end(struct sample *sample)
{
	sample->ended_ns = sample_now_ns();
	for (int i = 0; i < sample->pids; i++)
		sample->used_ns[i] = sample_used_ns(sample->pid[i]) - sample->used_ns[i];
}

void sample_add(struct sample *sample, uint64_t ns)
{
	if (sample->count == sample->room) {
		sample->room = sample->room > 0 ? 2 * sample->room : 65536;
		sample->us = reallocarray(sample->us, sample->room, sizeof(*sample->us));
		if (sample->us == NULL)
			err(1, "latencies");
	}
	sample->us[sample->count++] = (uint32_t)(ns / 1000);
}

void sample_free(struct sample *sample)
{
	free(sample->us);
	sample->us = NULL;
	sample->count = sample->room = 0;
}

static int sample_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t sample_at(const struct sample *sample, size_t percent)
{
	return sample->count > 0 ? sample->us[(sample->count - 1) * percent / 100] : 0;
}

void sample_print(const char *name, struct sample *sample)
{
	double seconds = (double)(sample->ended_ns - sample->began_ns) / 1e9;

	if (sample->count > 0)
		qsort(sample->us, sample->count, sizeof(*sample->us), sample_compare);
	printf(
	    "\"%s\": {\"count\": %zu, \"failed\": %llu, \"seconds\": %.6f, "
	    "\"per_second\": %.1f, \"p50_us\": %u, \"p99_us\": %u, \"max_us\": %u, \"used_us\": [",
	    name, sample->count, (unsigned long long)sample->failed, seconds,
	    seconds > 0 ? (double)sample->count / seconds : 0.0, sample_at(sample, 50),
	    sample_at(sample, 99), sample_at(sample, 100));
	for (int i = 0; i < sample->pids; i++)
		printf("%s%.2f", i > 0 ? ", " : "",
		       (double)sample->used_ns[i] / 1e3 / (double)(sample->count + 1));
	printf("]}");
}

/*
 * Preloaded into congchao-portal by test_clock.py: the wall clock, the time since boot and
 * the kernel's opinion of the clock are what the test says. The machine's own clock is
 * never set. What the test says is in a file that both have mapped.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

struct fake {
	volatile int64_t wall_ms; /* added to CLOCK_REALTIME */
	volatile int64_t boot_ms; /* added to CLOCK_BOOTTIME */
	volatile int64_t synchronised;
};

static struct fake *fake;

__attribute__((constructor)) static void fake_open(void)
{
	const char *path = getenv("FAKECLOCK");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		err(1, "FAKECLOCK");
	fake = mmap(NULL, sizeof(*fake), PROT_READ, MAP_SHARED, fd, 0);
	if (fake == MAP_FAILED)
		err(1, "FAKECLOCK");
	close(fd);
}

static void shift(struct timespec *ts, int64_t ms)
{
	int64_t ns = ts->tv_nsec + ms % 1000 * 1000000;

	ts->tv_sec += (time_t)(ms / 1000);
	if (ns < 0) {
		ns += 1000000000;
		ts->tv_sec--;
	}
	ts->tv_sec += (time_t)(ns / 1000000000);
	ts->tv_nsec = (long)(ns % 1000000000);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);

	if (real == NULL)
		real = (int (*)(clockid_t, struct timespec *))(uintptr_t)dlsym(RTLD_NEXT,
									       "clock_gettime");
	if (real(clock, ts) < 0)
		return -1;
	if (fake != NULL && clock == CLOCK_REALTIME)
		shift(ts, fake->wall_ms);
	if (fake != NULL && clock == CLOCK_BOOTTIME)
		shift(ts, fake->boot_ms);
	return 0;
}

time_t time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

int adjtimex(struct timex *timex)
{
	timex->status = fake->synchronised ? 0 : STA_UNSYNC;
	return fake->synchronised ? TIME_OK : TIME_ERROR;
}

/*
 * The store's thread and what passes between it and the portal: a queue of jobs in, a
 * queue of finished ones out, an eventfd that says so. Must never lose a job, and never
 * let the portal wait for the disk.
 */
#include "portal/store.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "portal/store_apply.h"
#include "portal/store_book.h"
#include "portal/store_lease.h"
#include "portal/store_review.h"
#include "portal/store_tick.h"

enum {
	STORE_SPARE_JOBS = 256, /* beyond one for each visit */
	STORE_ADD_JOBS = 256,	/* beyond those: counters must never take a visitor's place */
	STORE_STACK_BYTES = 512 * 1024,
	STORE_WAIT_MS = 5 * 60 * 1000,
	STORE_LAZY_MS = 100,
	STORE_DAY_SECONDS = 24 * 3600,
};

/* The oldest is at first; it never holds more than the store's size. */
struct store_ring {
	struct store_job *jobs;
	size_t first;
	size_t count;
};

struct store {
	struct store_book book;	  /* the thread's, once it runs */
	struct store_names names; /* given by the HTTP thread; see store_name.h */
	struct store_job batch[STORE_APPLY_MAX];
	pthread_t thread;
	bool running;
	int event_fd;
	size_t size;		      /* jobs queued, under way and done together */
	_Atomic uint32_t local_start; /* store_clock_local_start */

	pthread_mutex_t lock; /* for all that follows */
	pthread_cond_t wake;
	struct store_ring queued;
	struct store_ring done;
	size_t under_way;
	size_t adds;	       /* of all that are in it: STORE_ADD */
	size_t urgent;	       /* of the queued: somebody waits for them */
	int64_t lazy_until_ms; /* the others wait no longer than this */
	struct store_status status;
	bool stop;
};

static void ring_push(struct store_ring *ring, size_t size, const struct store_job *job)
{
	ring->jobs[(ring->first + ring->count) % size] = *job;
	ring->count++;
}

/* What is taken is wiped: it may have been a key. */
static size_t ring_pop(struct store_ring *ring, size_t size, struct store_job *jobs, size_t max)
{
	size_t n;

	for (n = 0; n < max && ring->count > 0; n++) {
		jobs[n] = ring->jobs[ring->first];
		explicit_bzero(&ring->jobs[ring->first], sizeof(struct store_job));
		ring->first = (ring->first + 1) % size;
		ring->count--;
	}
	/* Not once around all of it, when a few are in it at a time: memory stays untouched. */
	if (ring->count == 0)
		ring->first = 0;
	return n;
}

/* Waits in CLOCK_MONOTONIC: a wall clock that is set must not wake or hold anybody. */
static int store_init_lock(struct store *store)
{
	pthread_condattr_t attr;
	int error = pthread_condattr_init(&attr);

	if (error != 0)
		goto out;
	error = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (error == 0)
		error = pthread_cond_init(&store->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (error != 0)
		goto out;
	error = pthread_mutex_init(&store->lock, NULL);
	if (error != 0)
		pthread_cond_destroy(&store->wake);
out:
	errno = error;
	return error == 0 ? 0 : -1;
}

/* What the other threads may know. Called with the lock held, or before there is a thread. */
static void store_publish(struct store *store)
{
	store->status = store->book.status;
	store->local_start = store_clock_local_start(&store->book.clock, &store->book.now);
}

struct store *store_open(const struct conf *conf)
{
	struct store *store = calloc(1, sizeof(*store));

	if (store == NULL)
		return NULL;
	store->size = (size_t)conf->visits_max + STORE_SPARE_JOBS + STORE_ADD_JOBS;
	store->queued.jobs = calloc(store->size, sizeof(struct store_job));
	store->done.jobs = calloc(store->size, sizeof(struct store_job));
	store->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (store->queued.jobs == NULL || store->done.jobs == NULL || store->event_fd < 0)
		goto fail;
	if (store_init_lock(store) != 0)
		goto fail;
	store_book_init(&store->book, conf, &store->names);
	/* A failure is told there, and tried again at the first batch. */
	store_book_transaction(&store->book, NULL, NULL);
	store_tick(&store->book, true);
	store_publish(store);
	return store;
fail:
	if (store->event_fd >= 0)
		close(store->event_fd);
	free(store->done.jobs);
	free(store->queued.jobs);
	free(store);
	return NULL;
}

size_t store_leases(struct store *store, void (*each)(void *arg, const struct store_lease *lease),
		    void *arg)
{
	return store_lease_each(&store->book, each, arg);
}

void store_keys(struct store *store,
		void (*each)(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM]),
		void *arg)
{
	store_review_keys(&store->book, each, arg);
}

void store_reviews(struct store *store, void (*each)(void *arg, const struct store_review *review),
		   void *arg)
{
	store_review_each(&store->book, &store->names, each, arg);
}

int32_t store_today(struct store *store)
{
	uint32_t start = store->local_start;

	if (start == 0)
		return 0;
	return (int32_t)((start + store_now_boot_ms() / 1000) / STORE_DAY_SECONDS);
}

/* For these nobody waits: they go with the next that somebody waits for. */
static bool store_is_lazy(const struct store_job *job)
{
	return job->kind == STORE_CONFIRM || job->kind == STORE_ADD || job->kind == STORE_KEY ||
	       job->kind == STORE_FORGET;
}

/* Milliseconds until the queue is to be stored; 0: now, -1: it is empty. */
static int64_t store_due_ms(const struct store *store)
{
	int64_t wait = store->lazy_until_ms - clock_boot_ms();

	if (store->queued.count == 0)
		return -1;
	if (store->urgent > 0 || store->stop || store->queued.count >= STORE_APPLY_MAX)
		return 0;
	return wait > 0 ? wait : 0;
}

/* Called with the lock held; comes back with it. Gives it up while the disk works. */
static void store_run_batch(struct store *store)
{
	size_t n = ring_pop(&store->queued, store->size, store->batch, STORE_APPLY_MAX);
	uint64_t one = 1;
	size_t i;

	store->under_way = n;
	for (i = 0; i < n; i++)
		store->urgent -= !store_is_lazy(&store->batch[i]);
	pthread_mutex_unlock(&store->lock);
	store_apply(&store->book, store->batch, n);
	pthread_mutex_lock(&store->lock);
	for (i = 0; i < n; i++) {
		/* The caller has the key, and shall be the only one. */
		if (store->batch[i].kind == STORE_KEY)
			explicit_bzero(store->batch[i].bytes, STORE_PSEUDONYM);
		ring_push(&store->done, store->size, &store->batch[i]);
	}
	store->under_way = 0;
	explicit_bzero(store->batch, n * sizeof(store->batch[0]));
	store_publish(store);
	/* It cannot fail: the counter is far from full, and full would be readable too. */
	if (write(store->event_fd, &one, sizeof(one)) < 0)
		log_warn("store: eventfd");
}

int store_settle_owed(struct store *store)
{
	int rc;

	pthread_mutex_lock(&store->lock);
	while (store->queued.count > 0)
		store_run_batch(store);
	rc = store_apply_owed(&store->book);
	store_publish(store);
	pthread_mutex_unlock(&store->lock);
	return rc;
}

static void store_wait(struct store *store, int64_t ms)
{
	struct timespec until;

	/* A clock that stands still while the router sleeps: never wait long. */
	if (ms < 0 || ms > STORE_WAIT_MS)
		ms = STORE_WAIT_MS;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&store->wake, &store->lock, &until);
}

/* Called with the lock held, as store_run_batch. */
static void store_upkeep(struct store *store)
{
	bool idle = store->queued.count == 0;

	pthread_mutex_unlock(&store->lock);
	store_tick(&store->book, idle);
	pthread_mutex_lock(&store->lock);
	store_publish(store);
}

static void *store_thread(void *arg)
{
	struct store *store = arg;

	pthread_mutex_lock(&store->lock);
	/* What is queued when the end is asked for is still stored. */
	while (!store->stop || store->queued.count > 0) {
		int64_t due = store_due_ms(store);

		if (due == 0)
			store_run_batch(store);
		else
			store_wait(store, due > 0 ? due : store_tick_wait_ms(&store->book));
		store_upkeep(store);
	}
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

int store_start(struct store *store)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t old;
	int error = pthread_attr_init(&attr);

	if (error != 0)
		goto out;
	/* musl's own default would be less than SQLite likes. */
	error = pthread_attr_setstacksize(&attr, STORE_STACK_BYTES);
	if (error == 0) {
		/* Signals are the main thread's, which reads them from a descriptor. */
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &old);
		error = pthread_create(&store->thread, &attr, store_thread, store);
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	}
	store->running = error == 0;
	pthread_attr_destroy(&attr);
out:
	errno = error;
	return error == 0 ? 0 : -1;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->running) {
		pthread_mutex_lock(&store->lock);
		store->stop = true;
		pthread_cond_signal(&store->wake);
		pthread_mutex_unlock(&store->lock);
		pthread_join(store->thread, NULL);
	}
	store_book_close(&store->book);
	store_names_free(&store->names);
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->wake);
	close(store->event_fd);
	free(store->done.jobs);
	free(store->queued.jobs);
	free(store);
}

uint16_t store_name(struct store *store, const char *text)
{
	return store_names_of(&store->names, text);
}

const char *store_name_text(const struct store *store, uint16_t name)
{
	return store_names_text(&store->names, name);
}

int store_fd(const struct store *store)
{
	return store->event_fd;
}

/* Called with the lock held. */
static bool store_has_room(const struct store *store, const struct store_job *job)
{
	size_t all = store->queued.count + store->under_way + store->done.count;

	if (job->kind == STORE_ADD)
		return store->adds < STORE_ADD_JOBS;
	return all - store->adds < store->size - STORE_ADD_JOBS;
}

bool store_put(struct store *store, const struct store_job *job)
{
	bool room;

	pthread_mutex_lock(&store->lock);
	room = store_has_room(store, job);
	if (room) {
		bool lazy = store_is_lazy(job);

		ring_push(&store->queued, store->size, job);
		store->adds += job->kind == STORE_ADD;
		if (lazy && store->queued.count == 1)
			store->lazy_until_ms = clock_boot_ms() + STORE_LAZY_MS;
		store->urgent += !lazy;
		if (store->queued.count == 1 || (!lazy && store->urgent == 1))
			pthread_cond_signal(&store->wake);
	}
	pthread_mutex_unlock(&store->lock);
	return room;
}

size_t store_take(struct store *store, struct store_job *jobs, size_t max)
{
	uint64_t value;
	size_t n;

	pthread_mutex_lock(&store->lock);
	n = ring_pop(&store->done, store->size, jobs, max);
	for (size_t i = 0; i < n; i++)
		store->adds -= jobs[i].kind == STORE_ADD;
	/* Empty: not readable any more. EAGAIN when it was not. */
	if (store->done.count == 0 && read(store->event_fd, &value, sizeof(value)) < 0 &&
	    errno != EAGAIN)
		log_warn("store: eventfd");
	pthread_mutex_unlock(&store->lock);
	return n;
}

void store_status(struct store *store, struct store_status *out)
{
	pthread_mutex_lock(&store->lock);
	*out = store->status;
	pthread_mutex_unlock(&store->lock);
}

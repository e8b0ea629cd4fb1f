/*
 * The pool: gives each job to a connection that is idle, keeps a few waiting, and says no
 * to the rest at once. What is refused here is sent again by its gateway.
 */
#include "collect/pg.h"

#include <stdlib.h>

#include "collect/pg_link.h"
#include "common/log.h"

struct pg {
	const struct collect_conf *conf;
	struct pg_job *first, **last; /* waiting */
	size_t waiting;
	bool told_down;
	struct pg_link links[COLLECT_POOL_MAX];
};

struct pg *pg_open(const struct collect_conf *conf, int64_t now_ms)
{
	struct pg *pg = calloc(1, sizeof(*pg));

	if (pg == NULL)
		return NULL;
	pg->conf = conf;
	pg->last = &pg->first;
	for (uint32_t i = 0; i < conf->pool; i++) {
		pg->links[i].conf = conf;
		pg_link_begin(&pg->links[i], now_ms);
	}
	return pg;
}

static struct pg_job *pop(struct pg *pg)
{
	struct pg_job *job = pg->first;

	if (job == NULL)
		return NULL;
	pg->first = job->next;
	if (pg->first == NULL)
		pg->last = &pg->first;
	pg->waiting--;
	return job;
}

void pg_close(struct pg *pg)
{
	if (pg == NULL)
		return;
	for (uint32_t i = 0; i < pg->conf->pool; i++)
		if (pg->links[i].state != PG_DOWN)
			pg_link_drop(&pg->links[i], NULL, 0);
	for (struct pg_job *job = pop(pg); job != NULL; job = pop(pg))
		job->done(job, NULL);
	free(pg);
}

static struct pg_link *idle(struct pg *pg)
{
	for (uint32_t i = 0; i < pg->conf->pool; i++)
		if (pg->links[i].state == PG_IDLE)
			return &pg->links[i];
	return NULL;
}

bool pg_is_up(const struct pg *pg)
{
	for (uint32_t i = 0; i < pg->conf->pool; i++)
		if (pg->links[i].state >= PG_IDLE)
			return true;
	return false;
}

bool pg_is_busy(const struct pg *pg)
{
	for (uint32_t i = 0; i < pg->conf->pool; i++)
		if (pg->links[i].state == PG_BUSY)
			return true;
	return pg->first != NULL;
}

bool pg_put(struct pg *pg, struct pg_job *job, int64_t now_ms)
{
	struct pg_link *link;

	job->next = NULL;
	job->until_ms = now_ms + (int64_t)pg->conf->answer_seconds * 1000;
	for (link = pg->first == NULL ? idle(pg) : NULL; link != NULL; link = idle(pg))
		if (pg_link_take(link, job, now_ms))
			return true;
	if (!pg_is_up(pg) || pg->waiting >= pg->conf->queue_max)
		return false;
	*pg->last = job;
	pg->last = &job->next;
	pg->waiting++;
	return true;
}

void pg_poll(const struct pg *pg, struct pollfd *fds)
{
	for (uint32_t i = 0; i < pg->conf->pool; i++) {
		const struct pg_link *link = &pg->links[i];

		fds[i].fd = link->state != PG_DOWN ? PQsocket(link->conn) : -1;
		fds[i].events = link->events;
		fds[i].revents = 0;
	}
}

int pg_wait_ms(const struct pg *pg, int64_t now_ms)
{
	int64_t wait = -1;

	for (uint32_t i = 0; i < pg->conf->pool; i++) {
		int64_t due = pg_link_due_ms(&pg->links[i]);

		if (due >= 0 && (wait < 0 || due - now_ms < wait))
			wait = due > now_ms ? due - now_ms : 0;
	}
	return (int)wait;
}

/* Those that have waited too long; the first has waited longest. */
static void expire(struct pg *pg, int64_t now_ms)
{
	while (pg->first != NULL && (pg->first->until_ms <= now_ms || !pg_is_up(pg))) {
		struct pg_job *job = pop(pg);

		job->done(job, NULL);
	}
}

static void hand_out(struct pg *pg, int64_t now_ms)
{
	for (struct pg_link *link = idle(pg); link != NULL && pg->first != NULL; link = idle(pg)) {
		struct pg_job *job = pop(pg);

		if (!pg_link_take(link, job, now_ms))
			job->done(job, NULL);
	}
}

/* One line when there is no database any more, one when there is. */
static void tell(struct pg *pg)
{
	bool up = pg_is_up(pg);

	if (up && pg->told_down)
		log_info("database: connected");
	else if (!up && !pg->told_down && pg->links[0].failures > 0)
		log_warnx("database: %s", pg->links[0].why);
	else
		return;
	pg->told_down = !up;
}

void pg_serve(struct pg *pg, const struct pollfd *fds, int64_t now_ms)
{
	for (uint32_t i = 0; i < pg->conf->pool; i++) {
		struct pg_link *link = &pg->links[i];

		pg_link_serve(link, fds[i].revents, now_ms);
		if (link->state == PG_DOWN && now_ms >= link->retry_ms)
			pg_link_begin(link, now_ms);
	}
	expire(pg, now_ms);
	hand_out(pg, now_ms);
	tell(pg);
}

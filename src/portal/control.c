/*
 * A few clients in a fixed table. An answer is built whole, then sent; a client that does
 * not ask or does not read within seconds is dropped.
 */
#include "portal/control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/drop.h"
#include "common/log.h"
#include "portal/health.h"
#include "portal/reload.h"
#include "portal/wish.h"

enum { LINE_MAX_ = 128, PATIENCE_MS = 10 * 1000 };

struct client {
	struct control *control;
	int fd; /* -1: free */
	char line[LINE_MAX_];
	size_t used;
	char *answer; /* NULL: still reading, or waiting for gate */
	size_t answer_size, answer_sent;
	bool waiting; /* gate or the store has been asked */
	int64_t since_ms;
};

struct control {
	struct portal *portal;
	int fd;
	char path[CONF_PATH_SIZE];
	struct client client[CONTROL_CLIENTS];
};

struct control *control_open(struct portal *portal)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct control *control = calloc(1, sizeof(*control));
	mode_t mask;
	int rc;

	if (control == NULL)
		return NULL;
	control->portal = portal;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		control->client[i] = (struct client){.control = control, .fd = -1};
	conf_control_path(portal->conf, control->path);
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control->fd < 0)
		goto fail;
	errno = ENAMETOOLONG;
	if (strlen(control->path) >= sizeof(un.sun_path))
		goto fail;
	memcpy(un.sun_path, control->path, strlen(control->path) + 1);
	if (unlink(control->path) < 0 && errno != ENOENT)
		goto fail;
	mask = umask(0177);
	rc = bind(control->fd, (struct sockaddr *)&un, sizeof(un));
	umask(mask);
	if (rc < 0 || listen(control->fd, CONTROL_CLIENTS) < 0)
		goto fail;
	return control;
fail:
	rc = errno;
	if (control->fd >= 0)
		close(control->fd);
	free(control);
	errno = rc;
	return NULL;
}

static void client_end(struct client *client)
{
	close(client->fd);
	free(client->answer);
	*client = (struct client){
	    .control = client->control, .fd = -1, .waiting = client->waiting};
}

void control_close(struct control *control)
{
	if (control == NULL)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (control->client[i].fd >= 0)
			client_end(&control->client[i]);
	close(control->fd);
	if (unlink(control->path) < 0)
		log_warn("%s", control->path);
	free(control);
}

/* --- answers --- */

static void __attribute__((format(printf, 2, 3)))
say(struct client *client, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&client->answer, fmt, ap);
	va_end(ap);
	if (n < 0)
		client->answer = NULL;
	client->answer_size = n < 0 ? 0 : (size_t)n;
}

static void status_say(struct client *client, const struct msg *gate)
{
	FILE *out = open_memstream(&client->answer, &client->answer_size);
	struct health health;

	if (out == NULL)
		return;
	health_look(client->control->portal, gate, &health);
	fputs("ok\n", out);
	health_write_status(&health, out);
	if (fclose(out) != 0) {
		free(client->answer);
		client->answer = NULL;
	}
}

static void status_answer(void *arg, const struct msg *gate)
{
	struct client *client = arg;

	client->waiting = false;
	status_say(client, gate);
}

static void ask_status(struct client *client, const char *rest)
{
	struct msg question = {.type = MSG_COUNT};

	if (*rest != '\0')
		say(client, "error status takes no argument\n");
	else if (ask_put(client->control->portal->ask, &question, status_answer, client))
		client->waiting = true;
	else
		say(client, "error busy: try again\n");
}

static void ask_visitors(struct client *client, const char *rest)
{
	static const char *const states[] = {[VISIT_HELD] = "held",
					     [VISIT_LEARNING] = "learning",
					     [VISIT_ACKNOWLEDGED] = "acknowledged"};
	struct portal *portal = client->control->portal;
	int64_t now = clock_boot_ms();
	FILE *out = open_memstream(&client->answer, &client->answer_size);

	(void)rest;
	if (out == NULL)
		return;
	fputs("ok\n", out);
	for (uint32_t i = 1; i <= visit_max(portal->visits); i++) {
		const struct visit *visit = visit_at(portal->visits, i);
		char mac[ETHER_TEXT_SIZE];

		/* One who is online still is listed as released. */
		if (visit->state != VISIT_FREE &&
		    (visit->ending == VISIT_ENDING_NOT || visit->state == VISIT_ACKNOWLEDGED))
			fprintf(out, "visit %s %s %s %lld\n", states[visit->state],
				ether_text(&visit->mac, mac), portal->conf->zones[visit->zone].name,
				(long long)(now - visit->last_ms) / 1000);
	}
	if (fclose(out) != 0) {
		free(client->answer);
		client->answer = NULL;
	}
}

static void wish_answer(void *arg, const struct wish_outcome *outcome)
{
	static const char *const errors[MSG_STATUS__MAX] = {
	    [MSG_ABSENT] = "no device with this address is on the Wi-Fi now: let it join first",
	    [MSG_FULL] = "the set is full: raise limits.released",
	    [MSG_FAILED] = "it could not be stored or the kernel refused: see the log",
	};
	struct client *client = arg;
	char mac[ETHER_TEXT_SIZE];

	client->waiting = false;
	if (outcome->trusted)
		say(client, "error a trusted device is never held\n");
	else if (outcome->status == MSG_OK)
		say(client, "ok\nmac %s\nseconds %u\n", ether_text(&outcome->mac, mac),
		    (unsigned)outcome->seconds);
	else
		say(client, "error %s\n", errors[outcome->status]);
}

static void ask_wish(struct client *client, const char *rest,
		     bool (*wish)(struct portal *, const struct ether *, wish_done *, void *))
{
	struct ether mac;

	if (!ether_parse(rest, &mac) || !ether_is_unicast(&mac))
		say(client, "error not a device's MAC address: expected like 02:00:5e:00:00:01\n");
	else if (wish(client->control->portal, &mac, wish_answer, client))
		client->waiting = client->answer == NULL;
	else
		say(client, "error busy: try again\n");
}

static void ask_release(struct client *client, const char *rest)
{
	ask_wish(client, rest, wish_release);
}

static void ask_revoke(struct client *client, const char *rest)
{
	ask_wish(client, rest, wish_revoke);
}

static void ask_end(struct client *client, const char *rest)
{
	struct msg find;

	if (!wish_names(rest, &find))
		say(client, "error not an address: expected like 10.0.0.5, fd00::5 or a MAC\n");
	else if (wish_end(client->control->portal, &find, wish_answer, client))
		client->waiting = client->answer == NULL;
	else
		say(client, "error busy: try again\n");
}

static void ask_reload(struct client *client, const char *rest)
{
	struct portal *portal = client->control->portal;
	struct report report = {.out = stderr};
	bool taken = reload_certificate(portal);

	(void)rest;
	if (reload(portal, &report))
		say(client,
		    "ok\nlessons %zu\nquestions %zu\nversion %s\nwarnings %u\ncertificate %s\n",
		    portal->edition->bank->lesson_count, portal->edition->bank->question_count,
		    portal->edition->bank->version, report.warnings,
		    portal->tls == NULL ? "none" : taken ? "taken" : "refused");
	else
		say(client, "error the new content has %u mistakes, the old one stays; they are in "
			    "the log, and \"congchao check\" says them\n", report.errors);
}

static const struct {
	const char *word;
	void (*ask)(struct client *client, const char *rest);
} verbs[] = {
    {"status", ask_status},
    {"visitors", ask_visitors},
    {"release", ask_release},
    {"revoke", ask_revoke},
    {"end", ask_end},
    {"reload", ask_reload},
};

static void client_line(struct client *client)
{
	size_t word = strcspn(client->line, " ");
	const char *rest = client->line + word + (client->line[word] == ' ');

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strlen(verbs[i].word) == word &&
		    strncmp(verbs[i].word, client->line, word) == 0) {
			verbs[i].ask(client, rest);
			return;
		}
	say(client, "error not a command: expected status, visitors, release, revoke, end or reload\n");
}

/* --- clients --- */

static void client_read(struct client *client)
{
	ssize_t n = recv(client->fd, client->line + client->used,
			 sizeof(client->line) - 1 - client->used, MSG_DONTWAIT);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_end(client);
		return;
	}
	client->used += (size_t)n;
	client->line[client->used] = '\0';
	end = strchr(client->line, '\n');
	if (end != NULL) {
		*end = '\0';
		client_line(client);
	} else if (client->used == sizeof(client->line) - 1) {
		say(client, "error line too long\n");
	}
}

static void client_write(struct client *client)
{
	ssize_t n = send(client->fd, client->answer + client->answer_sent,
			 client->answer_size - client->answer_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		client->answer_sent += (size_t)n;
	if (n <= 0 || client->answer_sent == client->answer_size)
		client_end(client);
}

static void client_accept(struct control *control, int64_t now_ms)
{
	int fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		/* One that gate still owes an answer keeps its place, closed or not. */
		if (control->client[i].fd < 0 && !control->client[i].waiting) {
			control->client[i].fd = fd;
			control->client[i].since_ms = now_ms;
			return;
		}
	close(fd);
}

void control_poll(const struct control *control, struct pollfd *fds)
{
	fds[0] = (struct pollfd){.fd = control->fd, .events = POLLIN};
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		const struct client *client = &control->client[i];
		short events = client->answer != NULL ? POLLOUT : POLLIN;

		fds[i + 1] = (struct pollfd){.fd = client->waiting ? -1 : client->fd,
					     .events = events};
	}
}

void control_serve(struct control *control, const struct pollfd *fds, int64_t now_ms)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		struct client *client = &control->client[i];

		if (client->fd < 0 || client->waiting)
			continue;
		if (client->since_ms + PATIENCE_MS < now_ms) {
			client_end(client);
			continue;
		}
		if (fds[i + 1].fd != client->fd || fds[i + 1].revents == 0)
			continue;
		if (client->answer != NULL)
			client_write(client);
		else
			client_read(client);
	}
	if (fds[0].revents != 0)
		client_accept(control, now_ms);
}

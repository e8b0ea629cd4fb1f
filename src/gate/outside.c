/*
 * The resolver's packets are read here and nowhere else. It may be captured: what is not as
 * it should be ends the conversation, not gate, and then names expire and the uplink is up.
 */
#include "gate/outside.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "gate/resolver.h"

enum {
	RESOLVER,
	ROUTES,
	AT_ONCE = 256,
	WINDOW_MS = 10 * 1000, /* in which the resolver has a word of the uplink a second */
	WORDS_MAX = 20,
};

void outside_start(struct gate *gate)
{
	const struct passwd *user;

	gate->resolver_fd = -1;
	if (!resolver_is_needed(gate->conf))
		return;
	user = getpwnam(gate->conf->user_resolver);
	if (user == NULL)
		fatalx(
		    "users.resolver: there is no user \"%s\": create it with useradd --system %s",
		    gate->conf->user_resolver, gate->conf->user_resolver);
	gate->resolver_fd = resolver_start(gate->conf, user, &gate->resolver_pid);
	if (gate->resolver_fd < 0)
		fatal("resolver");
}

void outside_open(struct gate *gate)
{
	if (uplink_open(&gate->uplink, gate->conf, &gate->route) < 0)
		fatal("netlink");
	gate->ruleset.stand_in = gate->uplink.down;
}

static void resolver_leave(struct gate *gate)
{
	if (gate->resolver_fd >= 0)
		close(gate->resolver_fd);
	gate->resolver_fd = -1;
}

void outside_close(struct gate *gate)
{
	resolver_leave(gate);
	uplink_close(&gate->uplink);
}

void outside_poll(const struct gate *gate, struct pollfd fds[OUTSIDE_FDS])
{
	fds[RESOLVER] = (struct pollfd){.fd = gate->resolver_fd, .events = POLLIN};
	fds[ROUTES] = (struct pollfd){.fd = uplink_fd(&gate->uplink), .events = POLLIN};
}

/* Held devices' names: answered by portal while nobody else can. */
static void changed(struct gate *gate)
{
	gate->ruleset.stand_in = gate->uplink.down;
	if (gate->in_place && ruleset_stand_in(&gate->ruleset, &gate->nft) < 0)
		log_warn("names of held devices");
}

/* Nobody is left who would say that the names are answered again. */
static void resolver_lost(struct gate *gate)
{
	resolver_leave(gate);
	if (gate->uplink.check && uplink_hear(&gate->uplink, true))
		changed(gate);
	log_warnx("the resolver is gone: garden.names close within their time, and of the uplink "
		  "only routes are known, until the service is started again");
}

/* The routes have changed: is the internet there now? One that does not read needs no hurry. */
static void hurry(const struct gate *gate)
{
	const struct resolver_msg msg = {.word = RESOLVER_HURRY};

	if (gate->resolver_fd >= 0 &&
	    send(gate->resolver_fd, &msg, sizeof(msg), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("the resolver is busy");
}

static bool is_zero(const uint8_t *p, size_t n)
{
	while (n > 0 && *p == 0)
		p++, n--;
	return n == 0;
}

static bool take_address(struct gate *gate, const struct resolver_msg *msg)
{
	struct neigh_address address = {.family = msg->family};

	if (gate->garden == NULL || (msg->family != 4 && msg->family != 6) ||
	    (msg->family == 4 && !is_zero(msg->address + 4, sizeof(msg->address) - 4)) ||
	    !is_zero(msg->unused, sizeof(msg->unused)))
		return false;
	memcpy(address.byte, msg->address, sizeof(address.byte));
	return garden_learn(gate->garden, msg->name, &address, msg->seconds, clock_boot_ms());
}

/* More often than it asks: each word may change rules and write a line. */
static bool take_uplink(struct gate *gate, bool answered)
{
	int64_t now = clock_boot_ms();

	if (now - gate->heard_since_ms > WINDOW_MS) {
		gate->heard_since_ms = now;
		gate->heard = 0;
	}
	if (!gate->uplink.check || ++gate->heard > WORDS_MAX)
		return false;
	if (uplink_hear(&gate->uplink, answered))
		changed(gate);
	return true;
}

static bool take(struct gate *gate, const struct resolver_msg *msg)
{
	switch (msg->word) {
	case RESOLVER_ADDRESS:
		return take_address(gate, msg);
	case RESOLVER_UP:
	case RESOLVER_DOWN:
		return take_uplink(gate, msg->word == RESOLVER_UP);
	default:
		return false;
	}
}

static void resolver_read(struct gate *gate)
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		struct resolver_msg msg;
		ssize_t n = recv(gate->resolver_fd, &msg, sizeof(msg), MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n == (ssize_t)sizeof(msg) && take(gate, &msg))
			continue;
		if (n > 0)
			log_warnx("the resolver sent what it should not");
		resolver_lost(gate);
		return;
	}
}

void outside_read(struct gate *gate, const struct pollfd fds[OUTSIDE_FDS])
{
	/* It may have been lost since the poll. */
	if (fds[RESOLVER].revents != 0 && gate->resolver_fd >= 0)
		resolver_read(gate);
	if (fds[ROUTES].revents == 0)
		return;
	if (uplink_read(&gate->uplink, &gate->route))
		changed(gate);
	hurry(gate);
}

bool outside_ended(struct gate *gate, pid_t child)
{
	if (child <= 0 || child != gate->resolver_pid)
		return false;
	waitpid(child, NULL, WNOHANG);
	gate->resolver_pid = 0;
	if (gate->resolver_fd >= 0)
		resolver_lost(gate);
	return true;
}

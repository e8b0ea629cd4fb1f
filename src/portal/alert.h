/*
 * HTTPS of a held device. Nobody may answer in another site's name, so there is no
 * certificate: whoever begins TLS gets a fatal alert, upon which a browser looks for the
 * portal by itself, and who does not is refused. It never sends anything else, keeps
 * nothing of what it hears, and waits for nobody for more than seconds.
 */
#ifndef PORTAL_ALERT_H
#define PORTAL_ALERT_H

#include <stdint.h>

#include "common/conf.h"

/* Seconds from a connection's beginning to its end. */
enum { ALERT_SECONDS = 5 };

struct alert;

/* Listens on conf's alert_port, with room for a quarter of limits.connections. NULL with
 * errno. Before the lock. */
struct alert *alert_open(const struct conf *conf);

/* NULL, when there is none, is accepted by all of these. */
void alert_close(struct alert *alert);
int alert_fd(const struct alert *alert); /* poll it for reading; -1: none */
/* Takes and answers a few of those that are there: pages must not wait for long. */
void alert_run(struct alert *alert, int64_t now_ms);
/* Ends what takes too long. Call about once a second. */
void alert_sweep(struct alert *alert, int64_t now_ms);

#endif

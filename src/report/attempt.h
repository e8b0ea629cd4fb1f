/* A round, and when the next one is to be. The caller has the lock. */
#ifndef REPORT_ATTEMPT_H
#define REPORT_ATTEMPT_H

#include "report/round.h"

/* Runs round; the log has what came of it, and *problem says why when it did not end well. */
enum round_end attempt_run(struct round *round, struct problem *problem);

/* site.id of the configuration is another than that of the key: reports are the key's. */
void attempt_warn_site(const struct conf *conf, const struct key *key);

#endif

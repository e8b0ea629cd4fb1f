/* The server: its loop, from the first connection to the last answer. */
#ifndef COLLECT_SERVE_H
#define COLLECT_SERVE_H

#include "collect/conf.h"

/* Returns when asked to end: the program's exit status. */
int serve_run(const struct collect_conf *conf);

#endif

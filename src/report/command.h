/* What can be asked of congchao-report; each returns the exit status. */
#ifndef REPORT_COMMAND_H
#define REPORT_COMMAND_H

#include <stdbool.h>

#include "common/conf.h"
#include "report/key.h"

enum { COMMAND_FINE, COMMAND_PROBLEM, COMMAND_USAGE };

/* words: what follows the command. */
typedef int command_run(const struct conf *conf, int count, char **words);

command_run timer_run, now_run, status_run, enrol_run, rotate_run;

/* The key of an enrolled gateway; else false, and the operator has been told. */
bool command_key(const struct conf *conf, struct key *key);

#endif

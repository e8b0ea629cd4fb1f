/* Who this program is, and that only one of it works at a time. */
#ifndef REPORT_OWN_H
#define REPORT_OWN_H

#include <stdbool.h>

#include "common/conf.h"

/*
 * Started as root: makes report.state if it is not there, and becomes users.report in the
 * groups that this user is in, for good. Ends the program when that is not possible.
 */
void own_become(const struct conf *conf);

/*
 * Until the program ends or own_unlock. wait: for as long as it takes; else false at once
 * when another one works.
 */
bool own_lock(const struct conf *conf, bool wait);
void own_unlock(void);

#endif

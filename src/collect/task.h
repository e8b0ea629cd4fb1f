/* One function for each command; each is given an open database and its words. */
#ifndef COLLECT_TASK_H
#define COLLECT_TASK_H

#include <postgresql/libpq-fe.h>

#include "collect/conf.h"

struct task {
	PGconn *db;
	const struct collect_conf *conf;
	char **words; /* after the command's own, up to NULL */
	int count;
};

/* Returns the exit status: 0, or 1 after telling. */
typedef int task_run(const struct task *task);

task_run report_file_run, account_add, account_list;
task_run init_run, content_run, site_set, site_code, site_list, roll_run, retain_run, freeze_run;

#endif

/* congchao content: what editors do with a content pack. One file per subcommand. */
#ifndef CTL_CONTENT_H
#define CTL_CONTENT_H

#include <stdbool.h>

#include "common/conf.h"
#include "common/report.h"

/*
 * A subcommand. argv[0] is its name, options and operands follow, for getopt_long; file is
 * the configuration (-c). Returns the exit status: COMMAND_FINE, _PROBLEM or _USAGE.
 */
typedef int content_run(int argc, char **argv, const char *file);

content_run content_lint, content_import, content_export, content_kit, content_preview,
    content_publish;

/*
 * The configuration as far as editors need it: from file or, where the default file does
 * not exist, the defaults, so that a pack can be looked at on any machine; a program that
 * runs from build/ finds content and pages in its source tree. folder, when it
 * is not NULL, takes the place of paths.content. conf->languages become all those that the
 * pack has a text/LANG.cfg for, the configured ones first. False: it has been reported.
 */
bool content_conf(const char *file, const char *folder, struct conf *conf, struct report *report);

/* Says how the subcommand is used, on stderr; returns COMMAND_USAGE. */
int content_usage(const char *name);

#endif

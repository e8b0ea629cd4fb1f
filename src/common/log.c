/*
 * Log lines to stderr: "program: message". One write per line, so that lines of two
 * processes on one stderr do not mix.
 */
#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *log_program = "congchao";
static bool log_debugging;

void log_init(const char *program, bool debug)
{
	log_program = program;
	log_debugging = debug;
}

static void __attribute__((format(printf, 2, 0)))
log_line(const char *reason, const char *fmt, va_list ap)
{
	char line[1024];
	int n = snprintf(line, sizeof(line), "%s: ", log_program);
	size_t used = n > 0 ? (size_t)n : 0;

	n = vsnprintf(line + used, sizeof(line) - used, fmt, ap);
	used += n > 0 ? (size_t)n : 0;
	if (used < sizeof(line) && reason != NULL) {
		n = snprintf(line + used, sizeof(line) - used, ": %s", reason);
		used += n > 0 ? (size_t)n : 0;
	}
	if (used > sizeof(line) - 2)
		used = sizeof(line) - 2;
	line[used++] = '\n';
	/* Nowhere is left to report that stderr is gone. */
	if (write(STDERR_FILENO, line, used) < 0)
		return;
}

#define LOG_BODY(reason)                                                                           \
	do {                                                                                       \
		va_list ap;                                                                        \
		va_start(ap, fmt);                                                                 \
		log_line((reason), fmt, ap);                                                       \
		va_end(ap);                                                                        \
	} while (0)

void log_warn(const char *fmt, ...)
{
	LOG_BODY(strerror(errno));
}

void log_warnx(const char *fmt, ...)
{
	LOG_BODY(NULL);
}

void log_info(const char *fmt, ...)
{
	LOG_BODY(NULL);
}

void log_debug(const char *fmt, ...)
{
	if (log_debugging)
		LOG_BODY(NULL);
}

void fatal(const char *fmt, ...)
{
	LOG_BODY(strerror(errno));
	exit(1);
}

void fatalx(const char *fmt, ...)
{
	LOG_BODY(NULL);
	exit(1);
}

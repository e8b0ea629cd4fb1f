/*
 * Log lines to stderr, for every program; the service manager adds time and host.
 * A MAC or an address of a visitor may appear at debug level only, and nothing a
 * visitor typed appears unescaped.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdarg.h>
#include <stdbool.h>

/* Names the program in every line; debug lines are dropped unless debug is true. */
void log_init(const char *program, bool debug);

/* Adds ": " and strerror(errno). */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* For start-up, and for gate when it cannot keep its promises: logs, then exit(1). */
void fatal(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void fatalx(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif

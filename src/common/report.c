/*
 * Prints the operator's mistakes as they are found and counts them, so that a loader
 * can go on to the next one and its caller can still refuse to start.
 */
#include "common/report.h"

#include <stdarg.h>

static void __attribute__((format(printf, 5, 0)))
report_line(FILE *out, const char *kind, const char *file, int line, const char *fmt, va_list ap)
{
	if (line > 0)
		fprintf(out, "%s:%d: %s", file, line, kind);
	else
		fprintf(out, "%s: %s", file, kind);
	vfprintf(out, fmt, ap);
	fputc('\n', out);
}

void report_error(struct report *report, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_line(report->out, "", file, line, fmt, ap);
	va_end(ap);
	report->errors++;
}

void report_warning(struct report *report, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_line(report->out, "warning: ", file, line, fmt, ap);
	va_end(ap);
	report->warnings++;
}

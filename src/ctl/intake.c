/*
 * Reads what editors and translators bring along, whatever editor, spreadsheet or
 * keyboard wrote it. Composes letters and marks (Windows' own Vietnamese keyboard types
 * them apart) and must never let a byte through that is not UTF-8.
 */
#include "ctl/intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const char mark[] = "\xef\xbb\xbf"; /* the byte order mark in UTF-8 */

/* Tells of every line that is not UTF-8, in one line: of such a file most are not. */
static int utf8_check(const char *path, const char *bytes, size_t size, struct report *report)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)bytes;
	int line = 1, first = 0, last = 0, lines = 0;
	size_t i = 0;

	while (i < size) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(at + i, (utf8proc_ssize_t)(size - i), &c);

		if (n <= 0 || c == 0) {
			lines += line != last;
			last = line;
			first = first != 0 ? first : line;
		}
		line += n == 1 && c == '\n';
		i += n > 0 ? (size_t)n : 1;
	}
	if (lines == 0)
		return 0;
	report_error(report, path, first,
		     "not text in UTF-8 (%d line%s in all), expected the file saved as UTF-8",
		     lines, lines == 1 ? "" : "s");
	return -1;
}

/* CR LF, and CR alone, become LF; a tab is a space: a page shows no other. */
static void lines_end(char *text)
{
	char *out = text;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\r' && at[1] == '\n')
			continue;
		*out++ = *at == '\r' ? '\n' : *at == '\t' ? ' ' : *at;
	}
	*out = '\0';
}

char *intake_clean(const char *path, const char *bytes, size_t size, struct report *report)
{
	utf8proc_uint8_t *text = NULL;
	utf8proc_ssize_t n;

	if (size > INTAKE_MAX) {
		report_error(report, path, 0, "is too large, expected at most %d bytes",
			     (int)INTAKE_MAX);
		return NULL;
	}
	if (size >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0) {
		bytes += strlen(mark);
		size -= strlen(mark);
	}
	if (utf8_check(path, bytes, size, report) != 0)
		return NULL;
	n = utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size, &text,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0) {
		report_error(report, path, 0, "cannot be composed: %s, expected plain UTF-8",
			     utf8proc_errmsg(n));
		return NULL;
	}
	lines_end((char *)text);
	return (char *)text;
}

char *intake_read(const char *path, struct report *report)
{
	char *bytes = malloc((size_t)INTAKE_MAX + 1), *text = NULL;
	FILE *in = fopen(path, "re");
	size_t size;

	if (bytes == NULL || in == NULL) {
		report_error(report, path, 0, "cannot be read: %s, expected a text file",
			     strerror(errno));
		goto out;
	}
	size = fread(bytes, 1, (size_t)INTAKE_MAX + 1, in);
	if (ferror(in))
		report_error(report, path, 0, "cannot be read: %s, expected a text file",
			     strerror(errno));
	else
		text = intake_clean(path, bytes, size, report);
out:
	if (in != NULL)
		fclose(in);
	free(bytes);
	return text;
}

/*
 * Reads one file of a template into memory, for template_parse.c: a text of bounded
 * size, or a plain errno. It never looks at what the text says.
 */
#include "common/template_node.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *file_read(const char *path, size_t *length)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */
	FILE *file = fopen(path, "re");
	char *text = malloc(TEMPLATE_FILE_SIZE_MAX + 2);
	int error = 0;

	*length = 0;
	if (file == NULL || text == NULL) {
		error = errno;
		goto out;
	}
	*length = fread(text, 1, TEMPLATE_FILE_SIZE_MAX + 1, file);
	text[*length] = '\0';
	if (ferror(file))
		error = errno;
	else if (*length > TEMPLATE_FILE_SIZE_MAX)
		error = EFBIG;
	else if (strlen(text) != *length)
		error = EILSEQ;
	if (error == 0 && strncmp(text, mark, 3) == 0) {
		*length -= 3;
		memmove(text, text + 3, *length + 1);
	}
out:
	if (file != NULL)
		fclose(file);
	if (error != 0) {
		free(text);
		text = NULL;
	}
	errno = error;
	return text;
}

/* A copy of text, each line after indent; NULL with errno. */
static char *indent_lines(const char *text, size_t *length, const char *indent,
			  size_t indent_length)
{
	char *out = malloc(TEMPLATE_FILE_SIZE_MAX + 2);
	size_t used = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < *length; i++) {
		size_t margin = i == 0 || text[i - 1] == '\n' ? indent_length : 0;

		if (used + margin + 1 > TEMPLATE_FILE_SIZE_MAX) {
			free(out);
			errno = EFBIG;
			return NULL;
		}
		memcpy(out + used, indent, margin);
		used += margin;
		out[used++] = text[i];
	}
	*length = used;
	return out;
}

static bool is_style(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && strcmp(path + length - 4, ".css") == 0;
}

/*
 * Takes the blanks out of a style that stand where nothing needs them: at the beginning of
 * a line, after punctuation, before a brace. It is in every page, which is to fit into the
 * first packets of a connection. Lines stay lines, so that a mistake has its number.
 */
static void squeeze(char *text, size_t *length)
{
	size_t used = 0;
	char quote = '\0'; /* of the string that we are in; it ends with its line */

	for (size_t i = 0; i < *length; i++) {
		char c = text[i];
		bool blank = c == ' ' || c == '\t';

		if (quote == '\0' && blank &&
		    (used == 0 || strchr("\n:;,{}", text[used - 1]) != NULL))
			continue;
		while (quote == '\0' && c == '{' && used > 0 && text[used - 1] == ' ')
			used--;
		if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote || c == '\n')
			quote = '\0';
		text[used++] = c;
	}
	text[used] = '\0';
	*length = used;
}

/* The text stays for the program's life: it takes no more room than it needs. */
static char *trimmed(char *text, size_t length)
{
	char *smaller = realloc(text, length + 2);

	if (smaller == NULL)
		return text;
	return smaller;
}

char *template_file_read(const char *path, const char *indent, size_t indent_length, size_t *length)
{
	char *text = file_read(path, length);
	char *indented;
	int error;

	if (text == NULL)
		return NULL;
	if (is_style(path))
		squeeze(text, length);
	if (indent_length == 0)
		return trimmed(text, *length);
	indented = indent_lines(text, length, indent, indent_length);
	error = errno;
	free(text);
	errno = error;
	return indented != NULL ? trimmed(indented, *length) : NULL;
}

/*
 * Reads one content file and checks it against tables of fields, for lesson.c and its
 * parts. It must never let a file decide what else is opened, and never stop at the
 * first mistake.
 */
#include "common/lesson_cfg.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_SIZE = 16 * 1024 };

static const char *const type_names[] = {
    [LESSON_CFG_STRING] = "one text in quotes",
    [LESSON_CFG_NUMBER] = "a whole number",
    [LESSON_CFG_STRINGS] = "a list of texts [ \"...\", \"...\" ]",
    [LESSON_CFG_GROUPS] = "a list of groups ( {...}, {...} )",
    [LESSON_CFG_GROUP] = "a group { ... }",
};

/*
 * All that in has, with a final NUL, for the caller to free; NULL with errno. Grows as it
 * reads: a router has no megabyte for each small file.
 */
static char *stream_read(FILE *in, size_t *size)
{
	size_t room = READ_SIZE;
	char *text = malloc(room + 1);
	int error;

	*size = 0;
	while (text != NULL) {
		char *more;

		*size += fread(text + *size, 1, room - *size, in);
		if (ferror(in) || *size > LESSON_CFG_FILE_MAX)
			break;
		text[*size] = '\0';
		if (*size < room)
			return text;
		room *= 2;
		more = realloc(text, room + 1);
		if (more == NULL)
			break;
		text = more;
	}
	error = *size > LESSON_CFG_FILE_MAX ? EFBIG : errno;
	free(text);
	errno = error;
	return NULL;
}

/* The whole file with a final NUL, for the caller to free; NULL with errno. */
static char *file_read(const char *path, size_t *size)
{
	FILE *in = fopen(path, "re");
	char *text;
	int error;

	if (in == NULL)
		return NULL;
	text = stream_read(in, size);
	error = errno;
	fclose(in);
	errno = error;
	return text;
}

static int line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/*
 * libconfig would open whatever an include names, count lines in that file, and end the
 * program when it is a folder.
 */
static const char *include_find(const char *text)
{
	while (text != NULL) {
		const char *at = text + strspn(text, " \t");

		if (strncmp(at, "@include", strlen("@include")) == 0)
			return at;
		text = strchr(at, '\n');
		if (text != NULL)
			text++;
	}
	return NULL;
}

static int text_parse(struct lesson_cfg *file, const char *text, size_t size, struct report *report)
{
	const char *body = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
	const char *include = include_find(body);
	const char *what;

	if (strlen(text) != size) {
		report_error(report, file->path, line_of(text, text + strlen(text)),
			     "a NUL byte, expected text in UTF-8");
		return -1;
	}
	if (include != NULL) {
		report_error(report, file->path, line_of(text, include),
			     "@include, expected everything in this file");
		return -1;
	}
	if (config_read_string(&file->config, body) == CONFIG_TRUE)
		return 0;
	what = config_error_text(&file->config);
	report_error(report, file->path, config_error_line(&file->config), "%s, expected %s", what,
		     strncmp(what, "duplicate", strlen("duplicate")) == 0
			 ? "each name once"
			 : "name = value; (is a quote, bracket or comma missing here or before?)");
	return -1;
}

int lesson_cfg_open(struct lesson_cfg *file, const char *why_file, struct report *report)
{
	size_t size = 0;
	char *text = file_read(file->path, &size);
	int ret;

	config_init(&file->config);
	file->open = true;
	if (text == NULL) {
		report_error(report, file->path, 0, "cannot be read: %s, expected %s",
			     strerror(errno), why_file);
		return -1;
	}
	ret = text_parse(file, text, size, report);
	free(text);
	return ret;
}

void lesson_cfg_close(struct lesson_cfg *file)
{
	if (file->open)
		config_destroy(&file->config);
	file->open = false;
}

void lesson_cfg_place(struct lesson_cfg_place *place, const struct lesson_cfg *file,
		      struct report *report)
{
	place->report = report;
	place->path = file->path;
	place->what[0] = '\0';
}

void lesson_cfg_place_item(struct lesson_cfg_place *place, const char *kind, const char *name)
{
	snprintf(place->what, sizeof(place->what), "%s %.*s: ", kind, (int)LESSON_CFG_NAME_MAX,
		 name);
}

/* "what: message" on one line, whatever the file has put into the message. */
static void __attribute__((format(printf, 4, 0)))
message_write(const struct lesson_cfg_place *place, char *out, size_t size, const char *fmt,
	      va_list ap)
{
	size_t used = strlen(place->what);

	memcpy(out, place->what, used + 1);
	vsnprintf(out + used, size - used, fmt, ap);
	for (; *out != '\0'; out++) {
		if ((unsigned char)*out < ' ' || *out == 0x7f)
			*out = '?';
	}
}

void lesson_cfg_error(const struct lesson_cfg_place *place, const config_setting_t *at,
		      const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	message_write(place, message, sizeof(message), fmt, ap);
	va_end(ap);
	report_error(place->report, place->path, (int)config_setting_source_line(at), "%s",
		     message);
}

void lesson_cfg_warning(const struct lesson_cfg_place *place, const config_setting_t *at,
			const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	message_write(place, message, sizeof(message), fmt, ap);
	va_end(ap);
	report_warning(place->report, place->path, (int)config_setting_source_line(at), "%s",
		       message);
}

static bool strings_are(const config_setting_t *setting)
{
	int length = config_setting_length(setting);

	for (int i = 0; i < length; i++) {
		const char *text = config_setting_get_string_elem(setting, i);

		if (text == NULL || *text == '\0')
			return false;
	}
	return length > 0;
}

static bool type_fits(const config_setting_t *setting, enum lesson_cfg_type type)
{
	int is = config_setting_type(setting);

	switch (type) {
	case LESSON_CFG_STRING:
		return is == CONFIG_TYPE_STRING && *config_setting_get_string(setting) != '\0';
	case LESSON_CFG_NUMBER:
		return is == CONFIG_TYPE_INT;
	case LESSON_CFG_STRINGS:
		return (is == CONFIG_TYPE_ARRAY || is == CONFIG_TYPE_LIST) && strings_are(setting);
	case LESSON_CFG_GROUPS:
		return is == CONFIG_TYPE_LIST;
	case LESSON_CFG_GROUP:
		return is == CONFIG_TYPE_GROUP;
	}
	return false;
}

static const char *type_found(const config_setting_t *setting, enum lesson_cfg_type expected)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return *config_setting_get_string(setting) == '\0' ? "empty" : "a text";
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		if (config_setting_length(setting) == 0)
			return "an empty list";
		return expected == LESSON_CFG_STRINGS ? "a list in which one is empty or no text"
						      : "a list";
	case CONFIG_TYPE_GROUP:
		return "a group";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	default:
		return "a number";
	}
}

bool lesson_cfg_is(const struct lesson_cfg_place *place, const config_setting_t *setting,
		   enum lesson_cfg_type type)
{
	const char *name = config_setting_name(setting);

	if (type_fits(setting, type))
		return true;
	lesson_cfg_error(place, setting, "%s%sis %s, expected %s", name != NULL ? name : "",
			 name != NULL ? " " : "", type_found(setting, type), type_names[type]);
	return false;
}

static const struct lesson_cfg_field *field_find(const struct lesson_cfg_field *fields,
						 size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	}
	return NULL;
}

static void unknown_report(const struct lesson_cfg_place *place, const config_setting_t *setting,
			   const struct lesson_cfg_field *fields, size_t count)
{
	char names[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < count && used < sizeof(names); i++) {
		int n = snprintf(names + used, sizeof(names) - used, "%s%s", i == 0 ? "" : ", ",
				 fields[i].name);

		used += n > 0 ? (size_t)n : 0;
	}
	lesson_cfg_error(place, setting, "unknown setting %s, expected one of: %s",
			 config_setting_name(setting), names);
}

void lesson_cfg_check(const struct lesson_cfg_place *place, const config_setting_t *group,
		      const struct lesson_cfg_field *fields, size_t count)
{
	int length = config_setting_length(group);

	for (size_t i = 0; i < count; i++) {
		const config_setting_t *setting = config_setting_get_member(group, fields[i].name);

		if (setting == NULL && fields[i].optional)
			continue;
		if (setting == NULL)
			lesson_cfg_error(place, group, "%s is missing, expected %s", fields[i].name,
					 type_names[fields[i].type]);
		else
			lesson_cfg_is(place, setting, fields[i].type);
	}
	for (int i = 0; i < length; i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);

		if (field_find(fields, count, config_setting_name(setting)) == NULL)
			unknown_report(place, setting, fields, count);
	}
}

config_setting_t *lesson_cfg_member(const config_setting_t *group, const char *name,
				    enum lesson_cfg_type type)
{
	config_setting_t *setting = config_setting_get_member(group, name);

	return setting != NULL && type_fits(setting, type) ? setting : NULL;
}

const char *lesson_cfg_string(const config_setting_t *group, const char *name)
{
	const config_setting_t *setting = lesson_cfg_member(group, name, LESSON_CFG_STRING);

	return setting != NULL ? config_setting_get_string(setting) : NULL;
}

int lesson_cfg_number(const struct lesson_cfg_place *place, const config_setting_t *group,
		      const char *name, int min, int max)
{
	const config_setting_t *setting = lesson_cfg_member(group, name, LESSON_CFG_NUMBER);
	int value = setting != NULL ? config_setting_get_int(setting) : 0;

	if (setting == NULL || (value >= min && value <= max))
		return value;
	if (max == INT_MAX)
		lesson_cfg_error(place, setting, "%s is %d, expected at least %d", name, value,
				 min);
	else
		lesson_cfg_error(place, setting, "%s is %d, expected %d to %d", name, value, min,
				 max);
	return 0;
}

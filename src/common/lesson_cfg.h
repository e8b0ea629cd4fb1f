/*
 * A content file of libconfig's grammar and what may stand in it, for lesson.c and its
 * parts, and for what editors check: tables of fields instead of a function for each file, and one
 * way to say what is wrong where.
 */
#ifndef COMMON_LESSON_CFG_H
#define COMMON_LESSON_CFG_H

#include <stdbool.h>
#include <stddef.h>

#include <libconfig.h>

#include "common/conf.h"
#include "common/report.h"

enum {
	LESSON_CFG_PATH_SIZE = CONF_PATH_SIZE + 64,
	LESSON_CFG_FILE_MAX = 1024 * 1024, /* bytes of any one file */
	LESSON_CFG_NAME_MAX = 64,	   /* bytes of an id */
};

struct lesson_cfg {
	char path[LESSON_CFG_PATH_SIZE]; /* as opened, as the operator sees it in messages */
	config_t config;
	bool open; /* config has to be destroyed */
};

/* Whom a complaint is about. */
struct lesson_cfg_place {
	struct report *report;
	const char *path;
	char what[LESSON_CFG_NAME_MAX + 32]; /* "question CIT-OTP-A: ", or "": the file itself */
};

enum lesson_cfg_type {
	LESSON_CFG_STRING, /* not empty */
	LESSON_CFG_NUMBER,
	LESSON_CFG_STRINGS, /* at least one, none empty */
	LESSON_CFG_GROUPS,
	LESSON_CFG_GROUP,
};

struct lesson_cfg_field {
	const char *name;
	enum lesson_cfg_type type;
	bool optional;
};

/* A field that has to be there, and one that may: LESSON_CFG_MUST("id", STRING). */
#define LESSON_CFG_MUST(name, type)            \
	{                                      \
		name, LESSON_CFG_##type, false \
	}
#define LESSON_CFG_MAY(name, type)            \
	{                                     \
		name, LESSON_CFG_##type, true \
	}

/*
 * Reads and parses file->path. Returns 0, or -1 when it has told report why not; why_file
 * ends the line about a file that cannot be read. The settings live until
 * lesson_cfg_close, which is due in both cases.
 */
int lesson_cfg_open(struct lesson_cfg *file, const char *why_file, struct report *report);
void lesson_cfg_close(struct lesson_cfg *file); /* accepts one that is all zero */

/* A file's own place; and the place of one item in it: "KIND NAME: ". */
void lesson_cfg_place(struct lesson_cfg_place *place, const struct lesson_cfg *file,
		      struct report *report);
void lesson_cfg_place_item(struct lesson_cfg_place *place, const char *kind, const char *name);

/* An error, or a warning, at the line of a setting; control characters become '?'. */
void lesson_cfg_error(const struct lesson_cfg_place *place, const config_setting_t *at,
		      const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void lesson_cfg_warning(const struct lesson_cfg_place *place, const config_setting_t *at,
			const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Is setting of that type? If not, says so. */
bool lesson_cfg_is(const struct lesson_cfg_place *place, const config_setting_t *setting,
		   enum lesson_cfg_type type);

/* Complains about every field that is missing and must be there, is of another type, or is
 * not in the table. */
void lesson_cfg_check(const struct lesson_cfg_place *place, const config_setting_t *group,
		      const struct lesson_cfg_field *fields, size_t count);

/* The member of that name and type, or NULL; lesson_cfg_check has told why. */
config_setting_t *lesson_cfg_member(const config_setting_t *group, const char *name,
				    enum lesson_cfg_type type);
/* The same for a string: not empty, owned by the file. */
const char *lesson_cfg_string(const config_setting_t *group, const char *name);
/* The number if it is there and min to max, else 0, having told report of the range. */
int lesson_cfg_number(const struct lesson_cfg_place *place, const config_setting_t *group,
		      const char *name, int min, int max);

#endif

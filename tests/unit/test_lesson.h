/*
 * Packs for the tests of common/lesson: the shipped one, those of tests/golden/content, and
 * copies in a folder of their own, for a test to spoil. Run from the root of the tree.
 */
#ifndef TEST_LESSON_H
#define TEST_LESSON_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lesson.h"

#define SHIPPED "etc/content"
#define GOLDEN	"tests/golden/content"
#define GOOD	GOLDEN "/good"
#define THREE	GOLDEN "/good-three"
#define FULL	GOLDEN "/good-full" /* everything that a pack may have */

static const char *const files[] = {"pack.cfg", "structure.cfg", "text/vi.cfg", "text/en.cfg",
				    "contacts.cfg"};

/* A bank with what was said while it was loaded. */
struct loaded {
	struct lesson_bank *bank;
	struct report report;
	char *said;
	size_t said_size;
};

static inline struct conf conf_of(const char *content)
{
	struct conf conf = {.language_count = 2, .languages = {"vi", "en"}};

	snprintf(conf.path_content, sizeof(conf.path_content), "%.*s",
		 (int)sizeof(conf.path_content) - 1, content);
	return conf;
}

static inline struct loaded load(const struct conf *conf)
{
	struct loaded loaded = {0};

	loaded.report.out = open_memstream(&loaded.said, &loaded.said_size);
	assert_non_null(loaded.report.out);
	loaded.bank = lesson_load(conf, &loaded.report);
	fclose(loaded.report.out);
	/* The contract: a bank, or at least one error. */
	assert_true((loaded.bank == NULL) == (loaded.report.errors > 0));
	return loaded;
}

static inline void unload(struct loaded *loaded)
{
	lesson_free(loaded->bank);
	free(loaded->said);
}

static inline char *file_slurp(const char *path, size_t *size)
{
	enum { ROOM = 256 * 1024 };
	char *text = malloc(ROOM);
	FILE *in = fopen(path, "re");

	assert_non_null(text);
	if (in == NULL)
		fail_msg("%s cannot be opened; run this from the root of the tree", path);
	*size = fread(text, 1, ROOM - 1, in);
	text[*size] = '\0';
	fclose(in);
	return text;
}

static inline void file_put(const char *path, const char *text, size_t size)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* --- A copy of a pack in a temporary folder, for a test to spoil. --- */

struct copy {
	char folder[64];
};

static inline void copy_path(const struct copy *copy, const char *file, char path[128])
{
	snprintf(path, 128, "%s/%s", copy->folder, file);
}

static inline struct copy copy_make(const char *from)
{
	struct copy copy = {.folder = "/tmp/test_lesson.XXXXXX"};
	char path[128];

	assert_non_null(mkdtemp(copy.folder));
	copy_path(&copy, "text", path);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text;
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", from, files[i]);
		if (access(path, F_OK) < 0)
			continue; /* contacts.cfg */
		text = file_slurp(path, &size);
		copy_path(&copy, files[i], path);
		file_put(path, text, size);
		free(text);
	}
	return copy;
}

static inline void copy_remove(const struct copy *copy)
{
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		copy_path(copy, files[i], path);
		remove(path);
	}
	copy_path(copy, "text", path);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(copy->folder), 0);
}

/* Replaces the first from in a file, which must be there. */
static inline void copy_edit(const struct copy *copy, const char *file, const char *from,
			     const char *to)
{
	char path[128];
	char *text, *at, *out;
	size_t size;

	copy_path(copy, file, path);
	text = file_slurp(path, &size);
	at = strstr(text, from);
	assert_non_null(at);
	out = malloc(size + strlen(to) + 1);
	assert_non_null(out);
	snprintf(out, size + strlen(to) + 1, "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	file_put(path, out, strlen(out));
	free(out);
	free(text);
}

static inline struct loaded copy_load(const struct copy *copy)
{
	struct conf conf = conf_of(copy->folder);

	return load(&conf);
}

/* With that language alone. */
static inline struct loaded copy_load_one(const struct copy *copy, const char *language)
{
	struct conf conf = conf_of(copy->folder);

	conf.language_count = 1;
	snprintf(conf.languages[0], sizeof(conf.languages[0]), "%s", language);
	return load(&conf);
}

static inline const struct lesson_question *question_of(const struct loaded *loaded, const char *id)
{
	for (size_t i = 0; i < loaded->bank->question_count; i++) {
		if (strcmp(loaded->bank->questions[i].id, id) == 0)
			return &loaded->bank->questions[i];
	}
	return NULL;
}

#endif

/*
 * Loads the pack and the portal's templates for the preview with portal's own loaders, and
 * notices by names, sizes and times that a file has changed. Reads only.
 */
#include "ctl/preview_pack.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/log.h"
#include "common/report.h"
#include "ctl/content.h"

enum { FOLDERS_DEEP = 3, PATH_SIZE = 512 };

/* FNV-1a of one file; files are added up, because a folder has no order. */
static uint64_t file_mark(const char *path, const struct stat *st)
{
	const int64_t facts[] = {st->st_mtim.tv_sec, st->st_mtim.tv_nsec, st->st_size,
				 (int64_t)st->st_ino};
	uint64_t mark = 0xcbf29ce484222325;

	for (; *path != '\0'; path++)
		mark = (mark ^ (unsigned char)*path) * 0x100000001b3;
	for (size_t i = 0; i < sizeof(facts); i++) /* bytes */
		mark = (mark ^ ((const unsigned char *)facts)[i]) * 0x100000001b3;
	return mark;
}

static uint64_t path_mark(const char *path, int deep);

/* What begins with a dot is an editor program's own. */
static uint64_t folder_mark(const char *path, int deep)
{
	DIR *folder = opendir(path);
	uint64_t mark = 0;
	struct dirent *entry;
	char inner[PATH_SIZE];

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		int n = snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' && n < (int)sizeof(inner))
			mark += path_mark(inner, deep - 1);
	}
	if (folder != NULL)
		closedir(folder);
	return mark;
}

static uint64_t path_mark(const char *path, int deep)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return 0; /* it has just gone, or the loader tells of it */
	if (!S_ISDIR(st.st_mode))
		return file_mark(path, &st);
	return deep > 0 ? folder_mark(path, deep) : 0;
}

static uint64_t pack_mark(const struct preview_pack *pack)
{
	return path_mark(pack->file, 0) + path_mark(pack->conf.path_content, FOLDERS_DEEP) +
	       path_mark(pack->conf.path_www, FOLDERS_DEEP);
}

void preview_pack_close(struct preview_pack *pack)
{
	page_free(pack->pages);
	lesson_free(pack->bank);
	if (pack->lines != NULL)
		free((void *)pack->lines[0].values);
	free(pack->lines);
	free(pack->messages);
	pack->pages = NULL;
	pack->bank = NULL;
	pack->lines = NULL;
	pack->line_count = 0;
	pack->messages = NULL;
}

/* Cuts the messages into lines. */
static void lines_make(struct preview_pack *pack)
{
	char *text = pack->messages;
	struct template_value *values;
	size_t most = 1;

	for (const char *p = text; *p != '\0'; p++)
		most += *p == '\n';
	values = calloc(most, sizeof(*values));
	pack->lines = calloc(most, sizeof(*pack->lines));
	if (values == NULL || pack->lines == NULL)
		fatal("no memory for the pack");
	for (char *line; (line = strsep(&text, "\n")) != NULL && *line != '\0';) {
		values[pack->line_count] = (struct template_value){.name = "line", .text = line};
		pack->lines[pack->line_count].count = 1;
		pack->line_count++;
	}
	for (size_t i = 0; i < most; i++)
		pack->lines[i].values = &values[i];
}

static void pack_read(struct preview_pack *pack)
{
	size_t size;
	struct report report = {.out = open_memstream(&pack->messages, &size)};

	if (report.out == NULL)
		fatal("no memory for the pack");
	if (content_conf(pack->file, pack->folder, &pack->conf, &report)) {
		pack->conf.unconfirmed = true; /* who confirms it wants to see it first */
		pack->bank = lesson_load(&pack->conf, &report);
	}
	if (pack->bank != NULL)
		pack->pages = page_load(&pack->conf, pack->bank, &report);
	if (fclose(report.out) != 0)
		fatal("no memory for the pack");
	lines_make(pack);
}

/* The mark is taken first: what is saved while the pack is being read counts as a change. */
void preview_pack_refresh(struct preview_pack *pack)
{
	uint64_t mark = pack_mark(pack);

	if (pack->lines != NULL && mark == pack->mark)
		return;
	preview_pack_close(pack);
	pack_read(pack);
	pack->mark = mark;
}

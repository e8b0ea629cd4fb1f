/*
 * Reads a pack for the translators' kit: the sentences in its own language, those of
 * another one beside them, and how old these are. It reads the files themselves, because
 * a translation that is not whole cannot be loaded.
 */
#include "ctl/kit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lesson.h"
#include "ctl/bank.h"

/* The groups of text/LANG.cfg, and whether their entries are items with a rev. */
static const struct kit_group {
	const char *name;
	bool items;
} groups[] = {
    {"lessons", true},	{"questions", true}, {"audiences", false}, {"topics", false},
    {"sources", false}, {"contacts", false}, {"ui", false},
};

static struct kit_row *row_add(struct kit *kit)
{
	size_t size = kit->size > 0 ? kit->size * 2 : 512;
	struct kit_row *rows = kit->rows;

	if (kit->count == kit->size) {
		rows = reallocarray(rows, size, sizeof(*rows));
		if (rows == NULL)
			return NULL;
		kit->rows = rows;
		kit->size = size;
	}
	rows[kit->count] = (struct kit_row){0};
	return &rows[kit->count++];
}

/* One sentence; target is the entry, or for a sentence without fields the group. */
static int text_add(struct kit *kit, const struct kit_row *like, const config_setting_t *text,
		    const config_setting_t *target)
{
	struct kit_row *row;

	if (config_setting_type(text) != CONFIG_TYPE_STRING)
		return 0; /* src_rev */
	row = row_add(kit);
	if (row == NULL)
		return -1;
	*row = *like;
	row->source = config_setting_get_string(text);
	row->translation =
	    target != NULL ? lesson_cfg_string(target, config_setting_name(text)) : NULL;
	if (like->entry != NULL)
		row->field = config_setting_name(text);
	else
		row->entry = config_setting_name(text);
	snprintf(row->key, sizeof(row->key), "%s.%s%s%s", row->group, row->entry,
		 row->field != NULL ? "." : "", row->field != NULL ? row->field : "");
	return 0;
}

static int entry_add(struct kit *kit, const char *group, const config_setting_t *entry,
		     const config_setting_t *target_group)
{
	const char *id = config_setting_name(entry);
	const config_setting_t *target =
	    target_group != NULL ? lesson_cfg_member(target_group, id, LESSON_CFG_GROUP) : NULL;
	struct kit_row like = {.group = group, .entry = id};
	int length = config_setting_length(entry);

	config_setting_lookup_int(entry, "src_rev", &like.rev);
	if (target != NULL)
		config_setting_lookup_int(target, "src_rev", &like.src_rev);
	for (int i = 0; i < length; i++)
		if (text_add(kit, &like, config_setting_get_elem(entry, (unsigned)i), target) < 0)
			return -1;
	return 0;
}

static int group_add(struct kit *kit, const struct kit_group *group)
{
	const config_setting_t *from = lesson_cfg_member(config_root_setting(&kit->source.config),
							 group->name, LESSON_CFG_GROUP);
	const config_setting_t *to =
	    kit->target.open ? lesson_cfg_member(config_root_setting(&kit->target.config),
						 group->name, LESSON_CFG_GROUP)
			     : NULL;
	int length = from != NULL ? config_setting_length(from) : 0, rc = 0;
	struct kit_row like = {.group = group->name};

	for (int i = 0; i < length && rc == 0; i++) {
		const config_setting_t *at = config_setting_get_elem(from, (unsigned)i);

		rc = group->items ? entry_add(kit, group->name, at, to)
				  : text_add(kit, &like, at, to);
	}
	return rc;
}

/* A pack with mistakes is mended first: rows of it would be wrong. */
static int pack_check(const struct kit *kit)
{
	struct lesson_bank *bank =
	    bank_load(kit->content, kit->source_language, kit->source_language, kit->report);

	lesson_free(bank);
	return bank != NULL ? 0 : -1;
}

static void path_set(struct lesson_cfg *file, const char *content, const char *name)
{
	snprintf(file->path, sizeof(file->path), "%s/%s", content, name);
}

static int texts_open(struct kit *kit)
{
	char name[CONF_LANGUAGE_SIZE + 16];

	snprintf(name, sizeof(name), "text/%s.cfg", kit->source_language);
	path_set(&kit->source, kit->content, name);
	snprintf(name, sizeof(name), "text/%s.cfg", kit->language);
	path_set(&kit->target, kit->content, name);
	if (lesson_cfg_open(&kit->source, "the pack's default_lang", kit->report) < 0)
		return -1;
	return access(kit->target.path, F_OK) < 0
		   ? 0
		   : lesson_cfg_open(&kit->target, "a text that can be read", kit->report);
}

int kit_open(struct kit *kit, const struct conf *conf, const char *language, struct report *report)
{
	const char *source;

	*kit = (struct kit){.report = report, .content = conf->path_content};
	snprintf(kit->language, sizeof(kit->language), "%s", language);
	path_set(&kit->about, kit->content, "pack.cfg");
	if (lesson_cfg_open(&kit->about, "a content pack in paths.content", report) < 0)
		return -1;
	source = lesson_cfg_string(config_root_setting(&kit->about.config), "default_lang");
	snprintf(kit->source_language, sizeof(kit->source_language), "%s",
		 source != NULL ? source : "vi");
	if (pack_check(kit) < 0 || texts_open(kit) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (group_add(kit, &groups[i]) < 0) {
			report_error(report, kit->content, 0,
				     "memory is out, expected enough for every sentence");
			return -1;
		}
	return 0;
}

void kit_close(struct kit *kit)
{
	lesson_cfg_close(&kit->about);
	lesson_cfg_close(&kit->source);
	lesson_cfg_close(&kit->target);
	free(kit->rows);
	kit->rows = NULL;
}

size_t kit_entry_end(const struct kit *kit, size_t first)
{
	const struct kit_row *row = &kit->rows[first];
	size_t end = first + 1;

	while (row->field != NULL && end < kit->count && kit->rows[end].field != NULL &&
	       strcmp(kit->rows[end].group, row->group) == 0 &&
	       strcmp(kit->rows[end].entry, row->entry) == 0)
		end++;
	return end;
}

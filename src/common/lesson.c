/*
 * Loads the content pack for portal and for `congchao check`: reads all of it, tells all
 * that is wrong with it, and only then builds the bank. A bank never changes, and never
 * holds anything that a visitor could not have been shown.
 */
#include "common/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson_bank.h"
#include "common/lesson_pack.h"

static void paths_set(struct lesson_pack *pack)
{
	const char *folder = pack->conf->path_content;

	snprintf(pack->about.path, LESSON_CFG_PATH_SIZE, "%s/pack.cfg", folder);
	snprintf(pack->structure.path, LESSON_CFG_PATH_SIZE, "%s/structure.cfg", folder);
	snprintf(pack->contact.path, LESSON_CFG_PATH_SIZE, "%s/contacts.cfg", folder);
	for (size_t i = 0; i < pack->conf->language_count; i++)
		snprintf(pack->language[i].path, LESSON_CFG_PATH_SIZE, "%s/text/%s.cfg", folder,
			 pack->conf->languages[i]);
}

/* Whom the operator has set for a zone must be there to choose. */
static void zone_check(const struct lesson_pack *pack, const struct conf_zone *zone)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_AUDIENCES];
	int found = lesson_index_find(&list->index, zone->audience);
	char offered[LESSON_AUDIENCES_MAX * (LESSON_ID_SIZE + 2)] = "";
	size_t used = 0;

	if (zone->audience[0] == '\0' || (found >= 0 && pack->audiences[found].offered))
		return;
	for (size_t i = 0; i < list->count && used < sizeof(offered); i++) {
		if (pack->audiences[i].offered)
			used += (size_t)snprintf(offered + used, sizeof(offered) - used, "%s%s",
						 used > 0 ? ", " : "", list->ids[i]);
	}
	if (used > 0) /* else there is nothing to choose at all, which has been told */
		report_error(pack->report, pack->structure.path, 0,
			     "audience \"%s\" of zone \"%s\" is not offered, expected in the"
			     " configuration one of: %s",
			     zone->audience, zone->name, offered);
}

struct lesson_pack *lesson_pack_open(const struct conf *conf, struct report *report)
{
	struct lesson_pack *pack = calloc(1, sizeof(*pack));

	if (pack == NULL)
		goto memory;
	pack->conf = conf;
	pack->report = report;
	paths_set(pack);
	lesson_about_read(pack);
	if (lesson_structure_read(pack) != 0)
		goto memory;
	lesson_contact_read(pack);
	if (lesson_text_read(pack) != 0)
		goto memory;
	lesson_source_lengths(pack);
	for (size_t i = 0; i < conf->zone_count; i++)
		zone_check(pack, &conf->zones[i]);
	return pack;
memory:
	report_error(report, conf->path_content, 0, "memory is out, expected enough to load it");
	lesson_pack_close(pack);
	return NULL;
}

void lesson_pack_close(struct lesson_pack *pack)
{
	if (pack == NULL)
		return;
	lesson_cfg_close(&pack->about);
	lesson_cfg_close(&pack->structure);
	lesson_cfg_close(&pack->contact);
	for (size_t i = 0; i < CONF_LANGUAGES_MAX; i++)
		lesson_cfg_close(&pack->language[i]);
	for (size_t i = 0; i < LESSON_PACK_KIND__MAX; i++)
		free(pack->list[i].names);
	free(pack->questions);
	free(pack->lessons);
	free(pack->question_texts);
	free(pack->lesson_texts);
	free(pack);
}

struct lesson_bank *lesson_load(const struct conf *conf, struct report *report)
{
	unsigned errors_before = report->errors;
	struct lesson_pack *pack = lesson_pack_open(conf, report);
	struct lesson_bank *bank = NULL;

	if (pack != NULL && report->errors == errors_before) {
		bank = lesson_bank_build(pack);
		if (bank == NULL)
			report_error(report, conf->path_content, 0,
				     "memory is out, expected enough to load it");
	}
	lesson_pack_close(pack);
	return bank;
}

void lesson_free(struct lesson_bank *bank)
{
	struct lesson_bank_store *store = (struct lesson_bank_store *)bank;

	if (store == NULL)
		return;
	free(store->lessons);
	free(store->questions);
	free(store->lesson_texts);
	free(store->question_texts);
	free(store->names);
	free(store->ui);
	free(store->strings);
	free(store);
}

int lesson_audience_find(const struct lesson_bank *bank, const char *id)
{
	for (size_t i = 0; i < bank->audience_count; i++)
		if (strcmp(bank->audiences[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int ui_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *lesson_ui(const struct lesson_bank *bank, size_t language, const char *name)
{
	const struct lesson_bank_store *store = (const struct lesson_bank_store *)bank;
	size_t row = 1 + bank->language_count;
	const char **found;

	if (language >= bank->language_count)
		return NULL;
	found = bsearch(&name, store->ui, store->ui_count, row * sizeof(*store->ui), ui_compare);
	return found != NULL ? found[1 + language] : NULL;
}

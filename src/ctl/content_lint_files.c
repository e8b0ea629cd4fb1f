/*
 * What lies in a pack's folder and is not shown, for `congchao content lint`: drafts,
 * contacts that nobody has checked for too long, files that nobody reads.
 */
#include "ctl/content_lint.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson_day.h"
#include "common/lesson_pack.h"

typedef void each_file(const struct lesson_pack *pack, const char *path, const char *name);

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Calls each for what is in a folder of the pack, in order; a pack need not have it. */
static void folder_each(const struct lesson_pack *pack, const char *folder, each_file *each)
{
	char path[LESSON_CFG_PATH_SIZE + 512];
	struct dirent **entries;
	int count;

	snprintf(path, sizeof(path), "%s/%s", pack->conf->path_content, folder);
	count = scandir(path, &entries, is_visible, alphasort);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", pack->conf->path_content, folder,
			 entries[i]->d_name);
		each(pack, path, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static const char *ending_of(const char *name, const char *ending)
{
	size_t length = strlen(name), ending_length = strlen(ending);
	const char *at = length > ending_length ? name + length - ending_length : "";

	return strcmp(at, ending) == 0 ? at : NULL;
}

static bool is_language(const struct lesson_pack *pack, const char *name, size_t length)
{
	for (size_t i = 0; i < pack->conf->language_count; i++) {
		if (strlen(pack->conf->languages[i]) == length &&
		    strncmp(pack->conf->languages[i], name, length) == 0)
			return true;
	}
	return false;
}

static void text_file_check(const struct lesson_pack *pack, const char *path, const char *name)
{
	const char *ending = ending_of(name, ".cfg");

	if (ending != NULL && !is_language(pack, name, (size_t)(ending - name)))
		report_warning(pack->report, path, 0,
			       "nobody reads it, expected the code of a language and .cfg, and at"
			       " most %d languages",
			       CONF_LANGUAGES_MAX);
}

static void script_file_check(const struct lesson_pack *pack, const char *path, const char *name)
{
	const char *ending = ending_of(name, ".txt");
	char id[LESSON_CFG_NAME_MAX];

	if (ending != NULL) {
		snprintf(id, sizeof(id), "%.*s", (int)(ending - name), name);
		if (lesson_index_find(&pack->list[LESSON_PACK_RADIO].index, id) >= 0)
			return;
	}
	report_warning(
	    pack->report, path, 0,
	    "nobody reads it, expected the id of one of radio in structure.cfg, and .txt");
}

static void radio_folder_check(const struct lesson_pack *pack, const char *path, const char *name)
{
	char folder[512];

	if (!is_language(pack, name, strlen(name))) {
		report_warning(pack->report, path, 0,
			       "nobody reads it, expected the code of a language that text/ has");
		return;
	}
	snprintf(folder, sizeof(folder), "radio/%s", name);
	folder_each(pack, folder, script_file_check);
}

static void draft_items_check(const struct lesson_pack *pack, const struct lesson_cfg *file)
{
	const config_setting_t *list =
	    lesson_cfg_member(config_root_setting(&file->config), "questions", LESSON_CFG_GROUPS);
	int length = list != NULL ? config_setting_length(list) : 0;
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, file, pack->report);
	for (int i = 0; i < length; i++) {
		const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
		const char *id = config_setting_is_group(at) ? lesson_cfg_string(at, "id") : NULL;

		lesson_cfg_place_item(&place, "question", id != NULL ? id : "without an id");
		lesson_cfg_warning(&place, at,
				   "draft, expected an editor to complete it and move it"
				   " to structure.cfg and text/");
	}
	if (length == 0)
		report_warning(pack->report, file->path, 0,
			       "has no drafts, expected questions = ( {...}, {...} )");
}

static void draft_file_check(const struct lesson_pack *pack, const char *path, const char *name)
{
	struct lesson_cfg file = {.open = false};

	if (ending_of(name, ".cfg") == NULL)
		return;
	if (strlen(path) >= sizeof(file.path)) {
		report_error(pack->report, path, 0, "has too long a name, expected a shorter one");
		return;
	}
	snprintf(file.path, sizeof(file.path), "%s", path);
	if (lesson_cfg_open(&file, "a file of drafts", pack->report) == 0)
		draft_items_check(pack, &file);
	lesson_cfg_close(&file);
}

static void contacts_check(const struct lesson_pack *pack)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_CONTACTS];
	char day[LESSON_DAY_SIZE];
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->contact, pack->report);
	for (size_t i = 0; i < list->count; i++) {
		int32_t hide_day = pack->contacts[i].hide_day;

		if (hide_day > lesson_day_now() || hide_day == 0 || pack->hide_after_days == 0)
			continue; /* or it has been said what is wrong with the days */
		lesson_cfg_place_item(&place, "contact", list->ids[i]);
		lesson_cfg_warning(
		    &place, list->at[i],
		    "not shown since %s: not checked for %d days, expected somebody to"
		    " check it and set checked_on",
		    lesson_day_text(hide_day, day), pack->hide_after_days);
	}
}

void content_lint_files(const struct lesson_pack *pack)
{
	contacts_check(pack);
	folder_each(pack, "text", text_file_check);
	folder_each(pack, "radio", radio_folder_check);
	folder_each(pack, "drafts", draft_file_check);
}

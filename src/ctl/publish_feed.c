/*
 * The tip of the week for other programs: tip.json and tips.atom (RFC 4287). What they
 * say depends on the pack and the week alone, never on the clock, so that a reader sees
 * a change only where there is one.
 */
#include "ctl/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson_day.h"
#include "common/log.h"
#include "ctl/out.h"
#include "ctl/publish_folder.h"
#include "ctl/publish_item.h"
#include "ctl/publish_view.h"

enum { FEED_WEEKS = 4 };

static void json_pair(FILE *out, const char *name, const char *value)
{
	fprintf(out, ",\n  \"%s\": ", name);
	if (value != NULL)
		out_json_text(out, value);
	else
		fputs("null", out);
}

static void json_question(FILE *out, const struct lesson_question *question, size_t language)
{
	const struct lesson_question_text *text = &question->texts[language];

	fputs(",\n  \"question\": {\n    \"id\": ", out);
	out_json_text(out, question->id);
	fputs(",\n    \"stem\": ", out);
	out_json_text(out, text->stem);
	fputs(",\n    \"options\": [", out);
	for (uint8_t i = 0; i < question->options; i++) {
		fputs(i > 0 ? ", " : "", out);
		out_json_text(out, text->options[i]);
	}
	fprintf(out, "],\n    \"key\": %u,\n    \"why\": ", question->key);
	out_json_text(out, text->why);
	fputs("\n  }", out);
}

static void json_contacts(FILE *out, const struct publish *publish, size_t language)
{
	const struct lesson_bank *bank = publish->bank;
	const char *between = "";

	fputs(",\n  \"contacts\": [", out);
	for (size_t i = 0; i < bank->contact_count; i++) {
		const struct lesson_contact *contact = &bank->contacts[i];
		bool number = contact->number != NULL;

		if (!publish_contact_shown(publish, contact))
			continue;
		fprintf(out, "%s\n    { \"name\": ", between);
		out_json_text(out, contact->names[language]);
		fprintf(out, ", \"kind\": \"%s\", \"%s\": ",
			contact->kind == LESSON_CONTACT_EMERGENCY ? "emergency" : "report",
			number ? "number" : "address");
		out_json_text(out, number ? contact->number : contact->address);
		fputs(" }", out);
		between = ",";
	}
	fprintf(out, "%s]", *between != '\0' ? "\n  " : "");
}

/* The fields are explained in congchao(8). */
static int json_write(const struct publish *publish, size_t language)
{
	const struct lesson_bank *bank = publish->bank;
	const char *lang = publish->conf->languages[language];
	const struct lesson_text *text;
	char week[PUBLISH_WEEK_SIZE], path[64];
	struct publish_tip tip;
	char *bytes = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&bytes, &length);
	int rc;

	if (out == NULL)
		fatal("no memory for tip.json");
	publish_tip_of(publish, &publish->week, &tip);
	text = &tip.lesson->texts[language];
	fputs("{\n  \"week\": ", out);
	out_json_text(out, publish_week_text(&publish->week, week));
	json_pair(out, "language", lang);
	json_pair(out, "pack", bank->id);
	json_pair(out, "version", bank->version);
	json_pair(out, "licence", bank->licence);
	json_pair(out, "checked_on", bank->checked_on);
	json_pair(out, "objective", tip.lesson->id);
	json_pair(out, "title", text->title);
	json_pair(out, "body", text->body);
	json_pair(out, "source", text->source);
	json_question(out, tip.question, language);
	json_contacts(out, publish, language);
	fputs("\n}\n", out);
	if (fclose(out) != 0)
		fatal("no memory for tip.json");
	snprintf(path, sizeof(path), "widget/%s/tip.json", lang);
	rc = publish_folder_write(publish->folder, path, bytes, length);
	free(bytes);
	return rc;
}

/* Not before the facts were last checked, so that a corrected pack is seen as newer. */
static const char *updated_of(struct publish_view *view, const struct publish_week *week)
{
	int32_t checked = view->publish->checked_day;
	char day[LESSON_DAY_SIZE];

	return publish_print(view, "%sT00:00:00Z",
			     lesson_day_text(checked > week->monday ? checked : week->monday, day));
}

/* tag: URIs (RFC 4151) hold letters, digits and a few marks; other bytes are escaped. */
static const char *tag_part(struct publish_view *view, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";
	char *out = publish_keep(view, 3 * strlen(text) + 1, 1);
	size_t used = 0;

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (strchr(plain, *text) != NULL) {
			out[used++] = *text;
			continue;
		}
		out[used++] = '%';
		out[used++] = hex[byte >> 4];
		out[used++] = hex[byte & 15];
	}
	return out;
}

static void put_entry(struct publish_view *view, struct publish_group *group,
		      const struct publish_tip *tip)
{
	char week[PUBLISH_WEEK_SIZE];

	publish_put_lesson(view, group, tip->lesson);
	publish_put(group, PUBLISH_NAME_TAG,
		    publish_print(view, "tag:congchao,2026:%s:%s:%s:%s",
				  tag_part(view, view->publish->bank->id), tip->lesson->id,
				  publish_week_text(&tip->week, week),
				  view->publish->conf->languages[view->language]));
	publish_put(group, PUBLISH_NAME_UPDATED, updated_of(view, &tip->week));
	publish_put_questions(view, group, &tip->question, 1);
}

/* This week's tip and those before it, as far as the facts were checked by then. */
static size_t tips_of(const struct publish *publish, struct publish_tip tips[FEED_WEEKS])
{
	size_t count = 0;

	for (int32_t i = 0; i < FEED_WEEKS; i++) {
		int32_t monday = publish->week.monday - 7 * i;
		struct publish_week week;

		if (i > 0 && monday + 6 < publish->checked_day)
			break;
		publish_week_of(monday, &week);
		publish_tip_of(publish, &week, &tips[count++]);
	}
	return count;
}

static int atom_write(const struct publish *publish, size_t language)
{
	struct publish_tip tips[FEED_WEEKS];
	size_t count = tips_of(publish, tips);
	struct publish_group *entries;
	struct publish_view view;
	int rc;

	publish_view_init(&view, publish, language);
	publish_put(&view.root, PUBLISH_NAME_TAG,
		    publish_print(&view, "tag:congchao,2026:%s:%s",
				  tag_part(&view, publish->bank->id),
				  publish->conf->languages[language]));
	publish_put(&view.root, PUBLISH_NAME_UPDATED, updated_of(&view, &publish->week));
	entries = publish_put_list(&view, &view.root, PUBLISH_NAME_ENTRIES, count);
	for (size_t i = 0; i < count; i++)
		put_entry(&view, &entries[i], &tips[i]);
	rc = publish_view_write(
	    &view, PUBLISH_ATOM,
	    publish_print(&view, "widget/%s/tips.atom", publish->conf->languages[language]));
	publish_view_free(&view);
	return rc;
}

int publish_feed(const struct publish *publish)
{
	int rc = 0;

	for (size_t i = 0; i < publish->bank->language_count; i++)
		if (json_write(publish, i) < 0 || atom_write(publish, i) < 0)
			rc = -1;
	return rc;
}

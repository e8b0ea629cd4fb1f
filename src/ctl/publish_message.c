/*
 * Messages for Zalo groups and SMS, of `congchao content publish`: one of each for every
 * lesson. There is never a link in them, because "do not press links in messages" is
 * what the lessons say.
 */
#include "ctl/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/publish_folder.h"
#include "ctl/publish_text.h"
#include "ctl/publish_view.h"

enum { ZALO_UNITS = 300, SMS_UNITS = 70, MESSAGE_SIZE = 4 * ZALO_UNITS };

static size_t units_of(const char *text)
{
	return publish_text_units(text, strlen(text));
}

/* The title and as many of the lesson's sentences as there is room for. */
static void zalo_make(const struct lesson_text *text, char out[MESSAGE_SIZE])
{
	publish_text_cut(out, MESSAGE_SIZE - 2, text->title, ZALO_UNITS - 1);
	memcpy(out + strlen(out), "\n", 2);
	publish_text_add_sentences(out, MESSAGE_SIZE, text->body, ZALO_UNITS);
}

static void message_print(FILE *out, const char *label, const char *text, int most)
{
	fprintf(out, "[%s · %zu/%d]\n%s\n\n", label, units_of(text), most, text);
}

/* -1: its title cannot be sent. */
static int lesson_print(FILE *out, struct publish_view *view, const struct lesson *lesson)
{
	const struct lesson_text *text = &lesson->texts[view->language];
	const char *lang = view->publish->conf->languages[view->language];
	char message[MESSAGE_SIZE];

	if (publish_text_has_link(text->title, strlen(text->title))) {
		log_warnx("text/%s.cfg: lesson %s: the title holds a link, expected none, because "
			  "it is sent by SMS",
			  lang, lesson->id);
		return -1;
	}
	fprintf(out, "== %s ==\n\n", lesson->id);
	zalo_make(text, message);
	message_print(out, publish_ui(view, "publish_zalo"), message, ZALO_UNITS);
	publish_text_cut(message, sizeof(message), text->title, SMS_UNITS);
	message_print(out, publish_ui(view, "publish_sms"), message, SMS_UNITS);
	return 0;
}

static int language_write(const struct publish *publish, size_t language)
{
	const struct lesson_bank *bank = publish->bank;
	struct publish_view view;
	char *bytes = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&bytes, &length);
	int rc = 0;

	if (out == NULL)
		fatal("no memory for the messages");
	publish_view_init(&view, publish, language);
	fprintf(out, "%s\n\n", publish_ui(&view, "publish_messages_rule"));
	for (size_t i = 0; i < bank->lesson_count; i++)
		if (lesson_print(out, &view, &bank->lessons[i]) < 0)
			rc = -1;
	if (fclose(out) != 0)
		fatal("no memory for the messages");
	if (publish_folder_write(
		publish->folder,
		publish_print(&view, "zalo/%s.txt", publish->conf->languages[language]), bytes,
		length) < 0)
		rc = -1;
	publish_view_free(&view);
	free(bytes);
	return rc;
}

int publish_messages(const struct publish *publish)
{
	int rc = 0;

	for (size_t i = 0; i < publish->bank->language_count; i++)
		if (language_write(publish, i) < 0)
			rc = -1;
	return rc;
}

/*
 * The page for the officer who hands all of it out, of `congchao content publish`: what
 * there is and what it is for, in the pack's first language.
 */
#include "ctl/publish.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/publish_radio.h"
#include "ctl/publish_view.h"

/* The lessons of an audience, in the language of the list. */
static void put_lessons(struct publish_view *view, struct publish_group *group,
			const struct lesson_audience *audience, size_t language)
{
	const struct lesson *lessons = &view->publish->bank->lessons[audience->lesson_first];
	struct publish_group *list =
	    publish_put_list(view, group, PUBLISH_NAME_LESSONS, audience->lesson_count);

	for (size_t i = 0; i < audience->lesson_count; i++) {
		publish_put(&list[i], PUBLISH_NAME_ID, lessons[i].id);
		publish_put(&list[i], PUBLISH_NAME_TITLE, lessons[i].texts[language].title);
	}
}

static void put_audiences(struct publish_view *view, struct publish_group *group, size_t language)
{
	const struct lesson_bank *bank = view->publish->bank;
	struct publish_group *list =
	    publish_put_list(view, group, PUBLISH_NAME_AUDIENCES, bank->audience_count);

	for (size_t i = 0; i < bank->audience_count; i++) {
		publish_put(&list[i], PUBLISH_NAME_NAME, bank->audiences[i].names[language]);
		put_lessons(view, &list[i], &bank->audiences[i], language);
	}
}

static int put_radio(struct publish_view *view, struct publish_group *group, size_t language)
{
	const struct publish *publish = view->publish;
	const struct lesson_radio *there[LESSON_RADIO_MAX];
	struct publish_group *list;
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < publish->bank->radio_count && count < LESSON_RADIO_MAX; i++)
		if (publish_radio_is(publish, language, &publish->bank->radio[i]))
			there[count++] = &publish->bank->radio[i];
	list = publish_put_list(view, group, PUBLISH_NAME_RADIO, count);
	for (size_t i = 0; i < count; i++) {
		const char *script;
		char *title = publish_radio_read(publish, language, there[i], &script);

		if (title == NULL)
			rc = -1;
		publish_put(&list[i], PUBLISH_NAME_ID, there[i]->id);
		publish_put(&list[i], PUBLISH_NAME_TITLE,
			    title != NULL ? publish_print(view, "%s", title) : NULL);
		free(title);
	}
	return rc;
}

/* What is copied into an agency's portal, as text; the page escapes it once more. */
static const char *embed_of(struct publish_view *view, size_t language)
{
	struct publish_view embed;
	const char *text;
	size_t length;
	char *line;

	publish_view_init(&embed, view->publish, language);
	line = publish_render(&embed, PUBLISH_EMBED, &length);
	text = publish_print(view, "%.*s", (int)length, line);
	free(line);
	publish_view_free(&embed);
	return text;
}

static int put_language(struct publish_view *view, struct publish_group *group, size_t language)
{
	const struct publish *publish = view->publish;

	publish_put(group, PUBLISH_NAME_CODE, publish->conf->languages[language]);
	publish_put(group, PUBLISH_NAME_NAME, lesson_ui(publish->bank, language, "language_name"));
	publish_put(group, PUBLISH_NAME_EMBED, embed_of(view, language));
	put_audiences(view, group, language);
	return put_radio(view, group, language);
}

int publish_index(const struct publish *publish)
{
	size_t languages = publish->bank->language_count;
	struct publish_group *list;
	struct publish_view view;
	int rc = 0;

	publish_view_init(&view, publish, 0);
	publish_put(&view.root, PUBLISH_NAME_NETWORK, publish->network);
	list = publish_put_list(&view, &view.root, PUBLISH_NAME_LANGUAGES, languages);
	for (size_t i = 0; i < languages; i++)
		if (put_language(&view, &list[i], i) < 0)
			rc = -1;
	if (publish_view_write(&view, PUBLISH_INDEX, "index.html") < 0)
		rc = -1;
	publish_view_free(&view);
	return rc;
}

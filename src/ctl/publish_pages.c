/*
 * The pages for people, of `congchao content publish`: the tip of the week for agencies'
 * portals, posters, cards and the Wi-Fi sign.
 */
#include "ctl/publish.h"

#include <stdlib.h>
#include <string.h>

#include "common/qr.h"
#include "ctl/publish_item.h"
#include "ctl/publish_view.h"
#include "ctl/publish_wifi.h"

enum { NAME_SHORT = 72, NAME_MEDIUM = 112, NAME_LONG = 150, CARD_QUESTIONS = 2, SIGN_COPIES = 2 };

static const char *path_of(struct publish_view *view, const char *folder, const char *name)
{
	return publish_print(view, "%s/%s/%s", folder,
			     view->publish->conf->languages[view->language], name);
}

static void put_week(struct publish_view *view)
{
	const struct publish_week *week = &view->publish->week;
	const char *text = publish_ui(view, "publish_week");

	text = publish_fill_number(view, text, "{n}", (unsigned)week->week);
	publish_put(&view->root, PUBLISH_NAME_WEEK_TEXT,
		    publish_fill_number(view, text, "{y}", (unsigned)week->year));
}

static int widget_write(const struct publish *publish, size_t language)
{
	struct publish_view view;
	struct publish_tip tip;
	int rc;

	publish_view_init(&view, publish, language);
	publish_tip_of(publish, &publish->week, &tip);
	put_week(&view);
	publish_put_lesson(&view, &view.root, tip.lesson);
	publish_put_questions(&view, &view.root, &tip.question, 1);
	publish_put_contacts(&view, &view.root);
	rc = publish_view_write(&view, PUBLISH_WIDGET, path_of(&view, "widget", "index.html"));
	if (publish_view_write(&view, PUBLISH_EMBED, path_of(&view, "widget", "embed.html")) < 0)
		rc = -1;
	publish_view_free(&view);
	return rc;
}

static int poster_write(const struct publish *publish, size_t language, const struct lesson *lesson)
{
	struct publish_view view;
	int rc;

	publish_view_init(&view, publish, language);
	publish_put_lesson(&view, &view.root, lesson);
	publish_put_lines(&view, &view.root, lesson->texts[language].body);
	publish_put_contacts(&view, &view.root);
	rc = publish_view_write(
	    &view, PUBLISH_POSTER,
	    path_of(&view, "poster", publish_print(&view, "%s.html", lesson->id)));
	publish_view_free(&view);
	return rc;
}

static int card_write(const struct publish *publish, size_t language, const struct lesson *lesson)
{
	const struct lesson_question *questions[CARD_QUESTIONS];
	struct publish_view view;
	size_t count = 0;
	int rc;

	while (count < CARD_QUESTIONS && count < lesson->question_count) {
		questions[count] = &publish->bank->questions[lesson->questions[count]];
		count++;
	}
	publish_view_init(&view, publish, language);
	publish_put_lesson(&view, &view.root, lesson);
	publish_put_questions(&view, &view.root, questions, count);
	publish_put_contacts(&view, &view.root);
	rc =
	    publish_view_write(&view, PUBLISH_CARD,
			       path_of(&view, "card", publish_print(&view, "%s.html", lesson->id)));
	publish_view_free(&view);
	return rc;
}

static void put_qr(struct publish_view *view, const char *network)
{
	char text[PUBLISH_WIFI_SIZE];
	struct publish_group *group;
	unsigned size;
	char *path = qr_path(publish_wifi_text(network, text), &size);

	if (path == NULL) {
		publish_put_if(&view->root, PUBLISH_NAME_QR, false);
		return;
	}
	group = publish_put_list(view, &view->root, PUBLISH_NAME_QR, 1);
	publish_put(group, PUBLISH_NAME_QR_SIZE, publish_print(view, "%u", size));
	publish_put(group, PUBLISH_NAME_QR_PATH, publish_print(view, "%s", path));
	free(path);
}

/*
 * For the largest letters in which a network's name stays on its line: how wide it is, in
 * tenths of their size, generously for any typeface.
 */
static const char *name_size(const char *name)
{
	unsigned width = 0;

	for (; *name != '\0'; name++) {
		unsigned char byte = (unsigned char)*name;

		if (strchr("WMwm@%", byte) != NULL)
			width += 11;
		else if (byte >= 'A' && byte <= 'Z')
			width += 8;
		else if ((byte & 0xc0) != 0x80) /* each character once */
			width += 6;
	}
	if (width <= NAME_SHORT)
		return "short";
	if (width <= NAME_MEDIUM)
		return "medium";
	return width <= NAME_LONG ? "long" : "longest";
}

static int sign_write(const struct publish *publish, size_t language)
{
	struct publish_view view;
	int rc;

	publish_view_init(&view, publish, language);
	publish_put(&view.root, PUBLISH_NAME_NETWORK, publish->network);
	publish_put(&view.root, PUBLISH_NAME_NETWORK_SIZE, name_size(publish->network));
	put_qr(&view, publish->network);
	publish_put_list(&view, &view.root, PUBLISH_NAME_COPIES, SIGN_COPIES);
	rc = publish_view_write(
	    &view, PUBLISH_SIGN,
	    publish_print(&view, "sign/%s.html", publish->conf->languages[language]));
	publish_view_free(&view);
	return rc;
}

/* For every language, and every lesson where there is one. */
static int each_language(const struct publish *publish,
			 int (*write)(const struct publish *publish, size_t language))
{
	int rc = 0;

	for (size_t i = 0; i < publish->bank->language_count; i++)
		if (write(publish, i) < 0)
			rc = -1;
	return rc;
}

static int each_lesson(const struct publish *publish,
		       int (*write)(const struct publish *publish, size_t language,
				    const struct lesson *lesson))
{
	int rc = 0;

	for (size_t i = 0; i < publish->bank->language_count; i++)
		for (size_t k = 0; k < publish->bank->lesson_count; k++)
			if (write(publish, i, &publish->bank->lessons[k]) < 0)
				rc = -1;
	return rc;
}

int publish_widget(const struct publish *publish)
{
	return each_language(publish, widget_write);
}

int publish_posters(const struct publish *publish)
{
	return each_lesson(publish, poster_write);
}

int publish_cards(const struct publish *publish)
{
	return each_lesson(publish, card_write);
}

int publish_sign(const struct publish *publish)
{
	return publish->network != NULL ? each_language(publish, sign_write) : 0;
}

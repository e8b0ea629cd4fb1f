/*
 * The templates of www/publish: loads them, proves that each name in them is known and
 * each sentence is there in each language, and shows pages in them.
 */
#include "ctl/publish_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/publish_folder.h"

enum { TOPICS_MAX = 128, RENDER_SIZE = 64 * 1024, RENDER_MAX = 16 * 1024 * 1024 };

/* What each page must hold whatever its design. */
static const struct {
	const char *file;
	const char *required[3];
} kinds[PUBLISH_KIND__MAX] = {
    [PUBLISH_WIDGET] = {"widget.html", {"title", "body", "why"}},
    [PUBLISH_EMBED] = {"embed.html", {"lang"}},
    [PUBLISH_ATOM] = {"tips.atom", {"tag", "updated", "title"}},
    [PUBLISH_POSTER] = {"poster.html", {"title", "text"}},
    [PUBLISH_SIGN] = {"sign.html", {"network"}},
    [PUBLISH_CARD] = {"card.html", {"title", "body", "stem"}},
    [PUBLISH_INDEX] = {"index.html", {"code", "id"}},
};

/* Sentences that the C code asks for by name, with what it fills in. */
static const struct {
	const char *name;
	const char *marks[3];
} sentences[] = {
    {"language_name", {NULL}},
    {"publish_widget_title", {NULL}},
    {"publish_sms", {NULL}},
    {"publish_zalo", {NULL}},
    {"publish_messages_rule", {NULL}},
    {"publish_week", {"{n}", "{y}"}},
    {"publish_checked", {"{date}"}},
    {"publish_date", {"{d}", "{m}", "{y}"}},
    {"publish_radio_header", {"{title}", "{s}", "{date}"}},
};

struct publish_templates {
	struct template *templates[PUBLISH_KIND__MAX];
	const char *topics[TOPICS_MAX]; /* that any template has a topic.NAME for */
	size_t topic_count;
};

struct check {
	struct publish_templates *templates;
	const struct lesson_bank *bank;
	const char *const *required;
	bool found[3];
};

static bool sentence_there(const struct lesson_bank *bank, const char *name)
{
	for (size_t i = 0; i < bank->language_count; i++)
		if (lesson_ui(bank, i, name) == NULL)
			return false;
	return true;
}

static bool topic_named(const struct publish_templates *templates, const char *topic)
{
	for (size_t i = 0; i < templates->topic_count; i++)
		if (strcmp(templates->topics[i], topic) == 0)
			return true;
	return false;
}

/* topic.NAME: remembered, so that topic.other can be what no name stands for. */
static bool topic_note(struct publish_templates *templates, const char *topic)
{
	if (strcmp(topic, "other") == 0 || topic_named(templates, topic))
		return true;
	if (templates->topic_count == TOPICS_MAX)
		return false;
	templates->topics[templates->topic_count++] = topic;
	return true;
}

static bool name_check(const void *arg, const char *name, bool section)
{
	/* template_check_names hands back what it was given, below. */
	struct check *check = *(struct check *const *)arg;

	for (size_t i = 0; i < 3 && check->required[i] != NULL; i++)
		if (strcmp(check->required[i], name) == 0)
			check->found[i] = true;
	if (strncmp(name, "ui.", 3) == 0)
		return sentence_there(check->bank, name + 3);
	if (strncmp(name, "topic.", 6) == 0)
		return section && topic_note(check->templates, name + 6);
	return publish_name_known(name, section);
}

static void template_check(struct publish_templates *templates, enum publish_kind kind,
			   const char *folder, const struct lesson_bank *bank,
			   struct report *report)
{
	struct check check = {
	    .templates = templates, .bank = bank, .required = kinds[kind].required};
	struct check *const arg = &check;
	char path[CONF_PATH_SIZE + 32];

	template_check_names(templates->templates[kind], name_check, &arg, report);
	snprintf(path, sizeof(path), "%s/%s", folder, kinds[kind].file);
	for (size_t i = 0; i < 3 && check.required[i] != NULL; i++)
		if (!check.found[i])
			report_error(report, path, 0, "{{%s}} is missing, expected it on this page",
				     check.required[i]);
}

static void sentences_check(const struct conf *conf, const struct lesson_bank *bank,
			    size_t language, struct report *report)
{
	char path[CONF_PATH_SIZE + 32];

	snprintf(path, sizeof(path), "%s/text/%s.cfg", conf->path_content,
		 conf->languages[language]);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const char *text = lesson_ui(bank, language, sentences[i].name);

		if (text == NULL)
			report_error(report, path, 0, "ui: no \"%s\", expected a sentence",
				     sentences[i].name);
		for (size_t k = 0; text != NULL && k < 3 && sentences[i].marks[k] != NULL; k++)
			if (strstr(text, sentences[i].marks[k]) == NULL)
				report_error(report, path, 0,
					     "ui: \"%s\" is \"%s\", expected %s in it",
					     sentences[i].name, text, sentences[i].marks[k]);
	}
}

/* Beside the portal's pages: the folder publish next to paths.www. */
static void folder_of(const struct conf *conf, char out[CONF_PATH_SIZE])
{
	size_t length = strlen(conf->path_www);

	while (length > 1 && conf->path_www[length - 1] == '/')
		length--;
	while (length > 0 && conf->path_www[length - 1] != '/')
		length--;
	snprintf(out, CONF_PATH_SIZE, "%.*spublish", (int)length, conf->path_www);
}

struct publish_templates *publish_templates_load(const struct conf *conf,
						 const struct lesson_bank *bank,
						 struct report *report)
{
	struct publish_templates *templates = calloc(1, sizeof(*templates));
	unsigned errors = report->errors;
	char folder[CONF_PATH_SIZE];

	if (templates == NULL)
		fatal("no memory for the pages");
	folder_of(conf, folder);
	for (size_t i = 0; i < bank->language_count; i++)
		sentences_check(conf, bank, i, report);
	for (size_t i = 0; i < PUBLISH_KIND__MAX; i++) {
		templates->templates[i] = template_load(folder, kinds[i].file, report);
		if (templates->templates[i] != NULL)
			template_check(templates, (enum publish_kind)i, folder, bank, report);
	}
	if (report->errors == errors)
		return templates;
	publish_templates_free(templates);
	return NULL;
}

void publish_templates_free(struct publish_templates *templates)
{
	if (templates == NULL)
		return;
	for (size_t i = 0; i < PUBLISH_KIND__MAX; i++)
		template_free(templates->templates[i]);
	free(templates);
}

/* ui.NAME is the pack's sentence; topic.NAME a part for the lessons of that topic. */
static const char *name_lookup(const void *arg, const char *name)
{
	const struct publish_view *view = arg;
	const char *topic = view->topic;

	if (strncmp(name, "ui.", 3) == 0)
		return publish_ui(view, name + 3);
	if (strncmp(name, "topic.", 6) != 0)
		return NULL;
	if (topic == NULL || !topic_named(view->publish->templates, topic))
		topic = "other";
	return strcmp(name + 6, topic) == 0 ? name : NULL;
}

char *publish_render(struct publish_view *view, enum publish_kind kind, size_t *length)
{
	const struct template *template = view->publish->templates->templates[kind];

	*length = 0;
	for (size_t size = RENDER_SIZE; size <= RENDER_MAX; size *= 2) {
		char *out = malloc(size);

		if (out == NULL)
			break;
		*length =
		    template_render(template, &view->root_scope, name_lookup, view, out, size);
		if (*length > 0)
			return out;
		free(out);
	}
	fatalx("no memory for %s", kinds[kind].file);
}

int publish_view_write(struct publish_view *view, enum publish_kind kind, const char *path)
{
	size_t length;
	char *page = publish_render(view, kind, &length);
	int rc = publish_folder_write(view->publish->folder, path, page, length);

	if (kind == PUBLISH_WIDGET && length > PUBLISH_WIDGET_MAX) {
		log_warnx(
		    "%s: %zu bytes, expected at most %d; make www/publish/widget.html smaller",
		    path, length, PUBLISH_WIDGET_MAX);
		rc = -1;
	}
	free(page);
	return rc;
}

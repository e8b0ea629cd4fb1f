/*
 * Puts values under their names, for the pages of `congchao content publish`. Knows no
 * page; every sentence comes from the content pack.
 */
#include "ctl/publish_view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

/* Freed all at once, with the view. */
struct publish_kept {
	struct publish_kept *next;
	max_align_t bytes[];
};

/* A section that is simply there. */
static const struct template_scope here;

void *publish_keep(struct publish_view *view, size_t count, size_t size)
{
	struct publish_kept *kept = NULL;

	if (size == 0 || count < (SIZE_MAX / 2) / size)
		kept = calloc(1, sizeof(*kept) + count * size);
	if (kept == NULL)
		fatalx("no memory for the pages");
	kept->next = view->kept;
	view->kept = kept;
	return kept->bytes;
}

const char *publish_print(struct publish_view *view, const char *fmt, ...)
{
	char *printed = NULL;
	char *text;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vasprintf(&printed, fmt, args);
	va_end(args);
	if (length < 0)
		fatalx("no memory for the pages");
	text = publish_keep(view, (size_t)length + 1, 1);
	memcpy(text, printed, (size_t)length + 1);
	free(printed);
	return text;
}

const char *publish_ui(const struct publish_view *view, const char *name)
{
	return lesson_ui(view->publish->bank, view->language, name);
}

const char *publish_fill(struct publish_view *view, const char *sentence, const char *mark,
			 const char *with)
{
	const char *at = strstr(sentence, mark);

	if (at == NULL)
		return sentence;
	return publish_print(view, "%.*s%s%s", (int)(at - sentence), sentence, with,
			     at + strlen(mark));
}

const char *publish_fill_number(struct publish_view *view, const char *sentence, const char *mark,
				unsigned number)
{
	return publish_fill(view, sentence, mark, publish_print(view, "%u", number));
}

const char *publish_date(struct publish_view *view, int32_t day)
{
	const char *text = publish_ui(view, "publish_date");
	int mday, month, year;

	publish_day_split(day, &mday, &month, &year);
	text = publish_fill(view, text, "{d}", publish_print(view, "%02d", mday));
	text = publish_fill(view, text, "{m}", publish_print(view, "%02d", month));
	return publish_fill(view, text, "{y}", publish_print(view, "%d", year));
}

static void put(struct publish_group *group, struct template_value value)
{
	if (group->scope->count == PUBLISH_GROUP_MAX)
		fatalx("more names on a page than PUBLISH_GROUP_MAX");
	group->values[group->scope->count++] = value;
}

void publish_put(struct publish_group *group, enum publish_name name, const char *text)
{
	put(group, (struct template_value){publish_name_text(name), text, NULL, 0});
}

void publish_put_if(struct publish_group *group, enum publish_name name, bool is)
{
	put(group, (struct template_value){publish_name_text(name), NULL, &here, is ? 1 : 0});
}

struct publish_group *publish_put_list(struct publish_view *view, struct publish_group *group,
				       enum publish_name name, size_t count)
{
	struct publish_group *groups = publish_keep(view, count, sizeof(*groups));
	struct template_scope *scopes = publish_keep(view, count, sizeof(*scopes));

	for (size_t i = 0; i < count; i++) {
		scopes[i].values = groups[i].values;
		groups[i].scope = &scopes[i];
	}
	put(group, (struct template_value){publish_name_text(name), NULL, scopes, count});
	return groups;
}

void publish_view_init(struct publish_view *view, const struct publish *publish, size_t language)
{
	const struct lesson_bank *bank = publish->bank;
	struct publish_group *root = &view->root;
	char week[PUBLISH_WEEK_SIZE];

	memset(view, 0, sizeof(*view));
	view->publish = publish;
	view->language = language;
	view->root_scope.values = root->values;
	root->scope = &view->root_scope;
	publish_put(root, PUBLISH_NAME_LANG, publish->conf->languages[language]);
	publish_put(root, PUBLISH_NAME_SITE, publish->conf->site_name);
	publish_put(root, PUBLISH_NAME_PACK, bank->id);
	publish_put(root, PUBLISH_NAME_VERSION, bank->version);
	publish_put(root, PUBLISH_NAME_LICENCE, bank->licence);
	publish_put(root, PUBLISH_NAME_ADDRESS, publish->address);
	publish_put(root, PUBLISH_NAME_WEEK,
		    publish_print(view, "%s", publish_week_text(&publish->week, week)));
	publish_put(root, PUBLISH_NAME_CHECKED,
		    publish_fill(view, publish_ui(view, "publish_checked"), "{date}",
				 publish_date(view, publish->checked_day)));
}

void publish_view_free(struct publish_view *view)
{
	while (view->kept != NULL) {
		struct publish_kept *next = view->kept->next;

		free(view->kept);
		view->kept = next;
	}
}

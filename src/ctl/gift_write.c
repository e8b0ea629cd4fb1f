/*
 * Writes a question as GIFT. Every character that Moodle's importer would take for more
 * than itself is escaped; where nothing can be escaped ("[html]", "%50%" at the front of
 * an option) "[plain]" before it keeps the importer from looking.
 */
#include "ctl/gift.h"

#include <string.h>

static void text_write(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\:#={}~", *text) != NULL)
			fputc('\\', out);
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
}

/* One that is not the question's, and so takes its format from it. */
static void part_write(FILE *out, const char *mark, const char *text)
{
	fputs(mark, out);
	if (text[0] == '[' || text[0] == '%')
		fputs("[plain]", out);
	text_write(out, text);
}

static void meta_write(FILE *out, const struct item *item)
{
	fputs("//", out);
	if (item->audience == NULL && item->topic != NULL) /* no category can say it */
		fprintf(out, " topic=%s", item->topic);
	if (item->id != NULL)
		fprintf(out, " id=%s", item->id);
	if (item->objective != NULL)
		fprintf(out, " objective=%s", item->objective);
	if (item->form != 0)
		fprintf(out, " form=%c", item->form);
	if (item->level != 0)
		fprintf(out, " level=%d", item->level);
	if (item->key != 0)
		fprintf(out, " key=%c", (char)('a' + item->key));
	fputc('\n', out);
}

static void option_write(FILE *out, const char *mark, const struct item_option *option)
{
	part_write(out, mark, option->text);
	if (option->feedback != NULL)
		part_write(out, "#", option->feedback);
	fputc('\n', out);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void category_write(FILE *out, const struct item *item, const struct item *before)
{
	if (before == NULL
		? item->audience == NULL
		: same(item->audience, before->audience) && same(item->topic, before->topic))
		return;
	fputs("$CATEGORY: cb-attt", out);
	if (item->audience != NULL)
		fprintf(out, "/%s", item->audience);
	if (item->audience != NULL && item->topic != NULL)
		fprintf(out, "/%s", item->topic);
	fputs("\n\n", out);
}

void gift_write(FILE *out, const struct item *item, const struct item *before)
{
	category_write(out, item, before);
	meta_write(out, item);
	if (item->name != NULL) {
		fputs("::", out);
		text_write(out, item->name);
		fputs("::", out);
	}
	fputs("[plain]", out);
	text_write(out, item->stem);
	fputs("{\n", out);
	option_write(out, "=", &item->options[item->key]);
	for (size_t i = 0; i < item->option_count; i++)
		if (i != item->key)
			option_write(out, "~", &item->options[i]);
	if (item->why != NULL) {
		part_write(out, "####", item->why);
		fputc('\n', out);
	}
	fputs("}\n\n", out);
}

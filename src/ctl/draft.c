/*
 * Writes imported questions as a pack's entries, as drafts whatever the imported file says
 * of them: nobody here has compared them with a source yet.
 */
#include "ctl/draft.h"

#include <string.h>

#include "ctl/quote.h"

enum { NAME_SIZE = LESSON_ID_SIZE };

static bool id_taken(const struct item_list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].id != NULL && strcmp(list->items[i].id, id) == 0)
			return true;
	return false;
}

/* The item's id, or "DRAFT-1" and so on, which no other has. */
static const char *id_of(const struct item_list *list, size_t index, char buffer[NAME_SIZE])
{
	if (list->items[index].id != NULL)
		return list->items[index].id;
	snprintf(buffer, NAME_SIZE, "DRAFT-%zu", index + 1);
	for (size_t n = 2; id_taken(list, buffer); n++)
		snprintf(buffer, NAME_SIZE, "DRAFT-%zu-%zu", index + 1, n);
	return buffer;
}

static const char *audience_of(const struct draft *draft, const struct item *item)
{
	return item->audience != NULL ? item->audience : draft->audience;
}

/* A file may be called anything; a comment ends with its line. */
static void comment_write(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

static void head_write(FILE *out, const struct draft *draft)
{
	fputs("# Drafts made by congchao content import from ", out);
	comment_write(out, draft->from);
	fprintf(
	    out,
	    ": %zu question%s.\n"
	    "# No visitor sees them. For each one, an editor\n"
	    "#   1. compares it with a source, names the source, completes what is marked "
	    "\"missing\";\n"
	    "#   2. moves its entry of questions into questions of structure.cfg, with fact =\n"
	    "#      \"verified\" or \"general-practice\";\n"
	    "#   3. moves its texts into questions of text/%s.cfg, and adds a text in every other\n"
	    "#      language;\n"
	    "#   4. runs: congchao content lint\n"
	    "# An objective is the id of a lesson and needs two questions at least (forms A, "
	    "B).\n\n",
	    draft->list->count, draft->list->count == 1 ? "" : "s", draft->language);
}

static void said_write(FILE *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	fprintf(out, " %s = ", name);
	quote_cfg(out, value);
	fputc(';', out);
}

static void missing_write(FILE *out, const struct draft *draft, const struct item *item)
{
	fputs("\t  # missing:", out);
	if (audience_of(draft, item) == NULL)
		fputs(" audience,", out);
	if (item->objective == NULL)
		fputs(" objective,", out);
	if (item->form == 0)
		fputs(" form,", out);
	if (item->topic == NULL)
		fputs(" topic,", out);
	if (item->level == 0)
		fputs(" level,", out);
	fputs(" kind, source, review_by\n", out);
}

static void entry_write(FILE *out, const struct draft *draft, size_t index)
{
	const struct item *item = &draft->list->items[index];
	const char form[] = {item->form, '\0'}, key[] = {(char)('a' + item->key), '\0'};
	char buffer[NAME_SIZE];

	fprintf(out, "\t# line %d", item->line);
	if (item->name != NULL)
		fprintf(out, ": %s", item->name);
	fputs("\n\t{", out);
	said_write(out, "id", id_of(draft->list, index, buffer));
	fputs(" rev = 1;", out);
	said_write(out, "audience", audience_of(draft, item));
	if (item->objective != NULL || item->form != 0 || item->topic != NULL || item->level != 0)
		fputs("\n\t ", out);
	said_write(out, "objective", item->objective);
	said_write(out, "form", item->form != 0 ? form : NULL);
	said_write(out, "topic", item->topic);
	if (item->level != 0)
		fprintf(out, " level = %d;", item->level);
	fputs("\n\t  options = [ ", out);
	for (size_t i = 0; i < item->option_count; i++)
		fprintf(out, "%s\"%c\"", i == 0 ? "" : ", ", (char)('a' + i));
	fputs(" ];", out);
	said_write(out, "key", key);
	fputs(" fact = \"draft\";\n", out);
	missing_write(out, draft, item);
	fprintf(out, "\t}%s\n", index + 1 < draft->list->count ? "," : "");
}

/* A comment keeps what a pack has no place for. */
static void feedback_write(FILE *out, const struct item *item)
{
	for (size_t i = 0; i < item->option_count; i++)
		if (item->options[i].feedback != NULL)
			fprintf(out, "\t\t\t# said of %c: %s\n", (char)('a' + i),
				item->options[i].feedback);
}

static void texts_write(FILE *out, const struct draft *draft, size_t index)
{
	const struct item *item = &draft->list->items[index];
	char buffer[NAME_SIZE];

	fprintf(out, "\t\t%s : { src_rev = 1;\n\t\t\tstem = ", id_of(draft->list, index, buffer));
	quote_cfg(out, item->stem);
	for (size_t i = 0; i < item->option_count; i++) {
		fprintf(out, ";\n\t\t\t%c = ", (char)('a' + i));
		quote_cfg(out, item->options[i].text);
	}
	fputs(";\n", out);
	feedback_write(out, item);
	if (item->why != NULL) {
		fputs("\t\t\twhy = ", out);
		quote_cfg(out, item->why);
		fputs(";\n", out);
	} else {
		fputs("\t\t\t# missing: why, the explanation that everybody is shown\n", out);
	}
	fputs("\t\t};\n", out);
}

void draft_write(FILE *out, const struct draft *draft)
{
	head_write(out, draft);
	fputs("questions = (\n", out);
	for (size_t i = 0; i < draft->list->count; i++)
		entry_write(out, draft, i);
	fputs(");\n\ntext : {\n\tlang = ", out);
	quote_cfg(out, draft->language);
	fputs(";\n\tquestions : {\n", out);
	for (size_t i = 0; i < draft->list->count; i++)
		texts_write(out, draft, i);
	fputs("\t};\n};\n", out);
}

size_t draft_incomplete(const struct draft *draft)
{
	size_t count = 0;

	for (size_t i = 0; i < draft->list->count; i++) {
		const struct item *item = &draft->list->items[i];

		count += audience_of(draft, item) == NULL || item->objective == NULL ||
			 item->form == 0 || item->topic == NULL || item->level == 0 ||
			 item->why == NULL;
	}
	return count;
}

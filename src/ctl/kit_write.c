/*
 * Writes text/LANG.cfg from what translators gave, which has been checked: it is whole.
 */
#include "ctl/kit.h"

#include <string.h>

#include "ctl/quote.h"

/*
 * The rev that the translation of an entry is of: the one that the translator had before
 * him, unless all of it is marked stale still and nothing of it has changed.
 */
static int src_rev_of(const struct kit *kit, size_t first, size_t end)
{
	const struct kit_row *row = &kit->rows[first];

	for (size_t i = first; i < end; i++) {
		const struct kit_row *other = &kit->rows[i];

		if (!other->given.stale || other->translation == NULL ||
		    strcmp(other->given.text, other->translation) != 0)
			return row->given.rev;
	}
	return row->given.src_rev > 0 ? row->given.src_rev : row->given.rev;
}

static void text_write(FILE *out, const char *name, const char *text, const char *end)
{
	fprintf(out, "%s = ", name);
	quote_cfg(out, text);
	fputs(end, out);
}

static void entry_write(const struct kit *kit, FILE *out, size_t first, size_t end)
{
	const struct kit_row *rows = kit->rows;

	if (rows[first].field == NULL) {
		fputc('\t', out);
		text_write(out, rows[first].entry, rows[first].given.text, ";\n");
		return;
	}
	fprintf(out, "\t%s : { src_rev = %d;\n", rows[first].entry, src_rev_of(kit, first, end));
	for (size_t i = first; i < end; i++) {
		fputs("\t\t", out);
		text_write(out, rows[i].field, rows[i].given.text, i + 1 < end ? ";\n" : "; };\n");
	}
}

/* From row first on, all of one group. Returns one past its last row. */
static size_t group_write(const struct kit *kit, FILE *out, size_t first)
{
	const char *group = kit->rows[first].group;
	size_t end;

	fprintf(out, "\n%s : {\n", group);
	for (; first < kit->count && strcmp(kit->rows[first].group, group) == 0; first = end) {
		end = kit_entry_end(kit, first);
		entry_write(kit, out, first, end);
	}
	fputs("};\n", out);
	return first;
}

void kit_write(const struct kit *kit, FILE *out, const char *from)
{
	fputs("# Made by congchao content kit import from ", out);
	for (; *from != '\0'; from++)
		fputc((unsigned char)*from < ' ' || *from == 0x7f ? '?' : *from, out);
	fputs(".\n# What may be changed: the text between the quotes. To check: congchao content "
	      "lint\n\nlang = ",
	      out);
	quote_cfg(out, kit->language);
	fputs(";\n", out);
	for (size_t i = 0; i < kit->count;)
		i = group_write(kit, out, i);
}

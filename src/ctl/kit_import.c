/*
 * Reads what translators send back. They may sort rows, add columns of their own and
 * leave sentences out; they cannot add a key, and nothing of the source is taken from them.
 */
#include "ctl/kit.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/csv.h"

enum { KEY, SOURCE, TRANSLATION, REV, SRC_REV, STATE, COLUMNS };

static const char *const column_names[COLUMNS] = {"key", "source",  "translation",
						  "rev", "src_rev", "state"};

/* Where in the file each column is. */
struct table {
	const char *path;
	struct report *report;
	size_t columns[COLUMNS];
};

/* Finds the columns by their names. False: one is missing. */
static bool head_read(struct table *table, const struct csv_record *record)
{
	bool good = true;

	for (size_t i = 0; i < COLUMNS; i++) {
		size_t at = 0;

		while (at < record->count && strcmp(record->fields[at], column_names[i]) != 0)
			at++;
		if (at == record->count) {
			report_error(table->report, table->path, record->line,
				     "there is no column %s, expected key, source, translation, "
				     "rev, src_rev, state",
				     column_names[i]);
			good = false;
		}
		table->columns[i] = at;
	}
	return good;
}

/* A column of a row; "" where the row ends before it. */
static const char *cell(const struct table *table, const struct csv_record *record, size_t column)
{
	size_t at = table->columns[column];

	return at < record->count ? csv_text(record->fields[at]) : "";
}

static bool is_empty(const struct csv_record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->fields[i][strspn(record->fields[i], " ")] != '\0')
			return false;
	return true;
}

/* A rev, 0 when the cell is empty, -1 when it is something else. */
static int number_read(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*text == '\0')
		return 0;
	return *end == '\0' && number >= 1 && number <= 1000000 && *text >= '0' && *text <= '9'
		   ? (int)number
		   : -1;
}

static struct kit_row *row_find(const struct kit *kit, const char *key)
{
	for (size_t i = 0; i < kit->count; i++)
		if (strcmp(kit->rows[i].key, key) == 0)
			return &kit->rows[i];
	return NULL;
}

/* The revs of a row that has them. */
static void revs_read(const struct table *table, const struct csv_record *record,
		      struct kit_row *row)
{
	struct kit_given *given = &row->given;

	given->rev = number_read(cell(table, record, REV));
	given->src_rev = number_read(cell(table, record, SRC_REV));
	if (row->rev > 0 && (given->rev < 1 || given->rev > row->rev))
		report_error(table->report, table->path, record->line,
			     "%s: rev is \"%s\", expected 1 to %d, as exported", row->key,
			     cell(table, record, REV), row->rev);
	if (row->rev > 0 && (given->src_rev < 0 || given->src_rev > row->rev))
		report_error(table->report, table->path, record->line,
			     "%s: src_rev is \"%s\", expected at most %d, as exported", row->key,
			     cell(table, record, SRC_REV), row->rev);
}

static void state_read(const struct table *table, const struct csv_record *record,
		       struct kit_row *row)
{
	const char *state = cell(table, record, STATE);

	row->given.stale = strcmp(state, "stale") == 0;
	if (strcmp(state, "ok") != 0 && strcmp(state, "missing") != 0 && !row->given.stale)
		report_error(table->report, table->path, record->line,
			     "%s: state is \"%s\", expected ok, stale or missing", row->key, state);
}

static void record_read(const struct table *table, const struct csv_record *record, struct kit *kit)
{
	const char *key = cell(table, record, KEY);
	struct kit_row *row = row_find(kit, key);

	if (row == NULL) {
		report_error(table->report, table->path, record->line,
			     "key \"%s\" is not in the pack, expected one of the export", key);
		return;
	}
	if (row->given.line != 0) {
		report_error(table->report, table->path, record->line,
			     "key %s is in line %d already, expected it once", key,
			     row->given.line);
		return;
	}
	row->given.line = record->line;
	row->given.text = cell(table, record, TRANSLATION);
	revs_read(table, record, row);
	state_read(table, record, row);
	if (strcmp(cell(table, record, SOURCE), row->source) != 0 && *row->given.text != '\0')
		report_warning(table->report, table->path, record->line,
			       "%s: the source has another text now, expected somebody to compare "
			       "the translation with it",
			       key);
}

void kit_import(struct kit *kit, char *text, const char *path)
{
	struct table table = {.path = path, .report = kit->report};
	struct csv csv = csv_begin(text);
	struct csv_record record = {0};
	enum csv_read rc = csv_read(&csv, &record);

	if (rc == CSV_RECORD && !head_read(&table, &record))
		return;
	if (rc == CSV_END)
		report_error(kit->report, path, 0, "is empty, expected what kit export wrote");
	while (rc == CSV_RECORD && (rc = csv_read(&csv, &record)) == CSV_RECORD)
		if (!is_empty(&record))
			record_read(&table, &record, kit);
	if (rc != CSV_END)
		report_error(kit->report, path, record.line > 0 ? record.line : csv.line, "%s",
			     csv_error(rc));
}

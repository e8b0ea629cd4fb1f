/*
 * Sums the counters that come hour by hour, for `congchao stats`. An event that this
 * version does not know is left out of the tables; JSON and CSV have it.
 */
#include "ctl/tally.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/date.h"
#include "ctl/out.h"

static const char *const events[TALLY_EVENTS] = {"shown", "answered", "right", "acknowledged",
						 "released"};

static const char *const seldom[TALLY_SELDOM] = {"deferred", "returned"};

/* The row of begin and zone, new when there is none. Counts come by hour: it is near the end. */
static struct tally_row *row_of(struct tally_rows *rows, int64_t begin, const char *zone)
{
	struct tally_row *row;

	for (size_t i = rows->count; i > 0 && rows->rows[i - 1].begin == begin; i--)
		if (strcmp(rows->rows[i - 1].zone, zone) == 0)
			return &rows->rows[i - 1];
	if (rows->count == rows->size) {
		rows->size = rows->size > 0 ? rows->size * 2 : 32;
		rows->rows = reallocarray(rows->rows, rows->size, sizeof(*rows->rows));
		if (rows->rows == NULL)
			fatal("no memory for the answer");
	}
	row = &rows->rows[rows->count++];
	memset(row, 0, sizeof(*row));
	row->begin = begin;
	snprintf(row->zone, sizeof(row->zone), "%s", zone);
	return row;
}

void tally_add(void *arg, const struct db_count *count)
{
	struct tally *tally = arg;
	int64_t day, next_day;

	date_day(count->hour, &day, &next_day);
	for (size_t i = 0; i < TALLY_EVENTS; i++)
		if (strcmp(events[i], count->event) == 0) {
			row_of(&tally->days, day, count->zone)->sums[i] += count->count;
			row_of(&tally->hours, count->hour, "")->sums[i] += count->count;
		}
	for (size_t i = 0; i < TALLY_SELDOM; i++)
		if (strcmp(seldom[i], count->event) == 0)
			tally->seldom[i] += count->count;
}

static void add_sums(struct out_table *table, const int64_t sums[TALLY_EVENTS])
{
	for (size_t i = 0; i < TALLY_EVENTS; i++)
		out_table_add_number(table, sums[i]);
}

static void add_headings(struct out_table *table, const char *first, const char *second)
{
	out_table_add(table, first);
	if (second != NULL)
		out_table_add(table, second);
	for (size_t i = 0; i < TALLY_EVENTS; i++)
		out_table_add(table, events[i]);
}

static void print_days(const struct tally_rows *days, FILE *out)
{
	struct out_table table = {.columns = 2 + TALLY_EVENTS, .numbers = TALLY_EVENTS};
	int64_t all[TALLY_EVENTS] = {0};
	char text[DATE_TEXT_SIZE];

	add_headings(&table, "DAY", "ZONE");
	for (size_t r = 0; r < days->count; r++) {
		out_table_add(&table, date_local_day(days->rows[r].begin, text));
		out_table_add(&table, days->rows[r].zone);
		add_sums(&table, days->rows[r].sums);
		for (size_t i = 0; i < TALLY_EVENTS; i++)
			all[i] += days->rows[r].sums[i];
	}
	out_table_add(&table, "all");
	out_table_add(&table, "");
	add_sums(&table, all);
	out_table_print(&table, out);
	out_table_free(&table);
}

static void print_hours(const struct tally_rows *hours, FILE *out)
{
	struct out_table table = {.columns = 1 + TALLY_EVENTS, .numbers = TALLY_EVENTS};
	char text[DATE_TEXT_SIZE];

	add_headings(&table, "HOUR", NULL);
	for (size_t r = 0; r < hours->count; r++) {
		out_table_add(&table, date_local(hours->rows[r].begin, text));
		add_sums(&table, hours->rows[r].sums);
	}
	out_table_print(&table, out);
	out_table_free(&table);
}

/* Below the tables, when there were any. */
static void print_seldom(const int64_t sums[TALLY_SELDOM], FILE *out)
{
	if (sums[0] > 0)
		fprintf(out, "\nDeferred (later): %lld times.\n", (long long)sums[0]);
	if (sums[1] > 0)
		fprintf(out, "\nReturned and let through without questions: %lld times.\n",
			(long long)sums[1]);
}

void tally_print(const struct tally *tally, FILE *out)
{
	char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];

	date_local(tally->from, from);
	date_local(tally->to, to);
	if (tally->days.count == 0) {
		fprintf(out, "No counts yet from %s to %s.\n", from, to);
		return;
	}
	fprintf(out, "From %s to %s, local time:\n\n", from, to);
	print_days(&tally->days, out);
	fputc('\n', out);
	print_hours(&tally->hours, out);
	print_seldom(tally->seldom, out);
}

void tally_free(struct tally *tally)
{
	free(tally->days.rows);
	free(tally->hours.rows);
	tally->days = tally->hours = (struct tally_rows){0};
}

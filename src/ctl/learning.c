/*
 * congchao stats learning: how much more was right after the lesson than before it, and
 * how much of it was still known days later, beside those who were never taught it.
 */
#include "ctl/stats.h"

#include <string.h>

#include "ctl/learning_rows.h"
#include "ctl/out.h"
#include "ctl/record.h"

static const char *const names[] = {"audience", "objective", "measure", "n",
				    "percent",	"ci_low",    "ci_high", "state"};

static const char about[] =
    "Say \"of N answers\", never \"of N people\": who comes back is counted again, and an "
    "audience\n"
    "is what a visitor said. GAIN is what a lesson added on the spot, MORE what was left of it\n"
    "days later (of \"all\", objective by objective); neither says that fewer people are cheated.\n"
    "\"early\" is for editors; publish what is publishable, with its number and its interval.\n";

static const char *name_or_all(const char *name)
{
	return name != NULL ? name : "all";
}

/* Begins a row of a table with whom and what it is about, and what may be done with it. */
static void add_names(struct out_table *table, const struct learning_row *row, int64_t n)
{
	out_table_add(table, name_or_all(row->audience));
	out_table_add(table, name_or_all(row->objective));
	out_table_add(table, score_state_name(score_state(n)));
}

static void add_score(struct out_table *table, struct score score)
{
	out_table_add_share(table, score_shown(&score), score.value);
}

static void add_score_and_span(struct out_table *table, struct score score)
{
	add_score(table, score);
	out_table_add_span(table, score_shown(&score), score.low, score.high);
}

static void add_gain(struct out_table *table, const struct learning_row *row)
{
	struct score_count first = score_first(&row->pairs);

	add_names(table, row, first.n);
	out_table_add_number(table, first.n);
	add_score(table, score_proportion(first));
	add_score(table, score_proportion(score_second(&row->pairs)));
	add_score_and_span(table, score_gain(&row->pairs));
	add_score(table, score_normalised_gain(&row->pairs));
	add_score(table, score_proportion(row->read_pre));
	add_score(table, score_proportion(row->read_post));
}

static void add_headings(struct out_table *table, const char *const *headings)
{
	for (size_t i = 0; i < table->columns; i++)
		out_table_add(table, headings[i]);
}

static void print_gains(const struct learning *learning)
{
	static const char *const headings[] = {"AUDIENCE", "OBJECTIVE", "STATE",     "ANSWERS",
					       "BEFORE",   "AFTER",	"GAIN",	     "95 %",
					       "NORMAL.",  "READ BEF.", "READ AFTER"};
	struct out_table table = {.columns = 11, .numbers = 8};

	puts("Right of 100 first answers, of the same visitors before and after the lesson:\n");
	add_headings(&table, headings);
	for (size_t i = 0; i < learning->count; i++)
		add_gain(&table, &learning->rows[i]);
	out_table_print(&table, stdout);
	out_table_free(&table);
}

static void add_retention(struct out_table *table, const struct learning *learning,
			  const struct learning_row *row, int delay)
{
	struct score_count kept = row->retention[delay];
	struct score more = learning_more(learning, row, delay);

	add_names(table, row, more.n);
	out_table_add_number(table, learning_days[delay]);
	out_table_add_number(table, kept.n);
	add_score_and_span(table, score_proportion(kept));
	out_table_add_number(table, row->control.n);
	add_score_and_span(table, score_proportion(row->control));
	add_score_and_span(table, more);
}

static void print_retention(const struct learning *learning)
{
	static const char *const headings[] = {"AUDIENCE", "OBJECTIVE",	 "STATE", "DAYS",
					       "ANSWERS",  "REMEMBERED", "95 %",  "UNTAUGHT",
					       "CONTROL",  "95 %",	 "MORE",  "95 %"};
	struct out_table table = {.columns = 12, .numbers = 9};

	add_headings(&table, headings);
	for (size_t i = 0; i < learning->count; i++)
		for (int delay = 0; delay < LEARNING_DELAYS; delay++)
			if (learning->rows[i].retention[delay].n > 0)
				add_retention(&table, learning, &learning->rows[i], delay);
	if (table.count == table.columns) {
		puts("\nNo review answers of devices that came back yet.");
	} else {
		puts(
		    "\nRight of 100 review answers so many days after the lesson, beside those of\n"
		    "devices that were never taught it:\n");
		out_table_print(&table, stdout);
	}
	out_table_free(&table);
}

static void print_tables(const struct stats_asked *asked, const struct learning *learning)
{
	stats_heading(asked, stdout);
	if (learning->count == 0) {
		puts("No answers counted yet.");
		return;
	}
	print_gains(learning);
	print_retention(learning);
	if (learning->unknown > 0)
		printf("\nLeft out: %lld answers to questions whose key is not known any more.\n",
		       (long long)learning->unknown);
	printf("\n%s", about);
}

/* One measure of one row. span: it has an interval. */
static void record_score(struct record *record, const struct learning_row *row, const char *measure,
			 struct score score, bool span)
{
	bool known = score_shown(&score);

	record_text(record, name_or_all(row->audience));
	record_text(record, name_or_all(row->objective));
	record_text(record, measure);
	record_number(record, true, score.n);
	record_share(record, known, score.value);
	record_share(record, known && span, score.low);
	record_share(record, known && span, score.high);
	record_text(record, score_state_name(score_state(score.n)));
}

static void record_count(struct record *record, const struct learning_row *row, const char *measure,
			 struct score_count count)
{
	record_score(record, row, measure, score_proportion(count), true);
}

static void record_delay(struct record *record, const struct learning *learning,
			 const struct learning_row *row, int delay)
{
	struct score_count kept = row->retention[delay];
	char name[32];

	snprintf(name, sizeof(name), "retention%d", learning_days[delay]);
	record_count(record, row, name, kept);
	snprintf(name, sizeof(name), "retention%d_minus_control", learning_days[delay]);
	record_score(record, row, name, learning_more(learning, row, delay), true);
}

static void record_row(struct record *record, const struct learning *learning,
		       const struct learning_row *row)
{
	record_count(record, row, "pre", score_first(&row->pairs));
	record_count(record, row, "post", score_second(&row->pairs));
	record_score(record, row, "gain", score_gain(&row->pairs), true);
	record_score(record, row, "normalised_gain", score_normalised_gain(&row->pairs), false);
	record_count(record, row, "pre_read", row->read_pre);
	record_count(record, row, "post_read", row->read_post);
	record_count(record, row, "control", row->control);
	for (int delay = 0; delay < LEARNING_DELAYS; delay++)
		record_delay(record, learning, row, delay);
}

static void print_record(bool json, const struct learning *learning)
{
	struct record record = {
	    .out = stdout, .json = json, .names = names, .count = sizeof(names) / sizeof(names[0])};

	record_begin(&record);
	for (size_t i = 0; i < learning->count; i++)
		record_row(&record, learning, &learning->rows[i]);
	record_end(&record);
}

int learning_run(const struct stats_asked *asked)
{
	struct items items = {0};
	struct learning learning = {0};
	struct lesson_bank *bank = NULL;
	int rc = items_read(asked->conf, asked->from, asked->to, &items);

	if (rc == 0) {
		if (items.count > 0)
			bank = items_bank(asked->conf);
		learning_sum(&learning, &items, bank);
		if (asked->line->json || asked->line->csv)
			print_record(asked->line->json, &learning);
		else
			print_tables(asked, &learning);
	}
	learning_free(&learning);
	lesson_free(bank);
	items_free(&items);
	return rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

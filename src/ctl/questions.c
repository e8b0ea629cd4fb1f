/*
 * congchao stats questions: how each question does, for the editors: is it too hard, too
 * easy, does it tell who knows from who guesses, do its wrong options tempt anybody.
 */
#include "ctl/stats.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/out.h"
#include "ctl/questions_row.h"
#include "ctl/record.h"

/* The first eight are what a department's Moodle calls them. */
static const char *const names[] = {
    "item",
    "attempts",
    "facility_index",
    "discrimination_index",
    "random_guess_score",
    "gain",
    "ci_low",
    "ci_high",
    "audience",
    "rev",
    "state",
    "facility_low",
    "facility_high",
    "attempts_read",
    "facility_read",
    "attempts_pre",
    "facility_pre",
    "attempts_post",
    "facility_post",
    "facility_corrected",
    "discriminative_efficiency",
    "key",
    "option_a",
    "option_b",
    "option_c",
    "option_d",
    "remarks",
};

static const char about[] =
    "FACILITY: right of 100 first answers, with its 95 % interval; READ: of those that took 3\n"
    "seconds and more; BEFORE, AFTER: the lesson; DISCR.: 100 when those who know it also know\n"
    "the others, below 0 the other way round. OPTIONS: chosen, of 100, * marks the right one.\n"
    "Less than 30 answers show nothing (-).\n";

/* What is printed of a row, apart from its counts. */
struct figures {
	struct score all, read, pre, post, gain;
	bool discriminates;
	double discrimination, efficiency;
};

static struct figures figures_of(const struct questions_row *row)
{
	struct figures figures = {
	    .all = score_proportion(row->all),
	    .read = score_proportion(row->read),
	    .pre = score_proportion(row->pre),
	    .post = score_proportion(row->post),
	    .gain = score_difference(row->post, row->pre),
	};

	figures.discriminates =
	    score_state(questions_finished(row)) > SCORE_HIDDEN &&
	    score_discrimination(&row->rest, &figures.discrimination, &figures.efficiency);
	return figures;
}

static void join_remarks(const struct questions_row *row,
			 char out[QUESTIONS_REMARKS_MAX * QUESTIONS_REMARK_SIZE])
{
	char remarks[QUESTIONS_REMARKS_MAX][QUESTIONS_REMARK_SIZE];
	size_t count = questions_remarks(row, remarks), used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(out + used,
					 QUESTIONS_REMARKS_MAX * QUESTIONS_REMARK_SIZE - used,
					 "%s%s", i > 0 ? "; " : "", remarks[i]);
}

static void record_options(struct record *record, const struct questions_row *row)
{
	char key[] = {row->question != NULL ? (char)('a' + row->question->key) : '\0', '\0'};

	record_text(record, row->question != NULL ? key : NULL);
	for (unsigned i = 0; i < LESSON_OPTIONS_MAX; i++)
		record_share(record, i < row->options && score_state(row->attempts) > SCORE_HIDDEN,
			     (double)row->taken[i] /
				 (double)(row->attempts > 0 ? row->attempts : 1));
}

static void record_score(struct record *record, const struct score *score)
{
	record_share(record, score_shown(score), score->value);
}

static void record_part(struct record *record, const struct score *score)
{
	record_number(record, true, score->n);
	record_score(record, score);
}

/* In the order of names. */
static void record_row(struct record *record, const struct questions_row *row)
{
	char id[LESSON_ID_SIZE * 2], remarks[QUESTIONS_REMARKS_MAX * QUESTIONS_REMARK_SIZE];
	struct figures figures = figures_of(row);
	bool all = score_shown(&figures.all), gain = score_shown(&figures.gain);

	snprintf(id, sizeof(id), "%.*s", (int)row->id_length, row->item);
	join_remarks(row, remarks);
	record_text(record, id);
	record_number(record, true, row->attempts);
	record_score(record, &figures.all);
	record_share(record, figures.discriminates, figures.discrimination);
	record_share(record, row->question != NULL, score_guess(row->options));
	record_score(record, &figures.gain);
	record_share(record, gain, figures.gain.low);
	record_share(record, gain, figures.gain.high);
	record_text(record, row->audience);
	record_number(record, true, row->rev);
	record_text(record, score_state_name(score_state(row->all.n)));
	record_share(record, all, figures.all.low);
	record_share(record, all, figures.all.high);
	record_part(record, &figures.read);
	record_part(record, &figures.pre);
	record_part(record, &figures.post);
	record_share(record, all && row->question != NULL,
		     score_guess_corrected(figures.all.value, row->options));
	record_share(record, figures.discriminates, figures.efficiency);
	record_options(record, row);
	record_text(record, remarks);
}

/* "a 61* b 20 c 19" */
static void add_options(struct out_table *table, const struct questions_row *row)
{
	char text[64] = "-";
	size_t used = 0;

	for (unsigned i = 0; i < row->options && score_state(row->attempts) > SCORE_HIDDEN; i++) {
		char share[OUT_SHARE_SIZE];

		out_share((double)row->taken[i] / (double)row->attempts, 0, share);
		used += (size_t)snprintf(
		    text + used, sizeof(text) - used, "%s%c %s%s", i > 0 ? " " : "", 'a' + (int)i,
		    share, row->question != NULL && i == row->question->key ? "*" : "");
	}
	out_table_add(table, text);
}

static void add_score(struct out_table *table, const struct score *score)
{
	out_table_add_share(table, score_shown(score), score->value);
}

static void add_row(struct out_table *table, const struct questions_row *row)
{
	struct figures figures = figures_of(row);

	out_table_add(table, row->item);
	out_table_add(table, row->audience);
	add_options(table, row);
	out_table_add(table, score_state_name(score_state(row->all.n)));
	out_table_add_number(table, row->attempts);
	add_score(table, &figures.all);
	out_table_add_span(table, score_shown(&figures.all), figures.all.low, figures.all.high);
	add_score(table, &figures.read);
	add_score(table, &figures.pre);
	add_score(table, &figures.post);
	add_score(table, &figures.gain);
	out_table_add_share(table, figures.discriminates, figures.discrimination);
}

static void print_remarks(const struct questions_row *rows, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		char text[QUESTIONS_REMARKS_MAX * QUESTIONS_REMARK_SIZE];
		char name[2 * LESSON_ID_SIZE];

		join_remarks(&rows[i], text);
		if (text[0] == '\0')
			continue;
		if (!any)
			puts("\nTo look at:");
		any = true;
		printf("  %s: %s\n", out_plain(rows[i].item, name, sizeof(name)), text);
	}
}

static void print_table(const struct stats_asked *asked, const struct questions_row *rows,
			size_t count)
{
	static const char *const headings[] = {"QUESTION", "AUDIENCE", "OPTIONS", "STATE",
					       "ANSWERS",  "FACILITY", "95 %",	  "READ",
					       "BEFORE",   "AFTER",    "GAIN",	  "DISCR."};
	struct out_table table = {.columns = 12, .numbers = 8};

	stats_heading(asked, stdout);
	if (count == 0) {
		puts("No answers counted yet.");
		return;
	}
	for (size_t i = 0; i < table.columns; i++)
		out_table_add(&table, headings[i]);
	for (size_t i = 0; i < count; i++)
		add_row(&table, &rows[i]);
	out_table_print(&table, stdout);
	out_table_free(&table);
	print_remarks(rows, count);
	printf("\n%s", about);
}

static void print_record(bool json, const struct questions_row *rows, size_t count)
{
	struct record record = {
	    .out = stdout, .json = json, .names = names, .count = sizeof(names) / sizeof(names[0])};

	record_begin(&record);
	for (size_t i = 0; i < count; i++)
		record_row(&record, &rows[i]);
	record_end(&record);
}

int questions_run(const struct stats_asked *asked)
{
	struct items items = {0};
	struct lesson_bank *bank = NULL;
	struct questions_row *rows;
	size_t count;
	int rc = items_read(asked->conf, asked->from, asked->to, &items);

	rows = calloc(items.count + 1, sizeof(*rows));
	if (rows == NULL)
		fatal("no memory for the answer");
	if (items.count > 0)
		bank = items_bank(asked->conf);
	count = questions_rows(&items, bank, rows);
	if (rc == 0 && (asked->line->json || asked->line->csv))
		print_record(asked->line->json, rows, count);
	else if (rc == 0)
		print_table(asked, rows, count);
	free(rows);
	lesson_free(bank);
	items_free(&items);
	return rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

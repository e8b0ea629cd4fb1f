/*
 * congchao stats: the counters of a span of time, as tables, JSON or CSV. Reads the
 * database only, so that it works when the gate does not run; there is nothing about a
 * person in what it reads.
 */
#include "ctl/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "ctl/date.h"
#include "ctl/db.h"
#include "ctl/out.h"
#include "ctl/tally.h"

static bool parse_option(const char *name, const char *text, int64_t *begin, int64_t *end)
{
	if (date_parse(text, begin, end))
		return true;
	log_warnx("--%s is not a date, expected one such as 2026-11-23 or \"2026-11-23 09:00\"",
		  name);
	return false;
}

/* Of questions and learning: all that there is, where no date says otherwise. */
static bool read_all(const struct command_line *line, int64_t *from, int64_t *to)
{
	int64_t unused;

	*from = 0;
	*to = INT64_MAX - 3600; /* may be rounded to a whole hour */
	return (line->from == NULL || parse_option("from", line->from, from, &unused)) &&
	       (line->to == NULL || parse_option("to", line->to, &unused, to));
}

/* Of the events: today; from a date, up to now; up to a date, its day. */
static bool read_days(const struct command_line *line, int64_t *from, int64_t *to)
{
	int64_t begin, end;

	date_day(clock_wall_seconds(), from, to);
	if (line->to != NULL) {
		if (!parse_option("to", line->to, &begin, to))
			return false;
		date_day(*to > begin ? begin : *to - 1, from, &end);
	}
	return line->from == NULL || parse_option("from", line->from, from, &end);
}

/* The span asked for, in whole hours. */
static bool read_span(const struct command_line *line, int64_t *from, int64_t *to)
{
	if (line->topic != NULL ? !read_all(line, from, to) : !read_days(line, from, to))
		return false;
	if (*from >= *to) {
		log_warnx("the time ends before it begins, expected --from before --to");
		return false;
	}
	*from -= *from % 3600;
	*to += (3600 - *to % 3600) % 3600;
	return true;
}

static void print_json(void *arg, const struct db_count *count)
{
	char hour[DATE_TEXT_SIZE];
	size_t *printed = arg;

	printf("%s\n  {\"hour\": \"%s\", \"zone\": ", (*printed)++ > 0 ? "," : "",
	       date_utc(count->hour, hour));
	out_json_text(stdout, count->zone);
	printf(", \"audience\": ");
	out_json_text(stdout, count->audience);
	printf(", \"language\": ");
	out_json_text(stdout, count->language);
	printf(", \"event\": ");
	out_json_text(stdout, count->event);
	printf(", \"count\": %lld}", (long long)count->count);
}

static void print_csv(void *arg, const struct db_count *count)
{
	const char *fields[] = {count->zone, count->audience, count->language, count->event};
	char hour[DATE_TEXT_SIZE];

	(void)arg;
	printf("%s,", date_local(count->hour, hour));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		out_csv_field(stdout, fields[i]);
		putchar(',');
	}
	printf("%lld\r\n", (long long)count->count);
}

/* No database yet is no mistake: nothing has been counted. */
static int read_counts(const struct conf *conf, int64_t from, int64_t to,
		       void (*each)(void *arg, const struct db_count *count), void *arg)
{
	sqlite3 *db;
	enum db_opened opened = db_open(conf, &db);
	int rc = opened == DB_FAILED ? -1 : 0;

	if (opened == DB_OPEN)
		rc = db_counts(db, from, to, each, arg);
	sqlite3_close(db);
	return rc;
}

static int print_tables(const struct conf *conf, int64_t from, int64_t to)
{
	struct tally tally = {.from = from, .to = to};
	int rc = read_counts(conf, from, to, tally_add, &tally);

	if (rc == 0)
		tally_print(&tally, stdout);
	tally_free(&tally);
	return rc;
}

void stats_heading(const struct stats_asked *asked, FILE *out)
{
	char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];

	if (asked->line->from == NULL)
		fputs(asked->line->to == NULL ? "All that has been counted" : "Up to ", out);
	else
		fprintf(out, "From %s%s", date_local(asked->from, from),
			asked->line->to == NULL ? " on" : " to ");
	fprintf(out, "%s%s:\n\n", asked->line->to == NULL ? "" : date_local(asked->to, to),
		asked->line->to == NULL && asked->line->from == NULL ? "" : ", local time");
}

static const struct topic {
	const char *name;
	int (*run)(const struct stats_asked *asked);
} topics[] = {{"questions", questions_run}, {"learning", learning_run}};

static int run_topic(const struct stats_asked *asked)
{
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		if (strcmp(topics[i].name, asked->line->topic) == 0)
			return topics[i].run(asked);
	log_warnx("there is no such thing in stats, expected questions, learning or nothing");
	return COMMAND_USAGE;
}

int stats_run(const struct command_line *line, const struct conf *conf)
{
	int64_t from, to;
	size_t printed = 0;
	int rc;

	if (!read_span(line, &from, &to))
		return COMMAND_USAGE;
	if (line->topic != NULL)
		return run_topic(&(struct stats_asked){line, conf, from, to});
	if (line->json) {
		putchar('[');
		rc = read_counts(conf, from, to, print_json, &printed);
		puts(printed > 0 ? "\n]" : "]");
	} else if (line->csv) {
		/* With the byte order mark Excel takes it for UTF-8. */
		printf("\xef\xbb\xbfhour,zone,audience,language,event,count\r\n");
		rc = read_counts(conf, from, to, print_csv, NULL);
	} else {
		rc = print_tables(conf, from, to);
	}
	return rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

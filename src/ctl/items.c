/*
 * Sums the counters of learning by item and audience, and finds the question that an item
 * is. For the two tables of `congchao stats`; it prints nothing but what went wrong.
 */
#include "ctl/items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

static int compare(const struct items_row *row, const struct db_count *count)
{
	int order = strcmp(row->item, count->item);

	return order != 0 ? order : strcmp(row->audience, count->audience);
}

/* Where the row of count is, or would be. */
static size_t place_of(const struct items *items, const struct db_count *count)
{
	size_t from = 0, to = items->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare(&items->rows[middle], count) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct items_row *insert(struct items *items, size_t place, const struct db_count *count)
{
	struct items_row *row;

	if (items->count == items->size) {
		items->size = items->size > 0 ? items->size * 2 : 64;
		items->rows = reallocarray(items->rows, items->size, sizeof(*items->rows));
		if (items->rows == NULL)
			fatal("no memory for the answer");
	}
	row = &items->rows[place];
	memmove(row + 1, row, (items->count - place) * sizeof(*row));
	items->count++;
	memset(row, 0, sizeof(*row));
	row->item = strdup(count->item);
	row->audience = strdup(count->audience);
	if (row->item == NULL || row->audience == NULL)
		fatal("no memory for the answer");
	return row;
}

/* The measure that the event is; NULL: none that this version knows. */
static const struct measure *read_measure(struct items *items, const char *event)
{
	if (strcmp(items->event, event) == 0)
		return &items->measure;
	items->event[0] = '\0';
	if (!measure_parse(event, &items->measure))
		return NULL;
	measure_text(&items->measure, items->event);
	return &items->measure;
}

void items_add(void *arg, const struct db_count *count)
{
	struct items *items = arg;
	const struct measure *measure;
	struct items_row *row;
	size_t place;

	if (count->item[0] == '\0' || (measure = read_measure(items, count->event)) == NULL)
		return;
	place = place_of(items, count);
	row = &items->rows[place];
	if (place == items->count || compare(row, count) != 0)
		row = insert(items, place, count);
	row->counts[measure_code(measure)] += count->count;
}

void items_free(struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		free(items->rows[i].item);
		free(items->rows[i].audience);
	}
	free(items->rows);
	*items = (struct items){0};
}

int items_read(const struct conf *conf, int64_t from, int64_t to, struct items *items)
{
	sqlite3 *db;
	enum db_opened opened = db_open(conf, &db);
	int rc = opened == DB_FAILED ? -1 : 0;

	if (opened == DB_OPEN)
		rc = db_learning(db, from, to, items_add, items);
	sqlite3_close(db);
	return rc;
}

struct lesson_bank *items_bank(const struct conf *conf)
{
	struct report report = {.out = fopen("/dev/null", "we")};
	struct lesson_bank *bank = NULL;

	if (report.out != NULL) {
		bank = lesson_load(conf, &report);
		fclose(report.out);
	}
	if (bank == NULL)
		log_warnx("%s cannot be read, and so it is not known which answers were right "
			  "(congchao check says what is wrong with it)",
			  conf->path_content);
	return bank;
}

const struct lesson_question *items_question(const struct lesson_bank *bank, const char *item)
{
	char name[LESSON_ID_SIZE + 8];

	for (size_t i = 0; bank != NULL && i < bank->question_count; i++) {
		const struct lesson_question *question = &bank->questions[i];

		snprintf(name, sizeof(name), "%s.%u", question->id, (unsigned)question->rev);
		if (strcmp(name, item) == 0)
			return question;
	}
	return NULL;
}

static int64_t count_of(const struct items_row *row, const struct measure *measure)
{
	return row->counts[measure_code(measure)];
}

int64_t items_answers(const struct items_row *row, enum measure_role role, unsigned option,
		      bool with_fast)
{
	struct measure measure = {.kind = MEASURE_ANSWER, .role = role, .option = (uint8_t)option};
	int64_t sum = 0;

	for (int time = 0; time < MEASURE_TIME__MAX; time++) {
		measure.time = (enum measure_time)time;
		if (time != MEASURE_FAST || with_fast)
			sum += count_of(row, &measure);
	}
	return sum;
}

void items_add_rest(const struct items_row *row, struct score_rest *rest)
{
	for (int right = 0; right < 2; right++)
		for (uint8_t n = 0; n < 3; n++)
			rest->n[right][n] += count_of(row, &(struct measure){.kind = MEASURE_REST,
									     .first = right != 0,
									     .rest = n});
}

void items_add_pairs(const struct items_row *row, struct score_pairs *pairs)
{
	for (int first = 0; first < 2; first++)
		for (int second = 0; second < 2; second++)
			pairs->n[first][second] +=
			    count_of(row, &(struct measure){.kind = MEASURE_PAIR,
							    .first = first != 0,
							    .second = second != 0});
}

/*
 * From counters to the numbers of each question, and what is suspicious about them. For
 * questions.c. Whose answer it was is nowhere in it.
 */
#include "ctl/questions_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Thresholds of what is remarked upon. */
#define HARD   0.30
#define EASY   0.95
#define NOBODY 0.05

/* "ID.REV": where the last dot is, and the number after it. False: an objective. */
static bool read_item(const char *item, size_t *id_length, unsigned *rev)
{
	const char *dot = strrchr(item, '.');
	unsigned long value;
	char *end;

	if (dot == NULL || dot == item || dot[1] < '1' || dot[1] > '9')
		return false;
	value = strtoul(dot + 1, &end, 10);
	if (*end != '\0' || value > UINT16_MAX)
		return false;
	*id_length = (size_t)(dot - item);
	*rev = (unsigned)value;
	return true;
}

static void add_answers(struct score_count *sum, const struct questions_row *row,
			const struct items_row *from, enum measure_role role, bool with_fast)
{
	for (unsigned option = 0; option < LESSON_OPTIONS_MAX; option++) {
		int64_t n = items_answers(from, role, option, with_fast);

		sum->n += n;
		if (option == row->question->key)
			sum->right += n;
	}
}

/* Answers of an unknown key count as attempts, and are neither right nor wrong. */
static void add_role(struct questions_row *row, const struct items_row *from,
		     enum measure_role role)
{
	for (unsigned option = 0; option < LESSON_OPTIONS_MAX; option++) {
		int64_t n = items_answers(from, role, option, true);

		row->attempts += n;
		row->taken[option] += n;
		if (n > 0 && row->question == NULL && option >= row->options)
			row->options = option + 1;
	}
	if (row->question == NULL)
		return;
	add_answers(&row->all, row, from, role, true);
	add_answers(&row->read, row, from, role, false);
	if (role == MEASURE_PRE)
		add_answers(&row->pre, row, from, role, true);
	if (role == MEASURE_POST)
		add_answers(&row->post, row, from, role, true);
}

/* Those of the visits that were answered to their end: right or wrong was counted with them. */
static struct score_count finished(const struct questions_row *row)
{
	struct score_count count = {0};

	for (int others = 0; others < 3; others++) {
		count.right += row->rest.n[1][others];
		count.n += row->rest.n[0][others] + row->rest.n[1][others];
	}
	return count;
}

int64_t questions_finished(const struct questions_row *row)
{
	return finished(row).n;
}

static void add_row(struct questions_row *row, const struct items_row *from)
{
	for (int role = 0; role < MEASURE_ROLE__MAX; role++)
		add_role(row, from, (enum measure_role)role);
	items_add_rest(from, &row->rest);
	if (row->question == NULL)
		row->all = finished(row);
}

/* By audience, then question, the newest revision first. */
static int compare(const void *a, const void *b)
{
	const struct questions_row *x = a, *y = b;
	int order = strcmp(x->audience, y->audience);
	size_t shorter = x->id_length < y->id_length ? x->id_length : y->id_length;

	if (order == 0)
		order = strncmp(x->item, y->item, shorter);
	if (order == 0 && x->id_length != y->id_length)
		order = x->id_length < y->id_length ? -1 : 1;
	return order != 0 ? order : (x->rev < y->rev) - (x->rev > y->rev);
}

size_t questions_rows(const struct items *items, const struct lesson_bank *bank,
		      struct questions_row *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < items->count; i++) {
		const struct items_row *from = &items->rows[i];
		struct questions_row row = {.item = from->item, .audience = from->audience};

		if (!read_item(from->item, &row.id_length, &row.rev))
			continue;
		/* The same question, met by another audience too. */
		if (count == 0 || strcmp(rows[count - 1].item, from->item) != 0) {
			row.question = items_question(bank, from->item);
			row.retired = bank != NULL && row.question == NULL;
			if (row.question != NULL)
				row.options = row.question->options;
			rows[count++] = row;
		}
		add_row(&rows[count - 1], from);
	}
	qsort(rows, count, sizeof(*rows), compare);
	return count;
}

/* Wrong options that hardly anybody takes are no options. */
static size_t remark_options(const struct questions_row *row, char remarks[][QUESTIONS_REMARK_SIZE],
			     size_t count)
{
	if (row->question == NULL || score_state(row->attempts) < SCORE_STABLE)
		return count;
	for (unsigned option = 0; option < row->options; option++)
		if (option != row->question->key &&
		    (double)row->taken[option] < NOBODY * (double)row->attempts)
			snprintf(remarks[count++], QUESTIONS_REMARK_SIZE,
				 "distractor %c nobody takes", 'a' + (int)option);
	return count;
}

size_t questions_remarks(const struct questions_row *row,
			 char remarks[QUESTIONS_REMARKS_MAX][QUESTIONS_REMARK_SIZE])
{
	double facility = row->all.n > 0 ? (double)row->all.right / (double)row->all.n : 0;
	bool shown = score_state(row->all.n) > SCORE_HIDDEN;
	double index, efficiency;
	size_t count = 0;

	if (row->retired)
		snprintf(remarks[count++], QUESTIONS_REMARK_SIZE, "not in the pack any more");
	if (shown && facility < HARD)
		snprintf(remarks[count++], QUESTIONS_REMARK_SIZE, "hard or wrong key");
	if (shown && facility > EASY)
		snprintf(remarks[count++], QUESTIONS_REMARK_SIZE, "too easy");
	if (score_state(questions_finished(row)) >= SCORE_STABLE &&
	    score_discrimination(&row->rest, &index, &efficiency) && index < 0)
		snprintf(remarks[count++], QUESTIONS_REMARK_SIZE, "check the key");
	return remark_options(row, remarks, count);
}

/*
 * Sums counters by objective, by audience and in all. For learning.c. An answer counts
 * when the pack still has its question in that revision: else nobody knows its key.
 */
#include "ctl/learning_rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

const int learning_days[LEARNING_DELAYS] = {3, 10, 24};

/* The sum is NULL: it comes after all others. */
static int compare_names(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

static int compare(const void *a, const void *b)
{
	const struct learning_row *x = a, *y = b;
	int order = compare_names(x->audience, y->audience);

	return order != 0 ? order : compare_names(x->objective, y->objective);
}

static struct learning_row *row_of(struct learning *learning, const char *audience,
				   const char *objective)
{
	struct learning_row key = {.audience = audience, .objective = objective};

	for (size_t i = 0; i < learning->count; i++)
		if (compare(&learning->rows[i], &key) == 0)
			return &learning->rows[i];
	if (learning->count == learning->size) {
		learning->size = learning->size > 0 ? learning->size * 2 : 32;
		learning->rows =
		    reallocarray(learning->rows, learning->size, sizeof(*learning->rows));
		if (learning->rows == NULL)
			fatal("no memory for the answer");
	}
	learning->rows[learning->count] = key;
	return &learning->rows[learning->count++];
}

/* Where the answers of a role go; NULL: pre and post of all times are in the pairs. */
static struct score_count *sum_of(struct learning_row *row, enum measure_role role)
{
	switch (role) {
	case MEASURE_PRE:
		return &row->read_pre;
	case MEASURE_POST:
		return &row->read_post;
	case MEASURE_CONTROL:
		return &row->control;
	case MEASURE_REVIEW3:
		return &row->retention[0];
	case MEASURE_REVIEW10:
		return &row->retention[1];
	case MEASURE_REVIEW24:
		return &row->retention[2];
	case MEASURE_ONLY: /* after its lesson, but nobody knows what before */
	case MEASURE_OTHER: /* perhaps explained before: neither taught nor untaught */
	case MEASURE_ROLE__MAX:
		break;
	}
	return NULL;
}

/* Returns how many answers there were that this table is about. */
static int64_t add_answers(struct learning_row *row, const struct items_row *from, uint8_t key)
{
	int64_t all = 0;

	for (int role = 0; role < MEASURE_ROLE__MAX; role++) {
		struct score_count *sum = sum_of(row, (enum measure_role)role);
		bool with_fast = role != MEASURE_PRE && role != MEASURE_POST;

		for (unsigned option = 0; sum != NULL && option < LESSON_OPTIONS_MAX; option++) {
			int64_t n = items_answers(from, (enum measure_role)role, option, with_fast);

			sum->n += n;
			sum->right += option == key ? n : 0;
			all += n;
		}
	}
	return all;
}

static bool has_pairs(const struct items_row *from)
{
	struct score_pairs pairs = {0};

	items_add_pairs(from, &pairs);
	return score_first(&pairs).n > 0;
}

/* A row of items to one of the three sums that it belongs to. */
static void add_to(struct learning *learning, const struct items_row *from, const char *audience,
		   const char *objective, const struct lesson_question *question)
{
	struct learning_row *row = row_of(learning, audience, objective);

	if (question == NULL)
		items_add_pairs(from, &row->pairs);
	else
		add_answers(row, from, question->key);
}

void learning_sum(struct learning *learning, const struct items *items,
		  const struct lesson_bank *bank)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct items_row *from = &items->rows[i];
		const struct lesson_question *question = items_question(bank, from->item);
		const char *objective = from->item;

		if (question != NULL) {
			objective = bank->lessons[question->lesson].id;
		} else if (!has_pairs(from)) {
			struct learning_row none = {0};

			learning->unknown += add_answers(&none, from, 0);
			continue;
		}
		add_to(learning, from, from->audience, objective, question);
		add_to(learning, from, from->audience, NULL, question);
		add_to(learning, from, NULL, NULL, question);
	}
	if (learning->count > 0)
		qsort(learning->rows, learning->count, sizeof(*learning->rows), compare);
}

/* Is part an objective that row is about, or one of those that it sums? */
static bool belongs(const struct learning_row *part, const struct learning_row *row)
{
	if (part->objective == NULL)
		return false;
	if (row->audience != NULL && strcmp(part->audience, row->audience) != 0)
		return false;
	return row->objective == NULL || strcmp(part->objective, row->objective) == 0;
}

struct score learning_more(const struct learning *learning, const struct learning_row *row,
			   int delay)
{
	struct score_sum sum = {0};

	for (size_t i = 0; i < learning->count; i++)
		if (belongs(&learning->rows[i], row))
			score_sum_add(&sum, learning->rows[i].retention[delay],
				      learning->rows[i].control);
	return score_sum_difference(&sum);
}

void learning_free(struct learning *learning)
{
	free(learning->rows);
	*learning = (struct learning){0};
}

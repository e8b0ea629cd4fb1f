/*
 * What is counted of learning, apart from the five events of a visit: which option was a
 * first answer, how right answers go together. A measure is a number in portal and a text
 * in the database's counters, in the column `event`, beside the item that it is about:
 *
 *   answer/ROLE/OPTION/TIME	item QUESTION.REV: a first answer, in that role, that option
 *				(a to d, the structure's order), after that time
 *   rest/VERDICT/N		item QUESTION.REV: in a visit that was answered to its end this
 *				question was answered so, and N of the other questions right
 *   pair/VERDICT/VERDICT	item OBJECTIVE: of one visitor, question 1 and question 2
 *
 * Counters only: nothing of it belongs to anybody. Pure.
 */
#ifndef COMMON_MEASURE_H
#define COMMON_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

enum measure_role {
	MEASURE_PRE,	  /* before the lesson */
	MEASURE_POST,	  /* after it, the sibling */
	MEASURE_ONLY,	  /* express: the one question, after its lesson */
	MEASURE_CONTROL,  /* question 3 of a new device, which was never taught anything */
	MEASURE_OTHER,	  /* question 3, not taught yet, of a device that has been here: it may have
			     seen the answer explained in an earlier question 3; or of one of
			     which that is not known, without a memory or without a clock */
	MEASURE_REVIEW3,  /* question 3, taught about 3 days ago (1 to 6) */
	MEASURE_REVIEW10, /* about 10 (7 to 16) */
	MEASURE_REVIEW24, /* about 24 (17 and more) */
	MEASURE_ROLE__MAX
};

/* From the page to the answer: under 3 seconds (nobody has read it), up to 20, more. */
enum measure_time { MEASURE_FAST, MEASURE_CALM, MEASURE_SLOW, MEASURE_TIME__MAX };

enum measure_kind { MEASURE_ANSWER, MEASURE_REST, MEASURE_PAIR };

struct measure {
	enum measure_kind kind;
	enum measure_role role; /* MEASURE_ANSWER */
	uint8_t option;		/* MEASURE_ANSWER: 0 to 3 */
	enum measure_time time; /* MEASURE_ANSWER */
	bool first, second;	/* MEASURE_REST: first; MEASURE_PAIR: both; right? */
	uint8_t rest;		/* MEASURE_REST: 0 to 2 */
};

enum { MEASURE_TEXT_SIZE = 32, MEASURE_CODE__MAX = 8 * 4 * 3 + 2 * 3 + 2 * 2 };

/* A measure as a small number, 0 to MEASURE_CODE__MAX - 1, and back. */
uint8_t measure_code(const struct measure *measure);
void measure_of_code(uint8_t code, struct measure *measure);

/* As it stands in the database. */
const char *measure_text(const struct measure *measure, char out[MEASURE_TEXT_SIZE]);
/* False when text is no measure: one of the events, or of another version. */
bool measure_parse(const char *text, struct measure *measure);

enum measure_time measure_time_of(int64_t ms);
/* The review's role after so many days, at least 1. */
enum measure_role measure_review_of(int32_t days);
const char *measure_role_name(enum measure_role role); /* "review10" */

#endif

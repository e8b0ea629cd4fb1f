/*
 * For the tests of the way of a visitor: a bank, requests made by hand, and a store and
 * gate that answer when the test says so.
 */
#ifndef TEST_FLOW_H
#define TEST_FLOW_H

#include <stdio.h>
#include <string.h>

#include "portal/admit.h"
#include "portal/flow.h"

enum { VISITS = 3, VI = 0, EN = 1 };

static const struct lesson_question questions[] = {
    {.options = 3, .key = 1, .lesson = 0}, {.options = 3, .key = 1, .lesson = 0},
    {.options = 3, .key = 1, .lesson = 1}, {.options = 3, .key = 1, .lesson = 1},
};
static const struct lesson lessons[] = {{.questions = {0, 1}, .question_count = 2},
					{.questions = {2, 3}, .question_count = 2}};
static const struct lesson_bank bank = {.lessons = lessons,
					.lesson_count = 2,
					.questions = questions,
					.question_count = 4,
					.language_count = 2};
static const struct ether phone = {{2, 0, 0, 0, 0, 1}};

static struct conf conf;
static struct portal portal;
static struct reply reply;
static bool store_has_room;
static unsigned admissions;

/* In place of admit.c's: the acknowledgement has gone to the store, or has not. */
bool admit_begin(struct portal *to, struct visit *visit)
{
	assert_ptr_equal(to, &portal);
	if (!store_has_room)
		return false;
	admissions++;
	visit->state = VISIT_ACKNOWLEDGED;
	return true;
}

/* tally.c's other side; nothing is stored here. */
bool store_put(struct store *store, const struct store_job *job)
{
	(void)store;
	(void)job;
	return false;
}

uint16_t store_name(struct store *store, const char *text)
{
	(void)store;
	(void)text;
	return 1;
}

static inline int begin(void **state)
{
	(void)state;
	conf = (struct conf){.zone_count = 2, .languages = {"vi", "en"}, .language_count = 2};
	portal = (struct portal){.conf = &conf, .bank = &bank, .visits = visit_open(VISITS)};
	store_has_room = true;
	admissions = 0;
	return portal.visits == NULL ? -1 : 0;
}

static inline int end(void **state)
{
	(void)state;
	visit_close(portal.visits);
	return 0;
}

/* What gate answers about a held device; the tests change what they need. */
static inline struct request request_of(enum request_path path, bool post)
{
	return (struct request){.state = REQUEST_FOUND,
				.path = path,
				.post = post,
				.family = 4,
				.address = {10, 77, 0, 5},
				.language = -1,
				.accepted = VI,
				.found = {.type = MSG_FIND,
					  .status = MSG_OK,
					  .mac = phone,
					  .ifindex = 7,
					  .zone = 1}};
}

static inline void ask(struct request request)
{
	memset(&reply, 0xa5, sizeof(reply));
	assert_true(flow_reply(&portal, &request, &reply));
}

static inline void get(enum request_path path)
{
	ask(request_of(path, false));
}

static inline void field(struct request_field *field, const char *value)
{
	snprintf(field->value, sizeof(field->value), "%s", value);
	field->count = 1;
}

static inline struct visit *visit(void)
{
	return visit_find(portal.visits, &phone);
}

static inline const char *token(void)
{
	static char text[VISIT_TOKEN_SIZE];

	visit_token(visit(), text);
	return text;
}

static inline struct request answer_of(const char *with, const char *choice)
{
	struct request request = request_of(PATH_ANSWER, true);

	field(&request.token, with);
	field(&request.choice, choice);
	return request;
}

static inline void answer(const char *choice)
{
	ask(answer_of(token(), choice));
}

static inline struct request acknowledge_of(const char *with)
{
	struct request request = request_of(PATH_ACKNOWLEDGE, true);

	field(&request.token, with);
	return request;
}

/* To the button: three questions, each seen and answered. */
static inline void to_the_button(void)
{
	for (int i = 0; i < 3; i++) {
		get(PATH_ROOT);
		answer("a");
	}
}

static inline uint32_t counted_in(unsigned zone, unsigned language, enum store_event event)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < portal.tally.row_count; i++)
		if (portal.tally.rows[i].zone == zone && portal.tally.rows[i].language == language &&
		    portal.tally.rows[i].event == event)
			sum += portal.tally.rows[i].count;
	return sum;
}

static inline uint32_t counted(enum store_event event)
{
	uint32_t sum = 0;

	for (unsigned z = 0; z < CONF_ZONES_MAX; z++)
		for (unsigned l = 0; l < CONF_LANGUAGES_MAX; l++)
			sum += counted_in(z, l, event);
	return sum;
}

static inline void leads_to(unsigned status, const char *location)
{
	assert_int_equal(reply.status, status);
	assert_non_null(reply.location);
	assert_string_equal(reply.location, location);
}

static inline void shows(unsigned status, enum page_kind kind)
{
	assert_int_equal(reply.status, status);
	assert_null(reply.location);
	assert_int_equal(reply.page.kind, kind);
}

static inline void notices(unsigned status, enum page_notice notice)
{
	shows(status, PAGE_NOTICE);
	assert_int_equal(reply.page.notice, notice);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif

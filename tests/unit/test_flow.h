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
#include "portal/http.h"
#include "portal/later.h"
#include "portal/spare.h"
#include "portal/wish.h"

enum { VISITS = 3, VI = 0, EN = 1 };

/* Two lessons for the one audience, two for the other; the key is always "b". */
static const struct lesson_question questions[] = {
    {.options = 3, .key = 1, .lesson = 0}, {.options = 3, .key = 1, .lesson = 0},
    {.options = 3, .key = 1, .lesson = 1}, {.options = 3, .key = 1, .lesson = 1},
    {.options = 3, .key = 1, .lesson = 2}, {.options = 3, .key = 1, .lesson = 2},
    {.options = 3, .key = 1, .lesson = 3}, {.options = 3, .key = 1, .lesson = 3},
};
static const struct lesson lessons[] = {{.questions = {0, 1}, .question_count = 2},
					{.questions = {2, 3}, .question_count = 2},
					{.questions = {4, 5}, .question_count = 2, .audience = 1},
					{.questions = {6, 7}, .question_count = 2, .audience = 1}};
static const struct lesson_audience audiences[] = {
    {.id = "citizen", .lesson_first = 0, .lesson_count = 2},
    {.id = "press", .lesson_first = 2, .lesson_count = 2}};
static struct lesson_bank bank = {.audiences = audiences,
				  .audience_count = 2,
				  .lessons = lessons,
				  .lesson_count = 4,
				  .questions = questions,
				  .question_count = 8,
				  .language_count = 2};
static uint16_t audience_names[] = {101, 102};
static uint16_t lesson_names[] = {11, 12, 13, 14};
static uint16_t question_names[] = {21, 22, 23, 24, 25, 26, 27, 28};
static struct edition edition;
static const struct ether phone = {{2, 0, 0, 0, 0, 1}};

static struct conf conf;
static struct portal portal;
static struct reply reply;
static bool store_has_room;
static unsigned admissions;
static enum store_event admitted_as;
static bool gate_has_room;
static struct request *sparing; /* waits for gate's answer */
static int32_t today;
static struct memory_record remembered;

/* In place of admit.c's: the acknowledgement has gone to the store, or has not. */
bool admit_begin(struct portal *to, struct visit *visit, enum store_event event)
{
	assert_ptr_equal(to, &portal);
	if (!store_has_room)
		return false;
	admissions++;
	admitted_as = event;
	visit->state = VISIT_ACKNOWLEDGED;
	return true;
}

/* In place of spare.c's: gate is being asked, or cannot be. */
bool spare_begin(struct portal *to, struct request *request)
{
	assert_ptr_equal(to, &portal);
	if (gate_has_room)
		sparing = request;
	return gate_has_room;
}

/* In place of wish.c's and http.c's: the end of a session has gone to the store, or has
 * not, and comes out when the test says so. */
static bool wishes_have_room;
static unsigned wished;
static wish_done *wish_tell;
static void *wish_arg;
static struct request *woken;
static bool woken_admitted;

bool wish_revoke(struct portal *to, const struct ether *mac, wish_done *done, void *arg)
{
	assert_ptr_equal(to, &portal);
	assert_memory_equal(mac, &phone, sizeof(*mac));
	if (!wishes_have_room)
		return false;
	wished++;
	wish_tell = done;
	wish_arg = arg;
	return true;
}

void http_wake(struct request *first, bool admitted)
{
	woken = first;
	woken_admitted = admitted;
}

/* tally.c's other side; nothing is stored here. */
bool store_put(struct store *store, const struct store_job *job)
{
	(void)store;
	(void)job;
	return false;
}

int32_t store_today(struct store *store)
{
	(void)store;
	return today;
}

/* In place of memory.c's: what the test says. */
bool memory_find(struct memory *memory, const struct ether *mac, int32_t day,
		 struct memory_record *record)
{
	(void)memory;
	(void)mac;
	*record = remembered;
	return day != 0 && remembered.count > 0;
}

/* In place of edition.c's: one edition, for good. */
struct edition *edition_hold(struct edition *held)
{
	held->visits++;
	return held;
}

void edition_release(struct edition *held)
{
	if (held != NULL)
		held->visits--;
}

int edition_lesson_of(const struct edition *in, uint16_t name)
{
	(void)in;
	return name >= 11 && name <= 14 ? name - 11 : -1;
}

/* In place of lesson.c's. */
int lesson_audience_find(const struct lesson_bank *in, const char *id)
{
	for (size_t i = 0; i < in->audience_count; i++)
		if (strcmp(in->audiences[i].id, id) == 0)
			return (int)i;
	return -1;
}

static inline int begin(void **state)
{
	(void)state;
	conf = (struct conf){.zone_count = 2,
			     .languages = {"vi", "en"},
			     .language_count = 2,
			     .remember_days = 30};
	edition = (struct edition){.bank = &bank,
				   .audiences = audience_names,
				   .lessons = lesson_names,
				   .questions = question_names,
				   .current = true};
	portal = (struct portal){.conf = &conf, .edition = &edition, .visits = visit_open(VISITS)};
	conf.zones[0].ask_every_days = conf.zones[1].ask_every_days = 1;
	store_has_room = gate_has_room = wishes_have_room = true;
	sparing = NULL;
	wished = 0;
	woken = NULL;
	today = 20000;
	remembered = (struct memory_record){0};
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

/* Of measures: so many of that kind, about whatever. */
static inline uint32_t measured(enum measure_kind kind)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < portal.tally.row_count; i++) {
		const struct tally_row *row = &portal.tally.rows[i];
		struct measure measure;

		if (row->event < STORE_EVENT__MAX)
			continue;
		measure_of_code((uint8_t)(row->event - STORE_EVENT__MAX), &measure);
		sum += measure.kind == kind ? row->count : 0;
	}
	return sum;
}

static inline uint32_t counted_measure(uint16_t item, const char *text)
{
	uint32_t sum = 0;
	struct measure measure;

	assert_true(measure_parse(text, &measure));
	for (unsigned i = 0; i < portal.tally.row_count; i++)
		if (portal.tally.rows[i].item == item &&
		    portal.tally.rows[i].event == STORE_EVENT__MAX + measure_code(&measure))
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

/*
 * What an operator or a person at a shared computer wishes: stored, then asked of gate,
 * then told. The store and gate answer when the test says so.
 * links: portal/wish portal/visit common/msg common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/wish.h"

static const struct ether device = {{2, 0, 0, 0, 0, 1}};
static const struct ether nobody = {{0}};
static struct conf conf;
static struct portal portal;

/* What has been put, the last of it, and whether there is room. */
static bool store_has_room, gate_has_room;
static unsigned stored, asked, answered;
static struct store_job job;
static struct msg question;
static ask_answer *answer_call;
static void *answer_arg;
static struct wish_outcome outcome;

bool store_put(struct store *store, const struct store_job *put)
{
	(void)store;
	if (!store_has_room)
		return false;
	stored++;
	job = *put;
	return true;
}

bool ask_put(struct ask *ask, const struct msg *put, ask_answer *answer, void *arg)
{
	(void)ask;
	if (!gate_has_room)
		return false;
	asked++;
	question = *put;
	answer_call = answer;
	answer_arg = arg;
	return true;
}

void edition_release(struct edition *edition)
{
	(void)edition;
}

static void note(void *arg, const struct wish_outcome *told)
{
	assert_ptr_equal(arg, &outcome);
	answered++;
	outcome = *told;
}

static int begin(void **state)
{
	(void)state;
	conf = (struct conf){.zone_count = 2,
			     .zones = {{.release_for_seconds = 100}, {.release_for_seconds = 200}}};
	portal = (struct portal){.conf = &conf, .visits = visit_open(4)};
	store_has_room = gate_has_room = true;
	stored = asked = answered = 0;
	return portal.visits == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	visit_close(portal.visits);
	return 0;
}

static void store_is_done(bool well)
{
	job.stored = well;
	wish_stored(&portal, &job);
}

static void gate_answers(enum msg_status status, uint32_t seconds)
{
	struct msg answer = question;

	answer.status = status;
	answer.seconds = seconds;
	answer_call(answer_arg, &answer);
}

/* Gate has found the device, released for so long still. */
static void gate_finds(uint32_t seconds, uint32_t zone, uint32_t flags)
{
	struct msg answer = question;

	answer.status = MSG_OK;
	answer.mac = device;
	answer.zone = zone;
	answer.seconds = seconds;
	answer.flags = flags;
	answer_call(answer_arg, &answer);
}

static bool end_by(const char *text)
{
	struct msg find;

	assert_true(wish_names(text, &find));
	assert_true(msg_is_question(&find));
	return wish_end(&portal, &find, note, &outcome);
}

/* --- whom a text names --- */

static void a_device_is_named_by_any_of_its_addresses(void **state)
{
	struct msg find;

	(void)state;
	assert_true(wish_names("10.77.0.5", &find));
	assert_int_equal(find.family, 4);
	assert_memory_equal(find.address, "\x0a\x4d\x00\x05\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_true(wish_names("fd77::5", &find));
	assert_int_equal(find.family, 6);
	assert_int_equal(find.address[0], 0xfd);
	assert_int_equal(find.address[15], 5);
	assert_true(wish_names("02:00:00:00:00:01", &find));
	assert_int_equal(find.family, 0);
	assert_memory_equal(&find.mac, &device, sizeof(device));
}

static void what_names_no_device_is_refused(void **state)
{
	static const char *const wrong[] = {"",		 "x",	    "10.77.0",
					    "10.0.0.5 ", "fd77::x", "ff:ff:ff:ff:ff:ff",
					    "fe80::1%x", "::1/64",  "01:00:5e:00:00:01"};
	struct msg find;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(wish_names(wrong[i], &find));
}

/* --- the end of a session --- */

static void an_end_is_stored_then_revoked_then_told(void **state)
{
	(void)state;
	assert_true(end_by("10.77.0.5"));
	assert_int_equal(question.type, MSG_FIND);
	assert_int_equal(stored, 0);
	gate_finds(1800, 1, 0);
	assert_int_equal(stored, 1);
	assert_int_equal(job.kind, STORE_REVOKE);
	assert_memory_equal(&job.mac, &device, sizeof(device));
	assert_int_equal(asked, 1);
	store_is_done(true);
	assert_int_equal(asked, 2);
	assert_int_equal(question.type, MSG_REVOKE);
	assert_true(msg_is_question(&question));
	assert_int_equal(answered, 0);
	gate_answers(MSG_OK, 0);
	assert_int_equal(answered, 1);
	assert_int_equal(outcome.status, MSG_OK);
	assert_int_equal(outcome.seconds, 1800);
	assert_memory_equal(&outcome.mac, &device, sizeof(device));
}

static void an_address_that_nobody_has_ends_nothing(void **state)
{
	(void)state;
	assert_true(end_by("fd77::5"));
	gate_answers(MSG_ABSENT, 0);
	assert_int_equal(answered, 1);
	assert_int_equal(outcome.status, MSG_ABSENT);
	assert_int_equal(stored, 0);
}

/* It may be released still. */
static void a_device_that_has_left_is_ended_by_its_mac(void **state)
{
	(void)state;
	assert_true(end_by("02:00:00:00:00:01"));
	gate_answers(MSG_ABSENT, 0);
	assert_int_equal(job.kind, STORE_REVOKE);
	assert_memory_equal(&job.mac, &device, sizeof(device));
	store_is_done(true);
	gate_answers(MSG_OK, 0);
	assert_int_equal(outcome.status, MSG_OK);
}

static void a_trusted_device_is_left_alone(void **state)
{
	(void)state;
	assert_true(end_by("10.77.0.5"));
	gate_finds(0, 0, MSG_FLAG_TRUSTED);
	assert_int_equal(answered, 1);
	assert_true(outcome.trusted);
	assert_int_equal(stored, 0);
}

static void what_is_not_stored_is_not_revoked(void **state)
{
	(void)state;
	assert_true(wish_revoke(&portal, &device, note, &outcome));
	store_is_done(false);
	assert_int_equal(asked, 0);
	assert_int_equal(outcome.status, MSG_FAILED);
}

static void what_gate_could_not_do_has_failed(void **state)
{
	(void)state;
	assert_true(wish_revoke(&portal, &device, note, &outcome));
	store_is_done(true);
	gate_answers(MSG_FAILED, 0);
	assert_int_equal(outcome.status, MSG_FAILED);
	assert_true(wish_revoke(&portal, &device, note, &outcome));
	gate_has_room = false;
	store_is_done(true);
	assert_int_equal(answered, 2);
	assert_int_equal(outcome.status, MSG_FAILED);
}

/* First the acknowledgement that is being stored, then its revocation. */
static void a_release_under_way_is_not_overtaken(void **state)
{
	struct visit *visit = visit_begin(portal.visits, &device, 1);

	(void)state;
	visit->state = VISIT_ACKNOWLEDGED;
	assert_false(wish_revoke(&portal, &device, note, &outcome));
	assert_true(end_by("10.77.0.5"));
	gate_finds(0, 0, 0);
	assert_int_equal(outcome.status, MSG_FAILED);
	assert_int_equal(stored, 0);
	visit->state = VISIT_LEARNING;
	assert_true(wish_revoke(&portal, &device, note, &outcome));
	assert_null(visit_find(portal.visits, &device));
	store_is_done(true);
	gate_answers(MSG_OK, 0);
}

static void busy_is_said_at_once(void **state)
{
	(void)state;
	store_has_room = false;
	assert_false(wish_revoke(&portal, &device, note, &outcome));
	gate_has_room = false;
	assert_false(wish_release(&portal, &device, note, &outcome));
	assert_false(end_by("10.77.0.5"));
	assert_int_equal(answered, 0);
}

/* --- a release --- */

static void a_release_is_for_its_zones_time(void **state)
{
	(void)state;
	assert_true(wish_release(&portal, &device, note, &outcome));
	assert_true(wish_releases(&device));
	assert_false(wish_releases(&nobody));
	gate_finds(0, 1, 0);
	assert_int_equal(job.kind, STORE_GRANT);
	assert_int_equal(job.zone, 1);
	assert_int_equal(job.seconds, 200);
	store_is_done(true);
	assert_int_equal(question.type, MSG_RELEASE);
	assert_int_equal(question.zone, 0);
	assert_true(msg_is_question(&question));
	gate_answers(MSG_OK, 200);
	assert_int_equal(outcome.seconds, 200);
	assert_false(wish_releases(&device));
}

static void a_release_that_gate_refused_does_not_stay_stored(void **state)
{
	(void)state;
	assert_true(wish_release(&portal, &device, note, &outcome));
	gate_finds(0, 0, 0);
	store_is_done(true);
	gate_answers(MSG_FULL, 0);
	assert_int_equal(outcome.status, MSG_FULL);
	assert_int_equal(stored, 2);
	assert_int_equal(job.kind, STORE_REVOKE);
	assert_int_equal(job.tag, 0);
}

/* People's wishes have an end, and it is not the operator's. */
static void there_is_room_for_everybody_but_no_more(void **state)
{
	enum { ALL = WISHES_OPERATOR + WISHES_PEOPLE };
	static struct store_job jobs[ALL];

	(void)state;
	for (int i = 0; i < ALL; i++) {
		assert_true(wish_revoke(&portal, &device, note, &outcome));
		jobs[i] = job;
	}
	assert_false(wish_revoke(&portal, &device, note, &outcome));
	for (int i = 0; i < ALL; i++) {
		job = jobs[i];
		store_is_done(true);
		gate_answers(MSG_OK, 0);
	}
	assert_int_equal(answered, ALL);
	assert_true(wish_revoke(&portal, &device, note, &outcome));
	store_is_done(false);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_device_is_named_by_any_of_its_addresses),
	    cmocka_unit_test(what_names_no_device_is_refused),
	    AROUND(an_end_is_stored_then_revoked_then_told),
	    AROUND(an_address_that_nobody_has_ends_nothing),
	    AROUND(a_device_that_has_left_is_ended_by_its_mac),
	    AROUND(a_trusted_device_is_left_alone),
	    AROUND(what_is_not_stored_is_not_revoked),
	    AROUND(what_gate_could_not_do_has_failed),
	    AROUND(a_release_under_way_is_not_overtaken),
	    AROUND(busy_is_said_at_once),
	    AROUND(a_release_is_for_its_zones_time),
	    AROUND(a_release_that_gate_refused_does_not_stay_stored),
	    AROUND(there_is_room_for_everybody_but_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

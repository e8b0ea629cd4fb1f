/*
 * Which packets portal may send to gate: every type in its sound form, and every field in
 * which a captured portal could hide something.
 * links: common/msg common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "common/msg.h"

static const struct msg hello = {.type = MSG_HELLO, .value = MSG_PROTOCOL, .count = 3};
static const struct msg find = {
    .type = MSG_FIND, .family = 4, .address = {10, 77, 0, 5}, .ifindex = 2};
static const struct msg find_mac = {.type = MSG_FIND, .mac = {{2, 0, 0, 0, 0, 1}}};
static const struct msg release = {.type = MSG_RELEASE,
				   .family = 6,
				   .address = {0xfd, 0x77, [15] = 9},
				   .mac = {{2, 0, 0, 0, 0, 1}},
				   .seconds = 60};
static const struct msg replay = {
    .type = MSG_RELEASE, .mac = {{2, 0, 0, 0, 0, 1}}, .seconds = 60, .zone = 3};
static const struct msg revoke = {.type = MSG_REVOKE, .mac = {{2, 0, 0, 0, 0, 1}}};
static const struct msg zone_replay = {
    .type = MSG_RELEASE, .mac = {{2, 0, 0, 0, 0, 1}}, .seconds = 60, .zone = 1};
static const struct msg spare = {.type = MSG_SPARE, .mac = {{2, 0, 0, 0, 0, 1}}};
static const struct msg count = {.type = MSG_COUNT};

static const struct msg *const sound[] = {&hello,	 &find,	  &find_mac, &release, &replay,
					  &zone_replay, &revoke, &spare,    &count};
enum { SOUND = sizeof(sound) / sizeof(sound[0]) };

static void every_question_in_its_sound_form_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOUND; i++) {
		struct msg msg = *sound[i];

		msg.id = 0xffffffffu; /* portal's own */
		assert_true(msg_is_question(&msg));
	}
}

static void a_type_that_is_not_known_is_refused(void **state)
{
	static const uint32_t types[] = {0, MSG__MAX, MSG__MAX + 1, 0x01000000, 0xffffffffu};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct msg msg = {.type = types[i]};

		assert_false(msg_is_question(&msg));
	}
}

/* Fields that belong to answers, in every type. */
static void a_field_of_answers_must_be_zero(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOUND; i++) {
		struct msg status = *sound[i], flags = *sound[i];
		struct msg interfaces = *sound[i], unused = *sound[i];

		status.status = MSG_OK;
		flags.flags = MSG_FLAG_TRUSTED;
		interfaces.interfaces = 1;
		unused.unused = 1;
		assert_false(msg_is_question(&status));
		assert_false(msg_is_question(&flags));
		assert_false(msg_is_question(&interfaces));
		assert_false(msg_is_question(&unused));
	}
}

/* It says which idle_after and which last minutes a stored release has; nothing else needs to. */
static void a_zone_is_for_a_stored_release_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOUND; i++)
		for (uint32_t zone = 1; zone <= MSG_ZONES_MAX; zone++) {
			struct msg msg = *sound[i];

			msg.zone = zone;
			assert_int_equal(msg_is_question(&msg),
					 msg.type == MSG_RELEASE && msg.family == 0 &&
						 zone < MSG_ZONES_MAX);
		}
}

/* What gate says of its own must not come from portal. */
static void a_word_of_gates_is_no_question(void **state)
{
	(void)state;
	for (uint32_t type = MSG_RELOAD; type < MSG_WORD__MAX; type++) {
		struct msg msg = {.type = type, .mac = {{2, 0, 0, 0, 0, 1}}};

		assert_false(msg_is_question(&msg));
		msg.mac = (struct ether){{0}};
		assert_false(msg_is_question(&msg));
	}
}

static void count_and_value_are_for_hello_alone(void **state)
{
	(void)state;
	for (size_t i = 1; i < SOUND; i++) {
		struct msg counted = *sound[i], valued = *sound[i];

		counted.count = 1;
		valued.value = 1;
		assert_false(msg_is_question(&counted));
		assert_false(msg_is_question(&valued));
	}
}

static void seconds_are_for_release_alone_and_needed_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOUND; i++) {
		struct msg msg = *sound[i];

		msg.seconds = msg.type == MSG_RELEASE ? 0 : 1;
		assert_false(msg_is_question(&msg));
	}
}

static void a_mac_must_be_one_stations(void **state)
{
	static const struct ether group = {{1, 0, 0x5e, 0, 0, 1}}, none = {{0}};

	(void)state;
	for (size_t i = 0; i < SOUND; i++) {
		struct msg msg = *sound[i];

		if (ether_equal(&msg.mac, &none))
			continue;
		msg.mac = group;
		assert_false(msg_is_question(&msg));
		msg.mac = none;
		assert_false(msg_is_question(&msg));
	}
}

static void a_mac_where_none_belongs_is_refused(void **state)
{
	static const struct msg *const without[] = {&hello, &find, &count};

	(void)state;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		struct msg msg = *without[i];

		msg.mac = (struct ether){{2, 0, 0, 0, 0, 1}};
		assert_false(msg_is_question(&msg));
	}
}

static void an_address_where_none_belongs_is_refused(void **state)
{
	static const struct msg *const without[] = {&hello, &revoke, &spare, &count};

	(void)state;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		struct msg family = *without[i], address = *without[i], ifindex = *without[i];

		family.family = 4;
		address.address[0] = 10;
		ifindex.ifindex = 1;
		assert_false(msg_is_question(&family));
		assert_false(msg_is_question(&address));
		assert_false(msg_is_question(&ifindex));
	}
}

static void without_a_family_there_is_no_address(void **state)
{
	static const struct msg *const without[] = {&find_mac, &replay};

	(void)state;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		struct msg address = *without[i], ifindex = *without[i];

		address.address[15] = 1;
		ifindex.ifindex = 1;
		assert_false(msg_is_question(&address));
		assert_false(msg_is_question(&ifindex));
	}
}

static void an_ipv4_address_ends_after_four_bytes(void **state)
{
	(void)state;
	for (size_t i = 4; i < sizeof(find.address); i++) {
		struct msg msg = find;

		msg.address[i] = 1;
		assert_false(msg_is_question(&msg));
		msg.family = 6;
		assert_true(msg_is_question(&msg));
	}
}

static void a_family_is_4_or_6(void **state)
{
	(void)state;
	for (unsigned family = 1; family < 256; family++) {
		struct msg msg = find;

		msg.family = (uint8_t)family;
		assert_int_equal(msg_is_question(&msg), family == 4 || family == 6);
	}
}

static void a_find_names_an_address_or_a_mac_not_both_nor_neither(void **state)
{
	struct msg both = find, neither = {.type = MSG_FIND};

	(void)state;
	both.mac = find_mac.mac;
	assert_false(msg_is_question(&both));
	assert_false(msg_is_question(&neither));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_question_in_its_sound_form_is_one),
	    cmocka_unit_test(a_type_that_is_not_known_is_refused),
	    cmocka_unit_test(a_field_of_answers_must_be_zero),
	    cmocka_unit_test(a_zone_is_for_a_stored_release_alone),
	    cmocka_unit_test(a_word_of_gates_is_no_question),
	    cmocka_unit_test(count_and_value_are_for_hello_alone),
	    cmocka_unit_test(seconds_are_for_release_alone_and_needed_there),
	    cmocka_unit_test(a_mac_must_be_one_stations),
	    cmocka_unit_test(a_mac_where_none_belongs_is_refused),
	    cmocka_unit_test(an_address_where_none_belongs_is_refused),
	    cmocka_unit_test(without_a_family_there_is_no_address),
	    cmocka_unit_test(an_ipv4_address_ends_after_four_bytes),
	    cmocka_unit_test(a_family_is_4_or_6),
	    cmocka_unit_test(a_find_names_an_address_or_a_mac_not_both_nor_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

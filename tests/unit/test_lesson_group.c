/*
 * What lessons belong to and what goes with them: audiences, sources, topics, contacts, radio.
 * links: common/lesson common/report
 */
#include "test_lesson.h"

#include "common/lesson_day.h"

/* --- Audiences, sources, topics, contacts, radio --- */

static void lessons_of_one_audience_stand_together(void **state)
{
	struct conf conf = conf_of(GOLDEN "/audiences");
	struct loaded loaded = load(&conf);
	const struct lesson_bank *bank = loaded.bank;

	(void)state;
	assert_non_null(bank);
	assert_int_equal(bank->audience_count, 2);
	assert_string_equal(bank->audiences[0].id, "press");
	assert_int_equal(bank->audiences[0].target_percent, 95);
	assert_int_equal(bank->audiences[0].lesson_first, 0);
	assert_int_equal(bank->audiences[0].lesson_count, 2);
	assert_string_equal(bank->audiences[0].names[0], "Báo chí");
	assert_string_equal(bank->audiences[1].id, "citizen");
	assert_int_equal(bank->audiences[1].lesson_first, 2);
	assert_string_equal(bank->audiences[1].names[1], "Everybody");
	assert_string_equal(bank->lessons[0].id, "P-ONE");
	assert_string_equal(bank->lessons[1].id, "P-TWO");
	assert_string_equal(bank->lessons[2].id, "ONE");
	for (size_t i = 0; i < bank->lesson_count; i++)
		assert_int_equal(bank->lessons[i].audience, i < 2 ? 0 : 1);
	assert_int_equal(question_of(&loaded, "P-TWO-B")->lesson, 1);
	assert_int_equal(lesson_audience_find(bank, "citizen"), 1);
	assert_int_equal(lesson_audience_find(bank, "nobody"), -1);
	unload(&loaded);
}

static void audience_without_two_lessons_is_not_in_the_bank(void **state)
{
	struct conf conf = conf_of(GOLDEN "/audience-one-lesson");
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->audience_count, 1);
	assert_int_equal(loaded.bank->lesson_count, 2);
	assert_null(question_of(&loaded, "THREE-A"));
	assert_int_equal(loaded.bank->radio_count, 1);
	unload(&loaded);
}

static void pack_without_lists_has_the_audiences_of_its_lessons(void **state)
{
	struct conf conf = conf_of(GOOD);
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->audience_count, 1);
	assert_string_equal(loaded.bank->audiences[0].id, "citizen");
	assert_string_equal(loaded.bank->audiences[0].names[1], "citizen");
	assert_int_equal(loaded.bank->audiences[0].target_percent, 0);
	assert_string_equal(loaded.bank->lessons[0].texts[0].topic, "wifi");
	assert_null(loaded.bank->lessons[0].texts[0].source);
	assert_null(question_of(&loaded, "ONE-A")->texts[1].source);
	assert_int_equal(loaded.bank->contact_count, 0);
	assert_int_equal(loaded.bank->radio_count, 0);
	unload(&loaded);
}

static void zone_with_an_audience_that_is_offered_is_accepted(void **state)
{
	struct conf conf = conf_of(GOLDEN "/audiences");
	struct loaded loaded;

	(void)state;
	conf.zone_count = 2;
	snprintf(conf.zones[1].audience, sizeof(conf.zones[1].audience), "press");
	loaded = load(&conf);
	assert_non_null(loaded.bank);
	unload(&loaded);
}

static void zone_with_another_audience_is_an_error_that_says_which_there_are(void **state)
{
	struct conf conf = conf_of(GOLDEN "/audiences");
	struct loaded loaded;

	(void)state;
	conf.zone_count = 1;
	snprintf(conf.zones[0].name, sizeof(conf.zones[0].name), "cafe");
	snprintf(conf.zones[0].audience, sizeof(conf.zones[0].audience), "pres");
	loaded = load(&conf);
	assert_null(loaded.bank);
	assert_string_equal(loaded.said, GOLDEN
			    "/audiences/structure.cfg: audience \"pres\" of zone \"cafe\" is not"
			    " offered, expected in the configuration one of: press, citizen\n");
	unload(&loaded);
}

static void zone_may_not_have_an_audience_with_too_few_lessons(void **state)
{
	struct conf conf = conf_of(GOLDEN "/audience-one-lesson");
	struct loaded loaded;

	(void)state;
	conf.zone_count = 1;
	snprintf(conf.zones[0].audience, sizeof(conf.zones[0].audience), "pupil");
	loaded = load(&conf);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, "expected in the configuration one of: citizen\n"));
	unload(&loaded);
}

static void names_of_sources_are_joined_in_each_language(void **state)
{
	struct conf conf = conf_of(FULL);
	struct loaded loaded = load(&conf);
	const struct lesson_question *question;

	(void)state;
	assert_non_null(loaded.bank);
	question = question_of(&loaded, "ONE-A");
	assert_string_equal(question->texts[0].source, "Nguồn một; Nguồn hai");
	assert_string_equal(question->texts[1].source, "Source one; Source two");
	assert_string_equal(loaded.bank->lessons[0].texts[0].source, "Nguồn một");
	/* The same text is in memory once. */
	assert_ptr_equal(question->texts[0].source, question_of(&loaded, "TWO-B")->texts[0].source);
	unload(&loaded);
}

static void topic_has_its_name_in_each_language(void **state)
{
	struct conf conf = conf_of(FULL);
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_string_equal(loaded.bank->lessons[1].topic, "child");
	assert_string_equal(loaded.bank->lessons[1].texts[0].topic, "Trẻ em");
	assert_string_equal(loaded.bank->lessons[1].texts[1].topic, "Children");
	unload(&loaded);
}

static void contacts_come_emergencies_first_with_the_day_they_are_hidden(void **state)
{
	struct conf conf = conf_of(FULL);
	struct loaded loaded = load(&conf);
	const struct lesson_contact *contacts;
	int32_t checked;

	(void)state;
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->contact_count, 2);
	contacts = loaded.bank->contacts;
	assert_true(lesson_day_parse("2999-01-01", &checked));
	assert_string_equal(contacts[0].id, "police");
	assert_int_equal(contacts[0].kind, LESSON_CONTACT_EMERGENCY);
	assert_string_equal(contacts[0].number, "113");
	assert_null(contacts[0].address);
	assert_int_equal(contacts[0].hide_day, checked + 400);
	assert_string_equal(contacts[0].names[1], "Police");
	assert_string_equal(contacts[1].id, "scam-report");
	assert_int_equal(contacts[1].kind, LESSON_CONTACT_REPORT);
	assert_null(contacts[1].number);
	assert_string_equal(contacts[1].address, "canhbao.example.vn");
	assert_string_equal(contacts[1].names[0], "Báo lừa đảo");
	unload(&loaded);
}

static void bank_knows_its_pack_its_radio_and_its_revisions(void **state)
{
	struct copy copy = copy_make(FULL);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "structure.cfg", "\"ONE-A\"; rev = 1;", "\"ONE-A\"; rev = 65535;");
	copy_edit(&copy, "structure.cfg", "level = 1", "level = 3");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_string_equal(loaded.bank->id, "test");
	assert_string_equal(loaded.bank->version, "1");
	assert_string_equal(loaded.bank->licence, "CC0-1.0");
	assert_string_equal(loaded.bank->checked_on, "2026-11-23");
	assert_int_equal(loaded.bank->radio_count, 1);
	assert_string_equal(loaded.bank->radio[0].id, "RADIO-ONE");
	assert_string_equal(loaded.bank->lessons[loaded.bank->radio[0].lesson].id, "ONE");
	assert_int_equal(question_of(&loaded, "ONE-A")->rev, 65535);
	assert_int_equal(question_of(&loaded, "ONE-A")->level, 3);
	assert_int_equal(loaded.bank->lessons[0].rev, 1);
	unload(&loaded);
	copy_remove(&copy);
}

static void stale_text_keeps_the_name_of_its_source_in_the_reader_s_language(void **state)
{
	struct copy copy = copy_make(FULL);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "structure.cfg", "\"ONE-A\"; rev = 1;", "\"ONE-A\"; rev = 2;");
	copy_edit(&copy, "text/vi.cfg", "ONE-A : { src_rev = 1;", "ONE-A : { src_rev = 2;");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_string_equal(question_of(&loaded, "ONE-A")->texts[1].stem, "Bạn làm gì, câu ONE-A?");
	assert_string_equal(question_of(&loaded, "ONE-A")->texts[1].source,
			    "Source one; Source two");
	unload(&loaded);
	copy_remove(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lessons_of_one_audience_stand_together),
	    cmocka_unit_test(audience_without_two_lessons_is_not_in_the_bank),
	    cmocka_unit_test(pack_without_lists_has_the_audiences_of_its_lessons),
	    cmocka_unit_test(zone_with_an_audience_that_is_offered_is_accepted),
	    cmocka_unit_test(zone_with_another_audience_is_an_error_that_says_which_there_are),
	    cmocka_unit_test(zone_may_not_have_an_audience_with_too_few_lessons),
	    cmocka_unit_test(names_of_sources_are_joined_in_each_language),
	    cmocka_unit_test(topic_has_its_name_in_each_language),
	    cmocka_unit_test(contacts_come_emergencies_first_with_the_day_they_are_hidden),
	    cmocka_unit_test(bank_knows_its_pack_its_radio_and_its_revisions),
	    cmocka_unit_test(stale_text_keeps_the_name_of_its_source_in_the_reader_s_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

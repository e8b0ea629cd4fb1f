/*
 * fuzz: common/lesson common/conf common/ether common/report common/log
 * fuzz: ctl/content_lint_text ctl/content_lint_question ctl/content_lint_radio
 * fuzz: ctl/content_lint_files
 * libs: -lconfig
 * A content pack, read by the loader and by lint: pack.cfg, structure.cfg, text/vi.cfg,
 * contacts.cfg, radio/vi/RADIO-ONE.txt and drafts/d.cfg, one behind the other, parted by a
 * byte of 0; the last three may be missing.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lesson_pack.h"
#include "ctl/content_lint.h"

static const struct {
	const char *name;
	bool optional;
} parts[] = {
    {"pack.cfg", false},    {"structure.cfg", false},	      {"text/vi.cfg", false},
    {"contacts.cfg", true}, {"radio/vi/RADIO-ONE.txt", true}, {"drafts/d.cfg", true},
};

/* Returns where the next part begins, NULL when this was the last. */
static const uint8_t *part_write(const char *name, const uint8_t *data, const uint8_t *end)
{
	const uint8_t *stop = memchr(data, '\0', (size_t)(end - data));

	fuzz_write(name, data, (size_t)((stop != NULL ? stop : end) - data));
	return stop != NULL ? stop + 1 : NULL;
}

static void part_remove(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	unlink(path);
}

static void pack_write(const uint8_t *data, const uint8_t *end)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (data != NULL)
			data = part_write(parts[i].name, data, end);
		else if (parts[i].optional)
			part_remove(parts[i].name);
		else
			fuzz_write(parts[i].name, (const uint8_t *)"", 0);
	}
}

static void check_question(const struct lesson_bank *bank, const struct lesson_question *question)
{
	FUZZ_CHECK(question->options >= LESSON_OPTIONS_MIN);
	FUZZ_CHECK(question->options <= LESSON_OPTIONS_MAX);
	FUZZ_CHECK(question->key < question->options);
	FUZZ_CHECK(question->lesson < bank->lesson_count);
	for (unsigned i = 0; i < question->options; i++)
		FUZZ_CHECK(question->texts[0].options[i] != NULL);
}

static void check_lesson(const struct lesson_bank *bank, const struct lesson *lesson)
{
	FUZZ_CHECK(lesson->question_count >= 2);
	FUZZ_CHECK(lesson->question_count <= LESSON_FORMS_MAX);
	FUZZ_CHECK(lesson->audience < bank->audience_count);
	FUZZ_CHECK(strlen(lesson->texts[0].body) <= LESSON_TEXT_MAX);
	FUZZ_CHECK(strlen(lesson->texts[0].topic) <= LESSON_TEXT_MAX);
	FUZZ_CHECK(lesson->texts[0].source == NULL ||
		   strlen(lesson->texts[0].source) <= LESSON_TEXT_MAX);
}

/* Their lessons stand together, in their order, and leave none out. */
static void check_audiences(const struct lesson_bank *bank)
{
	size_t next = 0;

	FUZZ_CHECK(bank->audience_count >= 1 && bank->audience_count <= LESSON_AUDIENCES_MAX);
	for (size_t i = 0; i < bank->audience_count; i++) {
		const struct lesson_audience *audience = &bank->audiences[i];

		FUZZ_CHECK(audience->lesson_first == next && audience->lesson_count >= 2);
		FUZZ_CHECK(audience->names[0][0] != '\0');
		FUZZ_CHECK(lesson_audience_find(bank, audience->id) == (int)i);
		next += audience->lesson_count;
	}
	FUZZ_CHECK(next == bank->lesson_count);
}

static void check_contacts(const struct lesson_bank *bank)
{
	FUZZ_CHECK(bank->contact_count <= LESSON_CONTACTS_MAX);
	for (size_t i = 0; i < bank->contact_count; i++) {
		const struct lesson_contact *contact = &bank->contacts[i];

		FUZZ_CHECK((contact->number == NULL) != (contact->address == NULL));
		FUZZ_CHECK(contact->hide_day > 0 && contact->names[0][0] != '\0');
		FUZZ_CHECK(i == 0 || contact[-1].kind <= contact->kind);
	}
}

static void check_bank(const struct lesson_bank *bank)
{
	FUZZ_CHECK(bank->lesson_count >= 2 && bank->language_count == 1);
	FUZZ_CHECK(bank->id != NULL && bank->checked_on != NULL);
	check_audiences(bank);
	check_contacts(bank);
	for (size_t i = 0; i < bank->lesson_count; i++)
		check_lesson(bank, &bank->lessons[i]);
	for (size_t i = 0; i < bank->question_count; i++)
		check_question(bank, &bank->questions[i]);
	for (size_t i = 0; i < bank->radio_count; i++)
		FUZZ_CHECK(bank->radio[i].lesson < bank->lesson_count);
}

static void check_pack(const struct conf *conf)
{
	struct report report = fuzz_report(), more = fuzz_report();
	struct lesson_pack *pack = lesson_pack_open(conf, &report);
	struct lesson_bank *bank;

	FUZZ_CHECK(pack != NULL);
	pack->report = &more;
	content_lint_texts(pack);
	content_lint_questions(pack);
	content_lint_radio(pack);
	content_lint_files(pack);
	if (report.errors == 0) {
		bank = lesson_bank_build(pack);
		FUZZ_CHECK(bank != NULL);
		check_bank(bank);
		lesson_free(bank);
	}
	lesson_pack_close(pack);
}

static void folder_make(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	mkdir(path, 0700);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf conf = {.languages = {"vi"}, .language_count = 1};

	if (memmem(data, size, "@include", 8) != NULL)
		return 0;
	if (conf.path_content[0] == '\0') {
		snprintf(conf.path_content, sizeof(conf.path_content), "%s", fuzz_folder());
		folder_make("text");
		folder_make("radio");
		folder_make("radio/vi");
		folder_make("drafts");
	}
	pack_write(data, data + size);
	check_pack(&conf);
	return 0;
}

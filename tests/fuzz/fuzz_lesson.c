/*
 * fuzz: common/lesson common/conf common/ether common/report common/log
 * libs: -lconfig
 * A content pack: its three files, one behind the other, parted by a byte of 0.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/stat.h>

#include "common/lesson.h"

static const uint8_t *part_write(const char *name, const uint8_t *data, const uint8_t *end)
{
	const uint8_t *stop = memchr(data, '\0', (size_t)(end - data));

	if (stop == NULL)
		stop = end;
	fuzz_write(name, data, (size_t)(stop - data));
	return stop < end ? stop + 1 : end;
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

static void check_bank(const struct lesson_bank *bank)
{
	FUZZ_CHECK(bank->lesson_count >= 2 && bank->language_count == 1);
	for (size_t i = 0; i < bank->lesson_count; i++) {
		FUZZ_CHECK(bank->lessons[i].question_count >= 2);
		FUZZ_CHECK(bank->lessons[i].question_count <= LESSON_FORMS_MAX);
		FUZZ_CHECK(strlen(bank->lessons[i].texts[0].body) <= LESSON_TEXT_MAX);
	}
	for (size_t i = 0; i < bank->question_count; i++)
		check_question(bank, &bank->questions[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf conf = {.languages = {"vi"}, .language_count = 1};
	const uint8_t *end = data + size;
	struct report report = fuzz_report();
	struct lesson_bank *bank;

	if (memmem(data, size, "@include", 8) != NULL)
		return 0;
	if (conf.path_content[0] == '\0') {
		char text[300];

		snprintf(conf.path_content, sizeof(conf.path_content), "%s", fuzz_folder());
		snprintf(text, sizeof(text), "%s/text", fuzz_folder());
		mkdir(text, 0700);
	}
	data = part_write("pack.cfg", data, end);
	data = part_write("structure.cfg", data, end);
	part_write("text/vi.cfg", data, end);
	bank = lesson_load(&conf, &report);
	FUZZ_CHECK((bank != NULL) == (report.errors == 0));
	if (bank != NULL)
		check_bank(bank);
	lesson_free(bank);
	return 0;
}

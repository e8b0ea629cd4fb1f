/*
 * fuzz: ctl/aiken ctl/item ctl/intake common/lesson_check common/report
 * libs: -lutf8proc
 * An Aiken file: what is taken is the same after it has been written and read again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/aiken.h"
#include "ctl/intake.h"

static void comes_back(const struct item *item)
{
	struct report report = fuzz_report();
	struct item_list again = {0};
	char *aiken = NULL;
	size_t size;
	FILE *out = open_memstream(&aiken, &size);

	FUZZ_CHECK(out != NULL);
	FUZZ_CHECK(aiken_write(out, item)); /* it was read as a question */
	fclose(out);
	aiken_parse(aiken, "again", &again, &report);
	FUZZ_CHECK(report.errors == 0 && again.count == 1);
	FUZZ_CHECK(strcmp(again.items[0].stem, item->stem) == 0);
	FUZZ_CHECK(again.items[0].key == item->key);
	FUZZ_CHECK(again.items[0].option_count == item->option_count);
	for (size_t i = 0; i < item->option_count; i++)
		FUZZ_CHECK(strcmp(again.items[0].options[i].text, item->options[i].text) == 0);
	item_list_free(&again);
	free(aiken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = fuzz_report();
	char *text = intake_clean("input", (const char *)data, size, &report);
	struct item_list list = {0};

	if (text != NULL) {
		(void)aiken_likely(text);
		aiken_parse(text, "input", &list, &report);
	}
	for (size_t i = 0; i < list.count; i++) {
		FUZZ_CHECK(list.items[i].option_count >= LESSON_OPTIONS_MIN);
		FUZZ_CHECK(list.items[i].option_count <= LESSON_OPTIONS_MAX);
		FUZZ_CHECK(list.items[i].key < list.items[i].option_count);
		comes_back(&list.items[i]);
	}
	item_list_free(&list);
	free(text);
	return 0;
}

/*
 * fuzz: ctl/gift ctl/item ctl/intake common/lesson_check common/report
 * libs: -lutf8proc
 * A GIFT file: what is taken keeps the pack's limits, and is the same after it has been
 * written and read again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "common/lesson_check.h"
#include "ctl/gift.h"
#include "ctl/intake.h"

static void same(const char *a, const char *b)
{
	FUZZ_CHECK((a == NULL) == (b == NULL));
	FUZZ_CHECK(a == NULL || strcmp(a, b) == 0);
}

static void check_text(const char *text)
{
	uint32_t c;

	FUZZ_CHECK(text == NULL || lesson_check_text(text, &c) == LESSON_CHECK_OK);
}

static void check_item(const struct item *item)
{
	FUZZ_CHECK(item->option_count >= LESSON_OPTIONS_MIN);
	FUZZ_CHECK(item->option_count <= LESSON_OPTIONS_MAX);
	FUZZ_CHECK(item->key < item->option_count && item->line > 0);
	FUZZ_CHECK(item->id == NULL || item_is_id(item->id));
	FUZZ_CHECK(item->topic == NULL || item_is_id(item->topic));
	check_text(item->name);
	check_text(item->stem);
	check_text(item->why);
	for (size_t i = 0; i < item->option_count; i++) {
		FUZZ_CHECK(item->options[i].text != NULL);
		check_text(item->options[i].text);
		check_text(item->options[i].feedback);
	}
}

static void same_item(const struct item *a, const struct item *b)
{
	same(a->name, b->name);
	same(a->id, b->id);
	same(a->objective, b->objective);
	same(a->audience, b->audience);
	same(a->topic, b->topic);
	same(a->stem, b->stem);
	same(a->why, b->why);
	FUZZ_CHECK(a->form == b->form && a->level == b->level && a->key == b->key);
	FUZZ_CHECK(a->option_count == b->option_count);
	for (size_t i = 0; i < a->option_count; i++) {
		same(a->options[i].text, b->options[i].text);
		same(a->options[i].feedback, b->options[i].feedback);
	}
}

static void comes_back(const struct item_list *list)
{
	struct report report = fuzz_report();
	struct item_list again = {0};
	char *gift = NULL;
	size_t size;
	FILE *out = open_memstream(&gift, &size);

	FUZZ_CHECK(out != NULL);
	for (size_t i = 0; i < list->count; i++)
		gift_write(out, &list->items[i], i > 0 ? &list->items[i - 1] : NULL);
	fclose(out);
	gift_parse(gift, "again", &again, &report);
	FUZZ_CHECK(report.errors == 0 && again.count == list->count);
	for (size_t i = 0; i < list->count; i++)
		same_item(&list->items[i], &again.items[i]);
	item_list_free(&again);
	free(gift);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = fuzz_report();
	char *text = intake_clean("input", (const char *)data, size, &report);
	struct item_list list = {0};

	FUZZ_CHECK((text == NULL) == (report.errors > 0));
	if (text != NULL)
		gift_parse(text, "input", &list, &report);
	for (size_t i = 0; i < list.count; i++)
		check_item(&list.items[i]);
	comes_back(&list);
	item_list_free(&list);
	free(text);
	return 0;
}

/* Editions, counted by the visits that read them; see edition.h. */
#include "portal/edition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

static unsigned editions;

unsigned edition_count(void)
{
	return editions;
}

static void edition_free(struct edition *edition)
{
	page_free(edition->pages);
	lesson_free(edition->bank);
	free(edition->audiences);
	free(edition->lessons);
	free(edition->questions);
	free(edition);
	editions--;
}

/* lesson_load has proved that each zone's audience is there. */
static void zones_fill(struct edition *edition, const struct conf *conf)
{
	int citizen = lesson_audience_find(edition->bank, "citizen");

	for (size_t z = 0; z < conf->zone_count; z++) {
		const char *name = conf->zones[z].audience;
		int index = *name != '\0' ? lesson_audience_find(edition->bank, name) : citizen;

		edition->zone_audience[z] = (uint8_t)(index < 0 ? 0 : index);
	}
}

struct edition *edition_load(const struct conf *conf, struct report *report)
{
	struct edition *edition = calloc(1, sizeof(*edition));

	if (edition == NULL)
		goto memory;
	editions++;
	edition->current = true;
	edition->bank = lesson_load(conf, report);
	if (edition->bank != NULL)
		edition->pages = page_load(conf, edition->bank, report);
	if (edition->pages == NULL) {
		edition_free(edition);
		return NULL;
	}
	edition->audiences = calloc(edition->bank->audience_count, sizeof(uint16_t));
	edition->lessons = calloc(edition->bank->lesson_count, sizeof(uint16_t));
	edition->questions = calloc(edition->bank->question_count, sizeof(uint16_t));
	if (edition->audiences != NULL && edition->lessons != NULL && edition->questions != NULL) {
		zones_fill(edition, conf);
		return edition;
	}
	edition_free(edition);
memory:
	report_error(report, conf->path_content, 0, "memory is out, expected enough to load it");
	return NULL;
}

bool edition_name(struct edition *edition, struct store *store)
{
	const struct lesson_bank *bank = edition->bank;
	bool named = true;

	for (size_t i = 0; i < bank->audience_count; i++) {
		edition->audiences[i] = store_name(store, bank->audiences[i].id);
		named = named && edition->audiences[i] != 0;
	}
	for (size_t i = 0; i < bank->lesson_count; i++) {
		edition->lessons[i] = store_name(store, bank->lessons[i].id);
		named = named && edition->lessons[i] != 0;
	}
	for (size_t i = 0; i < bank->question_count; i++) {
		char item[LESSON_ID_SIZE + 16];

		snprintf(item, sizeof(item), "%s.%u", bank->questions[i].id,
			 (unsigned)bank->questions[i].rev);
		edition->questions[i] = store_name(store, item);
		named = named && edition->questions[i] != 0;
	}
	return named;
}

struct edition *edition_hold(struct edition *edition)
{
	edition->visits++;
	return edition;
}

void edition_release(struct edition *edition)
{
	if (edition == NULL)
		return;
	edition->visits--;
	if (edition->visits == 0 && !edition->current)
		edition_free(edition);
}

void edition_retire(struct edition *edition)
{
	if (edition == NULL)
		return;
	edition->current = false;
	edition->retired_ms = clock_boot_ms();
	if (edition->visits == 0)
		edition_free(edition);
}

int edition_lesson_of(const struct edition *edition, uint16_t name)
{
	for (size_t i = 0; i < edition->bank->lesson_count; i++)
		if (edition->lessons[i] == name)
			return (int)i;
	return -1;
}

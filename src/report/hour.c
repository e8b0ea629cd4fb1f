/*
 * Makes the canonical text of an hour; see hour.h. What has not the form of a code (a name
 * of the configuration, an id of the content pack, a measure) is never written: should it
 * ever come into the counters, it does not leave the house.
 */
#include "report/hour.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"
#include "common/measure.h"
#include "report/text.h"

/* In the order in which a cell has them. Those up to `right` are never taken back. */
static const char *const events[HOUR_EVENTS] = {"shown",    "answered", "right",   "acknowledged",
						"released", "deferred", "returned"};
enum { KEPT_EVENTS = 3 };

/* What the department's columns hold. */
static const int64_t count_max = INT32_MAX;

/* There are few, and many rows to look at: their texts are made once. */
static bool is_measure(const char *text)
{
	static char texts[MEASURE_CODE__MAX][MEASURE_TEXT_SIZE];
	struct measure measure;

	for (unsigned code = 0; code < MEASURE_CODE__MAX; code++) {
		if (texts[code][0] == '\0') {
			measure_of_code((uint8_t)code, &measure);
			measure_text(&measure, texts[code]);
		}
		if (strcmp(texts[code], text) == 0)
			return true;
	}
	return false;
}

static bool is_item(const char *text)
{
	const char *dot = strchr(text, '.');
	size_t name = dot != NULL ? (size_t)(dot - text) : strlen(text);

	if (name == 0 || name > 63 || strspn(text, "0123456789_-") > 0 ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") !=
		name)
		return false;
	if (dot == NULL)
		return true;
	return strlen(dot + 1) >= 1 && strlen(dot + 1) <= 5 && dot[1] != '0' &&
	       strspn(dot + 1, "0123456789") == strlen(dot + 1);
}

static bool is_place(const char *audience, const char *language, int64_t count)
{
	return conf_is_word(audience) && conf_is_language(language) && count >= 0 &&
	       count <= count_max;
}

int hour_begin(struct hour *hour, int64_t begin)
{
	*hour = (struct hour){.begin = begin};
	hour->out = open_memstream(&hour->cells, &hour->size);
	if (hour->out == NULL)
		return -1;
	fputc('[', hour->out);
	return 0;
}

static void separate(struct hour *hour)
{
	fputs(hour->any ? "," : "", hour->out);
	hour->any = true;
}

/* A cell of which nothing is left, as its acknowledgement was withdrawn, is none. */
static void close_cell(struct hour *hour)
{
	const struct hour_cell *cell = &hour->cell;
	int64_t sum = 0;

	for (size_t i = 0; i < HOUR_EVENTS; i++)
		sum += cell->counts[i];
	if (cell->open && sum > 0) {
		separate(hour);
		fprintf(hour->out, "{\"zone\":\"%s\",\"aud\":\"%s\",\"lang\":\"%s\"", cell->zone,
			cell->audience, cell->language);
		for (size_t i = 0; i < HOUR_EVENTS; i++)
			fprintf(hour->out, ",\"%s\":%lld", events[i], (long long)cell->counts[i]);
		fputc('}', hour->out);
	}
	hour->cell = (struct hour_cell){.open = false};
}

static bool is_of_cell(const struct hour_cell *cell, const char *zone, const char *audience,
		       const char *language)
{
	return cell->open && strcmp(cell->zone, zone) == 0 &&
	       strcmp(cell->audience, audience) == 0 && strcmp(cell->language, language) == 0;
}

static void open_cell(struct hour *hour, const char *zone, const char *audience,
		      const char *language)
{
	struct hour_cell *cell = &hour->cell;

	close_cell(hour);
	cell->open = true;
	snprintf(cell->zone, sizeof(cell->zone), "%s", zone);
	snprintf(cell->audience, sizeof(cell->audience), "%s", audience);
	snprintf(cell->language, sizeof(cell->language), "%s", language);
}

void hour_event(struct hour *hour, const char *zone, const char *audience, const char *language,
		const char *event, int64_t count)
{
	size_t i = 0;

	while (i < HOUR_EVENTS && strcmp(events[i], event) != 0)
		i++;
	if (!conf_is_word(event) || !conf_is_name(zone) || !is_place(audience, language, count)) {
		hour->strange = true;
		return;
	}
	/* An event that the format does not have yet is not for the department. */
	if (i == HOUR_EVENTS)
		return;
	if (!is_of_cell(&hour->cell, zone, audience, language))
		open_cell(hour, zone, audience, language);
	hour->cell.counts[i] = count;
	hour->weight += 1 + (i < KEPT_EVENTS ? count : 0);
}

/* The list of cells is over, that of measures begins. */
static int turn(struct hour *hour)
{
	int rc;

	close_cell(hour);
	fputc(']', hour->out);
	rc = ferror(hour->out);
	if (fclose(hour->out) != 0)
		rc = -1;
	hour->any = false;
	hour->turned = true;
	hour->out = open_memstream(&hour->measures, &hour->size);
	if (hour->out == NULL || rc != 0)
		return -1;
	fputc('[', hour->out);
	return 0;
}

void hour_measure(struct hour *hour, const char *audience, const char *language, const char *item,
		  const char *event, int64_t count, int64_t rows)
{
	int length;

	if (!is_place(audience, language, count) || !is_item(item) || !is_measure(event)) {
		hour->strange = true;
		return;
	}
	hour->weight += rows + count;
	/* Of one beyond the limit only that it is beyond matters: no server takes it. */
	if (count == 0 || hour->length > HOUR_TEXT_MAX || (!hour->turned && turn(hour) < 0))
		return;
	separate(hour);
	length =
	    fprintf(hour->out,
		    "{\"aud\":\"%s\",\"lang\":\"%s\",\"item\":\"%s\",\"event\":\"%s\",\"n\":%lld}",
		    audience, language, item, event, (long long)count);
	hour->length += length > 0 ? (size_t)length : 0;
}

int hour_end(struct hour *hour)
{
	int rc = 0;

	if (!hour->turned)
		rc = turn(hour);
	if (hour->out != NULL) {
		fputc(']', hour->out);
		rc = ferror(hour->out) != 0 ? -1 : rc;
		rc = fclose(hour->out) != 0 ? -1 : rc;
		hour->out = NULL;
	}
	if (rc != 0 || hour->cells == NULL || hour->measures == NULL)
		return -1;
	hour->length = strlen(hour->cells) + strlen(hour->measures);
	hour_digest(hour->cells, hour->measures, hour->digest);
	return 0;
}

void hour_free(struct hour *hour)
{
	if (hour->out != NULL)
		fclose(hour->out);
	hour->out = NULL;
	free(hour->cells);
	free(hour->measures);
	hour->cells = hour->measures = NULL;
}

void hour_digest(const char *cells, const char *measures, uint8_t digest[HOUR_DIGEST])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)cells, strlen(cells));
	crypto_hash_sha256_update(&state, (const unsigned char *)measures, strlen(measures));
	crypto_hash_sha256_final(&state, digest);
}

/* Makes the body of a request; see batch.h. */
#include "report/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/text.h"

/* Of a report, beside the hour's lists: what is fixed, and the longest that varies. */
enum { AROUND_BYTES = 512 };

bool batch_has_room(const struct batch *batch, const struct hour *hour, size_t most)
{
	if (batch->count == 0)
		return most > 0;
	return batch->count < most && batch->count < BATCH_MAX &&
	       batch->size + hour->length + AROUND_BYTES <= BATCH_BYTES;
}

void batch_add(struct batch *batch, const struct revision *known, struct hour *hour)
{
	batch->entries[batch->count].known = *known;
	batch->entries[batch->count++].hour = *hour;
	batch->size += hour->length + AROUND_BYTES;
	*hour = (struct hour){0};
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		hour_free(&batch->entries[i].hour);
	batch->count = 0;
	batch->size = 0;
}

static void write_report(FILE *out, const struct revision *known, const struct hour *hour,
			 const struct batch_about *about)
{
	char period[TEXT_TIME_SIZE], oldest[TEXT_TIME_SIZE];

	fprintf(out,
		"{\"v\":1,\"site\":\"%s\",\"period\":\"%s\",\"len\":%d,\"rev\":%lld,\"final\":true,"
		"\"sw\":\"%s\",\"instance\":\"%s\",\"clk\":{\"settled\":%s},\"cells\":%s,"
		"\"measures\":%s,\"health\":{\"unsent\":%lld,\"oldest_unsent\":",
		about->key->site, text_utc(hour->begin, period), HOUR_SECONDS,
		(long long)known->rev, VERSION, about->key->instance,
		about->settled ? "true" : "false", hour->cells, hour->measures,
		(long long)about->unsent);
	if (about->unsent > 0)
		fprintf(out, "\"%s\"}}", text_utc(about->oldest_unsent, oldest));
	else
		fputs("null}}", out);
}

char *batch_body(const struct batch *batch, const struct batch_about *about)
{
	char *body = NULL;
	size_t size;
	FILE *out = open_memstream(&body, &size);

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < batch->count; i++) {
		fputc(i == 0 ? '[' : ',', out);
		write_report(out, &batch->entries[i].known, &batch->entries[i].hour, about);
	}
	fputc(']', out);
	if (ferror(out) == 0 && fclose(out) == 0)
		return body;
	free(body);
	return NULL;
}

/*
 * Writes rows of named fields. For `congchao stats questions` and `stats learning`; it
 * knows nothing of what they mean.
 */
#include "ctl/record.h"

#include "ctl/out.h"

void record_begin(struct record *record)
{
	if (record->json) {
		fputc('[', record->out);
		return;
	}
	/* With the byte order mark Excel takes it for UTF-8. */
	fputs("\xef\xbb\xbf", record->out);
	for (size_t i = 0; i < record->count; i++)
		fprintf(record->out, "%s%s", i > 0 ? "," : "", record->names[i]);
	fputs("\r\n", record->out);
}

/* What stands before a field's value. */
static void before(struct record *record)
{
	if (!record->json) {
		fputs(record->at > 0 ? "," : "", record->out);
		return;
	}
	if (record->at == 0)
		fprintf(record->out, "%s\n  {", record->rows > 0 ? "," : "");
	fprintf(record->out, "%s\"%s\": ", record->at > 0 ? ", " : "", record->names[record->at]);
}

static void after(struct record *record)
{
	if (++record->at < record->count)
		return;
	fputs(record->json ? "}" : "\r\n", record->out);
	record->at = 0;
	record->rows++;
}

/* True: there is a value to write. */
static bool begin_field(struct record *record, bool known)
{
	before(record);
	if (!known && record->json)
		fputs("null", record->out);
	return known;
}

void record_text(struct record *record, const char *text)
{
	if (begin_field(record, text != NULL)) {
		if (record->json)
			out_json_text(record->out, text);
		else
			out_csv_field(record->out, text);
	}
	after(record);
}

void record_number(struct record *record, bool known, int64_t number)
{
	if (begin_field(record, known))
		fprintf(record->out, "%lld", (long long)number);
	after(record);
}

void record_share(struct record *record, bool known, double share)
{
	char text[OUT_SHARE_SIZE];

	if (begin_field(record, known))
		fputs(out_share(share, 2, text), record->out);
	after(record);
}

void record_end(struct record *record)
{
	if (record->json)
		fputs(record->rows > 0 ? "\n]\n" : "]\n", record->out);
}

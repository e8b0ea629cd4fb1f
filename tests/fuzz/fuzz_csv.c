/*
 * fuzz: ctl/csv ctl/out ctl/intake common/conf_value common/ether common/report common/log
 * libs: -lutf8proc -lconfig
 * A CSV file: every field that is read is the same after it has been written and read
 * again, and nothing that is written begins a formula.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/csv.h"
#include "ctl/intake.h"

/* The record as csv_write puts it; the first field is a mark, so that no line is empty. */
static char *record_write(const struct csv_record *record, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	FUZZ_CHECK(out != NULL);
	fputs("x", out);
	for (size_t i = 0; i + 1 < record->count; i++) {
		fputc(',', out);
		csv_write(out, record->fields[i]);
	}
	fputc('\n', out);
	fclose(out);
	return text;
}

static void comes_back(const struct csv_record *record)
{
	size_t size;
	char *text = record_write(record, &size);
	struct csv csv = {.at = text, .line = 1, .separator = ','};
	struct csv_record again;

	FUZZ_CHECK(csv_read(&csv, &again) == CSV_RECORD);
	FUZZ_CHECK(again.count == record->count);
	for (size_t i = 0; i + 1 < record->count; i++) {
		FUZZ_CHECK(again.fields[i + 1][0] == '\0' ||
			   strchr("=+-@", again.fields[i + 1][0]) == NULL);
		FUZZ_CHECK(strcmp(csv_text(again.fields[i + 1]), record->fields[i]) == 0);
	}
	FUZZ_CHECK(csv_read(&csv, &again) == CSV_END);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = fuzz_report();
	char *text = intake_clean("input", (const char *)data, size, &report);
	struct csv_record record;
	enum csv_read rc = CSV_END;
	struct csv csv;
	int line = 0;

	if (text != NULL) {
		csv = csv_begin(text);
		rc = csv_read(&csv, &record);
	}
	for (; rc == CSV_RECORD; rc = csv_read(&csv, &record)) {
		FUZZ_CHECK(record.count >= 1 && record.count <= CSV_FIELDS_MAX);
		FUZZ_CHECK(record.line > line);
		line = record.line;
		comes_back(&record);
	}
	FUZZ_CHECK(rc == CSV_END || csv_error(rc)[0] != '\0');
	free(text);
	return 0;
}

/*
 * Loads a pack in one language or two, for export and the translators' kit. A third one
 * that is being translated must not be in their way.
 */
#include "ctl/bank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"

struct lesson_bank *bank_load(const char *content, const char *language, const char *besides,
			      struct report *report)
{
	static struct conf conf;
	char *said = NULL;
	size_t size;
	struct report quiet = {.out = open_memstream(&said, &size)};
	struct lesson_bank *bank = NULL;

	if (quiet.out == NULL) {
		report_error(report, content, 0, "memory is out, expected enough to load it");
		return NULL;
	}
	snprintf(conf.path_content, sizeof(conf.path_content), "%s", content);
	snprintf(conf.languages[0], sizeof(conf.languages[0]), "%s", language);
	snprintf(conf.languages[1], sizeof(conf.languages[1]), "%s", besides);
	conf.language_count = strcmp(language, besides) == 0 ? 1 : 2;
	bank = lesson_load(&conf, &quiet);
	fclose(quiet.out);
	if (bank == NULL)
		fputs(said, report->out);
	report->errors += quiet.errors;
	free(said);
	return bank;
}

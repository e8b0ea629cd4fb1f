/*
 * congchao content lint: everything that is wrong with a content pack, in one run: what
 * keeps it from being loaded, pages that would be too long, and what only an editor would
 * mind. For editors, and for whoever checks their work by machine. It changes nothing.
 */
#include "ctl/content_lint.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "common/lesson_pack.h"
#include "common/page.h"
#include "ctl/command.h"
#include "ctl/content.h"

/* With the texts that they will show; not where congchao's templates are not installed. */
static void pages_check(const struct conf *conf, const struct lesson_pack *pack,
			struct report *report)
{
	struct lesson_bank *bank;

	if (access(conf->path_www, F_OK) < 0) {
		report_warning(report, conf->path_www, 0,
			       "is not there: the sizes of pages are not checked, expected the"
			       " templates of the portal (paths.www)");
		return;
	}
	bank = lesson_bank_build(pack);
	if (bank == NULL)
		report_error(report, conf->path_content, 0,
			     "memory is out, expected enough to load it");
	else
		page_free(page_load(conf, bank, report));
	lesson_free(bank);
}

static void lint(const struct conf *conf, struct report *report, bool pages)
{
	unsigned errors_before = report->errors;
	struct lesson_pack *pack = lesson_pack_open(conf, report);
	bool sound = report->errors == errors_before;

	if (pack == NULL)
		return;
	content_lint_texts(pack);
	content_lint_questions(pack);
	content_lint_radio(pack);
	content_lint_files(pack);
	if (pages && sound)
		pages_check(conf, pack, report);
	lesson_pack_close(pack);
}

void content_lint_pack(const struct conf *conf, struct report *report)
{
	lint(conf, report, false);
}

static void print_verdict(const struct report *report)
{
	if (report->errors == 0 && report->warnings == 0)
		puts("The content pack is in order.");
	else
		printf("%u error%s, %u warning%s\n", report->errors, report->errors == 1 ? "" : "s",
		       report->warnings, report->warnings == 1 ? "" : "s");
}

/* False when the words cannot be understood. */
static bool words_read(int argc, char **argv, bool *strict, const char **folder)
{
	static const struct option options[] = {
	    {"strict", no_argument, NULL, 's'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 's')
			return false;
		*strict = true;
	}
	*folder = optind < argc ? argv[optind] : NULL;
	return argc - optind <= 1;
}

int content_lint(int argc, char **argv, const char *file)
{
	static struct conf conf;
	struct report report = {.out = stdout};
	const char *folder = NULL;
	bool strict = false;

	if (!words_read(argc, argv, &strict, &folder))
		return content_usage("lint");
	if (content_conf(file, folder, &conf, &report))
		lint(&conf, &report, true);
	print_verdict(&report);
	return report.errors > 0 || (strict && report.warnings > 0) ? COMMAND_PROBLEM
								    : COMMAND_FINE;
}

/*
 * congchao content kit: the pack's sentences as a spreadsheet for translators, and their
 * work back as a text of the pack.
 */
#include "ctl/content.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"
#include "common/log.h"
#include "ctl/command.h"
#include "ctl/intake.h"
#include "ctl/kit.h"
#include "ctl/outfile.h"

struct asked {
	bool import, force;
	const char *language;
	const char *content; /* NULL: the configuration's */
	const char *to;	     /* of import */
	const char *file;    /* NULL: standard output, of export */
};

static const struct option long_options[] = {
    {"lang", required_argument, NULL, 'l'},
    {"to", required_argument, NULL, 't'},
    {"content", required_argument, NULL, 'c'},
    {"force", no_argument, NULL, 'f'},
    {NULL, 0, NULL, 0},
};

static bool option_take(struct asked *asked, int option)
{
	switch (option) {
	case 'l':
		asked->language = optarg;
		return true;
	case 't':
		asked->to = optarg;
		return true;
	case 'c':
		asked->content = optarg;
		return true;
	case 'f':
		asked->force = true;
		return true;
	default:
		return false;
	}
}

/* What is wrong with what was asked for, or NULL. */
static const char *wrong(const struct asked *asked)
{
	if (asked->language == NULL || !conf_is_language(asked->language))
		return "no language, expected --lang and 2 or 3 letters, such as --lang tyz";
	if (asked->import && asked->to == NULL)
		return "no place for the text, expected --to and a file, such as --to text/tyz.cfg";
	if (asked->import && asked->file == NULL)
		return "no file, expected the CSV file that came back";
	if (!asked->import && asked->to != NULL)
		return "--to is for kit import, expected the file's name alone";
	return NULL;
}

static bool options_read(struct asked *asked, int argc, char **argv)
{
	const char *what = NULL;
	int option;

	optind = 0; /* begins anew, for glibc and musl */
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!option_take(asked, option))
			return false;
	if (argc - optind < 1 || argc - optind > 2 ||
	    (strcmp(argv[optind], "export") != 0 && strcmp(argv[optind], "import") != 0)) {
		log_warnx("what to do with the kit, expected kit export or kit import, and a file");
		return false;
	}
	asked->import = strcmp(argv[optind], "import") == 0;
	asked->file = argv[optind + 1];
	what = wrong(asked);
	if (what != NULL)
		log_warnx("%s", what);
	return what == NULL;
}

static int export_run(const struct asked *asked, const struct kit *kit, struct report *report)
{
	struct outfile file;

	if (asked->file == NULL) {
		kit_export(kit, stdout);
		return 0;
	}
	if (outfile_begin(&file, asked->file, asked->force, report) < 0)
		return -1;
	kit_export(kit, file.out);
	return outfile_end(&file, report);
}

/* Writes the text and lets the loader try it, before it takes its place. */
static int text_write(const struct asked *asked, const struct kit *kit, struct report *report)
{
	const char *name = strrchr(asked->file, '/');
	struct outfile file;

	if (outfile_begin(&file, asked->to, asked->force, report) < 0)
		return -1;
	kit_write(kit, file.out, name != NULL ? name + 1 : asked->file);
	if (fflush(file.out) != 0) {
		report_error(report, asked->to, 0, "cannot be written");
		outfile_drop(&file);
		return -1;
	}
	if (!kit_loads(kit, file.part, asked->file)) {
		outfile_drop(&file);
		return -1;
	}
	if (outfile_end(&file, report) < 0)
		return -1;
	printf("%zu sentences written to %s.\nNext: put it into the pack's text/ if it is not "
	       "there, add \"%s\" to portal.languages, then: congchao check\n",
	       kit->count, asked->to, kit->language);
	return 0;
}

static int import_run(const struct asked *asked, struct kit *kit, struct report *report)
{
	char *text = intake_read(asked->file, report);
	int rc = -1;

	if (text == NULL)
		return -1;
	kit_import(kit, text, asked->file);
	if (report->errors == 0)
		kit_check(kit, asked->file);
	if (report->errors == 0)
		rc = text_write(asked, kit, report);
	if (report->errors > 0)
		log_warnx("nothing was written: %u mistake%s to mend first", report->errors,
			  report->errors == 1 ? "" : "s");
	free(text);
	return rc;
}

int content_kit(int argc, char **argv, const char *file)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct asked asked = {0};
	struct kit kit = {0};
	int rc = -1;

	if (!options_read(&asked, argc, argv))
		return content_usage("kit");
	if (!content_conf(file, asked.content, &conf, &report))
		return COMMAND_PROBLEM;
	if (kit_open(&kit, &conf, asked.language, &report) == 0)
		rc = asked.import ? import_run(&asked, &kit, &report)
				  : export_run(&asked, &kit, &report);
	kit_close(&kit);
	return rc < 0 ? COMMAND_PROBLEM : COMMAND_FINE;
}

/*
 * congchao content import: questions from GIFT or Aiken become drafts in the pack's own
 * syntax, which an editor completes. All of a file's mistakes in one run, and nothing
 * written while it has one.
 */
#include "ctl/content.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/conf_value.h"
#include "common/log.h"
#include "ctl/aiken.h"
#include "ctl/command.h"
#include "ctl/draft.h"
#include "ctl/gift.h"
#include "ctl/intake.h"
#include "ctl/outfile.h"

struct import {
	const char *file;
	const char *to; /* a folder; NULL: drafts of the pack */
	const char *language, *audience;
	bool force;
};

static const struct option long_options[] = {
    {"to", required_argument, NULL, 't'},
    {"lang", required_argument, NULL, 'l'},
    {"audience", required_argument, NULL, 'a'},
    {"force", no_argument, NULL, 'f'},
    {NULL, 0, NULL, 0},
};

/* What was asked for. False: it was asked wrongly, and said so. */
static bool options_read(struct import *import, int argc, char **argv)
{
	int option;

	optind = 0; /* begins anew, for glibc and musl */
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == 't')
			import->to = optarg;
		else if (option == 'l')
			import->language = optarg;
		else if (option == 'a')
			import->audience = optarg;
		else if (option == 'f')
			import->force = true;
		else
			return false;
	}
	if (argc - optind != 1) {
		log_warnx("one file, expected FILE in GIFT or Aiken");
		return false;
	}
	import->file = argv[optind];
	if (import->language != NULL && !conf_is_language(import->language)) {
		log_warnx("--lang is not a language tag, expected 2 or 3 letters, such as vi");
		return false;
	}
	if (import->audience != NULL && !item_is_id(import->audience)) {
		log_warnx("--audience is not an id, expected one such as citizen");
		return false;
	}
	return true;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcasecmp(text + length - strlen(end), end) == 0;
}

static bool is_aiken(const char *file, const char *text)
{
	if (ends_with(file, ".gift"))
		return false;
	return ends_with(file, ".aiken") || aiken_likely(text);
}

/* "drafts/NAME.cfg": the name of the file without its folder and its ending. */
static int target_name(const struct import *import, const struct conf *conf, char *target,
		       size_t size)
{
	const char *name = strrchr(import->file, '/');
	const char *dot;
	int n;

	name = name != NULL ? name + 1 : import->file;
	dot = strrchr(name, '.');
	n = snprintf(target, size, "%s%s/%.*s.cfg",
		     import->to != NULL ? import->to : conf->path_content,
		     import->to != NULL ? "" : "/drafts",
		     dot != NULL && dot != name ? (int)(dot - name) : (int)strlen(name), name);
	return n > 0 && (size_t)n < size ? 0 : -1;
}

/* The folder of drafts, which a pack need not have yet. */
static int folder_make(const char *target, struct report *report)
{
	char folder[OUTFILE_PATH_SIZE];

	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(target, '/') - target), target);
	if (mkdir(folder, 0777) == 0 || errno == EEXIST)
		return 0;
	report_error(report, folder, 0, "cannot be made: %s, expected a folder for drafts",
		     strerror(errno));
	return -1;
}

static void print_next(const struct draft *draft, const char *target)
{
	size_t incomplete = draft_incomplete(draft);

	printf("%zu question%s written to %s, as draft%s: no visitor sees %s.\n",
	       draft->list->count, draft->list->count == 1 ? "" : "s", target,
	       draft->list->count == 1 ? "" : "s", draft->list->count == 1 ? "it" : "them");
	if (incomplete > 0)
		printf("%zu of them lack%s an objective, a form, an explanation or the like; look "
		       "for \"missing\".\n",
		       incomplete, incomplete == 1 ? "s" : "");
	puts("Next: for each one find the source of its fact, complete it, and move it into "
	     "structure.cfg\nand text/, as the head of the file says. Then: congchao content lint");
}

static int drafts_write(const struct draft *draft, const struct import *import,
			const struct conf *conf, struct report *report)
{
	char target[OUTFILE_PATH_SIZE];
	struct outfile file;

	if (target_name(import, conf, target, sizeof(target)) < 0) {
		report_error(report, import->file, 0, "is too long a name, expected a shorter one");
		return -1;
	}
	if (folder_make(target, report) < 0 ||
	    outfile_begin(&file, target, import->force, report) < 0)
		return -1;
	draft_write(file.out, draft);
	if (outfile_end(&file, report) < 0)
		return -1;
	print_next(draft, target);
	return 0;
}

/* Reads the questions and, when none has a mistake, writes the drafts. */
static int import_text(const struct import *import, const struct conf *conf, char *text,
		       struct report *report)
{
	const char *name = strrchr(import->file, '/');
	struct item_list list = {0};
	struct draft draft = {
	    .list = &list,
	    .from = name != NULL ? name + 1 : import->file,
	    .language = import->language != NULL ? import->language : conf->languages[0],
	    .audience = import->audience,
	};
	int rc = -1;

	if (is_aiken(import->file, text))
		aiken_parse(text, import->file, &list, report);
	else
		gift_parse(text, import->file, &list, report);
	if (report->errors == 0 && list.count == 0)
		report_error(report, import->file, 0, "no question, expected GIFT or Aiken");
	if (report->errors == 0)
		rc = drafts_write(&draft, import, conf, report);
	else
		log_warnx("nothing was written: %u mistake%s to mend first", report->errors,
			  report->errors == 1 ? "" : "s");
	item_list_free(&list);
	return rc;
}

int content_import(int argc, char **argv, const char *file)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct import import = {0};
	char *text;
	int rc = -1;

	if (!options_read(&import, argc, argv))
		return content_usage("import");
	if (!content_conf(file, NULL, &conf, &report))
		return COMMAND_PROBLEM;
	text = intake_read(import.file, &report);
	if (text != NULL)
		rc = import_text(&import, &conf, text, &report);
	free(text);
	return rc < 0 ? COMMAND_PROBLEM : COMMAND_FINE;
}

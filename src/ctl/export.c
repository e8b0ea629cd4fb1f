/*
 * congchao content export: the questions that visitors are shown, as GIFT for Moodle or
 * as Aiken. What a pack keeps back is not in a bank, and so in no export.
 */
#include "ctl/content.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "common/lesson.h"
#include "common/log.h"
#include "ctl/aiken.h"
#include "ctl/bank.h"
#include "ctl/command.h"
#include "ctl/gift.h"
#include "ctl/outfile.h"

struct asked {
	bool gift, aiken, force;
	const char *language, *audience;
	const char *content; /* NULL: the configuration's */
	const char *file;    /* NULL: standard output */
};

static const struct option long_options[] = {
    {"gift", no_argument, NULL, 'g'},
    {"aiken", no_argument, NULL, 'k'},
    {"lang", required_argument, NULL, 'l'},
    {"audience", required_argument, NULL, 'a'},
    {"content", required_argument, NULL, 'c'},
    {"force", no_argument, NULL, 'f'},
    {NULL, 0, NULL, 0},
};

static bool option_take(struct asked *asked, int option)
{
	switch (option) {
	case 'g':
		asked->gift = true;
		return true;
	case 'k':
		asked->aiken = true;
		return true;
	case 'l':
		asked->language = optarg;
		return true;
	case 'a':
		asked->audience = optarg;
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

static bool options_read(struct asked *asked, int argc, char **argv)
{
	int option;

	optind = 0; /* begins anew, for glibc and musl */
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!option_take(asked, option))
			return false;
	if (asked->gift == asked->aiken) {
		log_warnx("no format, expected --gift or --aiken");
		return false;
	}
	if (argc - optind > 1) {
		log_warnx("more than one file, expected FILE or none");
		return false;
	}
	asked->file = optind < argc ? argv[optind] : NULL;
	return true;
}

/* The index of the language that was asked for, or -1 having said so. */
static int language_find(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->language_count; i++)
		if (name == NULL || strcmp(conf->languages[i], name) == 0)
			return (int)i;
	log_warnx("--lang is not a language of the pack, expected the name of a file in text/");
	return -1;
}

/* The questions, those of one lesson together. Returns how many could not be written. */
static size_t questions_write(FILE *out, const struct asked *asked, const struct lesson_bank *bank,
			      int audience)
{
	struct item before, item;
	size_t refused = 0, written = 0;

	for (size_t i = 0; i < bank->question_count; i++) {
		if (audience >= 0 &&
		    bank->lessons[bank->questions[i].lesson].audience != (uint8_t)audience)
			continue;
		item = item_of_bank(bank, i, 0);
		if (asked->gift) {
			gift_write(out, &item, written > 0 ? &before : NULL);
		} else if (!aiken_write(out, &item)) {
			log_warnx("%s: its question begins as an option does; Aiken cannot say it",
				  item.id);
			refused++;
		}
		before = item;
		written++;
	}
	return refused;
}

static int bank_export(const struct asked *asked, const struct lesson_bank *bank, int audience,
		       struct report *report)
{
	struct outfile file;
	size_t refused;

	if (asked->file != NULL && outfile_begin(&file, asked->file, asked->force, report) < 0)
		return COMMAND_PROBLEM;
	refused = questions_write(asked->file != NULL ? file.out : stdout, asked, bank, audience);
	if (asked->file != NULL && outfile_end(&file, report) < 0)
		return COMMAND_PROBLEM;
	if (asked->aiken)
		log_warnx("Aiken has no place for explanations, ids and topics: they are lost; "
			  "--gift keeps them");
	return refused > 0 ? COMMAND_PROBLEM : COMMAND_FINE;
}

int content_export(int argc, char **argv, const char *file)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct asked asked = {0};
	struct lesson_bank *bank = NULL;
	int language, audience = -1, rc = COMMAND_PROBLEM;

	if (!options_read(&asked, argc, argv))
		return content_usage("export");
	if (!content_conf(file, asked.content, &conf, &report))
		return COMMAND_PROBLEM;
	language = language_find(&conf, asked.language);
	if (language < 0)
		return COMMAND_USAGE;
	/* Stale texts are shown in the first language, as visitors see them. */
	bank = bank_load(conf.path_content, conf.languages[language], conf.languages[0], &report);
	if (bank == NULL)
		return COMMAND_PROBLEM;
	if (asked.audience != NULL)
		audience = lesson_audience_find(bank, asked.audience);
	if (asked.audience != NULL && audience < 0)
		log_warnx("--audience is none of the pack's, expected one such as %s",
			  bank->audiences[0].id);
	else
		rc = bank_export(&asked, bank, audience, &report);
	lesson_free(bank);
	return rc;
}

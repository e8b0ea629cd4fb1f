/*
 * congchao content: finds the subcommand. Editors work on any machine, so none of them
 * needs a gate, a zone or root.
 */
#include "ctl/content.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "ctl/command.h"

static const struct subcommand {
	const char *name;
	content_run *run;
	const char *arguments;
	const char *about;
	const char *help;
} subcommands[] = {
    {"lint", content_lint, " [--strict] [FOLDER]", "everything that is wrong with a content pack",
     "Says each mistake with its file and line, and what an editor should look at, as\n"
     "warnings. FOLDER is the pack, without it the configuration's. With --strict the exit\n"
     "status is 1 for warnings, too.\n"},
    {"import", content_import, " FILE [--to FOLDER] [--lang vi] [--audience citizen] [--force]",
     "questions from GIFT or Aiken, as drafts",
     "Writes FOLDER/NAME.cfg (without --to: drafts/ of the pack) for an editor to complete.\n"
     "Every mistake is told with its line, and nothing is written while there is one.\n"},
    {"export", content_export,
     " --gift | --aiken [--lang vi] [--audience NAME] [--content FOLDER] [--force] [FILE]",
     "the questions that are shown, for Moodle",
     "GIFT keeps the explanations, and content import reads it back. Aiken loses them.\n"},
    {"kit", content_kit,
     " export --lang LANG [FILE] | import --lang LANG --to text/LANG.cfg FILE"
     " [--content FOLDER] [--force]",
     "the sentences as a spreadsheet for translators, and back",
     "Translators fill the column translation of the CSV file and change nothing else; one\n"
     "that was stale and is right all the same gets the state ok.\n"},
    {"preview", content_preview, " [FOLDER] [--port N]",
     "shows every page of a pack in your browser",
     "Serves them on this machine only, at the address that it prints, until Ctrl-C; follows\n"
     "changes of the files. FOLDER is the pack, without it the configuration's. The port is\n"
     "2090, or the next free one up to 2099.\n"},
    {"publish", content_publish,
     " DIR [--week WEEK] [--lesson OBJECTIVE] [--network NAME] [--address URL]",
     "writes tips, posters, cards, scripts and messages into DIR",
     "DIR/index.html shows what there is. The same pack and week give the same files.\n"
     "--week 2026-W48   the week of the tip, this week without it\n"
     "--lesson CIT-OTP  its lesson, the week's turn without it\n"
     "--network NAME    the open Wi-Fi's name, for the sign\n"
     "--address URL     where DIR will be, for the line that embeds the tip\n"},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct subcommand *subcommand_find(const char *name)
{
	for (const struct subcommand *s = subcommands; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

static void print_help(FILE *out)
{
	fprintf(out, "usage: congchao [-c FILE] content SUBCOMMAND\n\n");
	for (const struct subcommand *s = subcommands; s->name != NULL; s++)
		fprintf(out, "  %-8s  %s\n", s->name, s->about);
	fprintf(out, "\nAfter a subcommand, --help says more. The manual: man congchao, man 5 "
		     "congchao-content\n");
}

int content_usage(const char *name)
{
	fprintf(stderr, "How to use it: congchao content %s --help\n", name);
	return COMMAND_USAGE;
}

int content_main(const struct command_line *line, const struct conf *unused)
{
	const struct subcommand *sub;

	(void)unused;
	if (line->word_count == 0 || strcmp(line->words[0], "--help") == 0) {
		print_help(line->word_count == 0 ? stderr : stdout);
		return line->word_count == 0 ? COMMAND_USAGE : COMMAND_FINE;
	}
	sub = subcommand_find(line->words[0]);
	if (sub == NULL) {
		log_warnx("there is no such thing to do with content");
		fprintf(stderr, "How to use it: congchao content --help\n");
		return COMMAND_USAGE;
	}
	for (int i = 1; i < line->word_count; i++)
		if (strcmp(line->words[i], "--help") == 0) {
			printf("usage: congchao content %s%s\n\n%s: %s.\n%s", sub->name,
			       sub->arguments, sub->name, sub->about, sub->help);
			return COMMAND_FINE;
		}
	return sub->run(line->word_count, line->words, line->file);
}

static bool language_known(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->language_count; i++)
		if (strcmp(conf->languages[i], name) == 0)
			return true;
	return false;
}

static int language_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The languages that the pack has beyond the configured ones, in alphabetical order. */
static void languages_add(struct conf *conf)
{
	char path[CONF_PATH_SIZE + 8];
	size_t first = conf->language_count;
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/text", conf->path_content);
	folder = opendir(path);
	if (folder == NULL)
		return; /* the loader tells of the file that it misses */
	while ((entry = readdir(folder)) != NULL && conf->language_count < CONF_LANGUAGES_MAX) {
		const char *dot = strstr(entry->d_name, ".cfg");
		size_t length = dot != NULL ? (size_t)(dot - entry->d_name) : 0;
		char name[CONF_LANGUAGE_SIZE];

		if (length < 2 || length > 3 || dot[4] != '\0')
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)length, entry->d_name);
		if (!language_known(conf, name))
			memcpy(conf->languages[conf->language_count++], name, sizeof(name));
	}
	closedir(folder);
	qsort(conf->languages[first], conf->language_count - first, sizeof(conf->languages[0]),
	      language_compare);
}

/* Not installed, and it lies in build/: the source tree's folder takes the place of path. */
static void path_of_tree(char path[CONF_PATH_SIZE], const char *folder)
{
	char self[CONF_PATH_SIZE], tree[CONF_PATH_SIZE + 32];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (access(path, F_OK) == 0 || length <= 0)
		return;
	self[length] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	snprintf(tree, sizeof(tree), "%s/../%s", self, folder);
	if (access(tree, F_OK) == 0 && strlen(tree) < CONF_PATH_SIZE)
		memcpy(path, tree, strlen(tree) + 1);
}

bool content_conf(const char *file, const char *folder, struct conf *conf, struct report *report)
{
	bool none = strcmp(file, CONF_FILE) == 0 && access(file, F_OK) < 0 && errno == ENOENT;

	if (none) {
		conf_defaults(conf);
		path_of_tree(conf->path_content, "etc/content");
		path_of_tree(conf->path_www, "www/portal");
	} else if (conf_load(conf, file, report) < 0) {
		return false;
	}
	if (folder != NULL && strlen(folder) >= sizeof(conf->path_content)) {
		report_error(report, folder, 0, "is too long, expected a shorter path");
		return false;
	}
	if (folder != NULL)
		snprintf(conf->path_content, sizeof(conf->path_content), "%s", folder);
	languages_add(conf);
	return true;
}

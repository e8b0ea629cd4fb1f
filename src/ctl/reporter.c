/*
 * congchao report and congchao enrol: congchao-report does both. This program speaks with
 * nobody outside and is not linked to what can, so it becomes that program, which lies
 * beside it.
 */
#include "ctl/command.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"

enum { WORDS_MAX = 8 };

/* The program beside this one. */
static int path_of(char path[PATH_MAX])
{
	static const char name[] = "congchao-report";
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof(name) - 1);
	char *slash;

	if (n < 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return -1;
	memcpy(slash + 1, name, sizeof(name));
	return 0;
}

/* argv and the environment are the new program's to change: it gets what execve asks for. */
static char *word(const char *text)
{
	return (char *)(uintptr_t)text;
}

/* Does not come back when it succeeds. first: a word before the rest, or NULL. */
static int become(const struct command_line *line, const char *first)
{
	char *argv[WORDS_MAX + 5] = {word("congchao-report"), word("-c"), word(line->file)};
	char *envp[2] = {NULL, NULL};
	char path[PATH_MAX], zone[PATH_MAX];
	size_t count = 3;

	if (line->word_count > WORDS_MAX) {
		log_warnx("%s takes fewer words", line->name);
		return COMMAND_USAGE;
	}
	if (first != NULL)
		argv[count++] = word(first);
	for (int i = 0; i < line->word_count; i++)
		argv[count++] = line->words[i];
	if (getenv("TZ") != NULL) {
		snprintf(zone, sizeof(zone), "TZ=%s", getenv("TZ"));
		envp[0] = zone;
	}
	if (path_of(path) == 0)
		execve(path, argv, envp);
	if (errno == ENOENT)
		log_warnx("%s is not there: this installation does not report", path);
	else
		log_warn("%s", path);
	return COMMAND_PROBLEM;
}

int report_run(const struct command_line *line, const struct conf *conf)
{
	(void)conf;
	if (line->word_count == 0) {
		log_warnx("what about the reports? expected now, status, rotate or --help");
		return COMMAND_USAGE;
	}
	return become(line, NULL);
}

int enrol_run(const struct command_line *line, const struct conf *conf)
{
	(void)conf;
	if (line->word_count == 1 && strcmp(line->words[0], "--help") == 0)
		return become(line, NULL);
	if (line->word_count != 2) {
		log_warnx("enrol takes the code and the address on the department's slip: congchao "
			  "enrol CODE URL");
		return COMMAND_USAGE;
	}
	return become(line, "enrol");
}

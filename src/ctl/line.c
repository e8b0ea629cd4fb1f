/*
 * What the operator typed: finds the command in the table, reads its options and the
 * configuration, and runs it. Only what was asked rightly is run.
 */
#include "ctl/command.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/log.h"

enum {
	TAKES_JSON = 1,
	TAKES_RANGE = 2,
	TAKES_MAC = 4,
	LOADS_ITSELF = 8,
	TAKES_WORDS = 16,
	TAKES_TOPIC = 32,
	TAKES_ADDRESS = 64,
};

static const struct command {
	const char *name;
	command_run *run;
	unsigned flags;
	const char *arguments;
	const char *about;
	const char *help;
} commands[] = {
    {"check", check_run, TAKES_JSON | LOADS_ITSELF, " [--json]",
     "reads configuration, content and pages, and says every mistake",
     "Starts and changes nothing. Each mistake is one line, \"file:line: what, expected what\".\n"},
    {"status", status_run, TAKES_JSON, " [--json]", "how the gate is doing", ""},
    {"visitors", visitors_run, TAKES_JSON, " [--json]", "who is held, learning, released",
     "Lists devices by MAC address, which is personal data: do not pass the list on.\n"},
    {"release", release_run, TAKES_JSON | TAKES_MAC, " MAC [--json]",
     "lets a device through without questions",
     "For as long as its zone's release_for. The device must be on the Wi-Fi now.\n"},
    {"revoke", revoke_run, TAKES_JSON | TAKES_MAC, " MAC [--json]",
     "ends a release at once, open connections included", ""},
    {"end", end_run, TAKES_JSON | TAKES_ADDRESS, " ADDRESS [--json]",
     "ends the session at a computer, by its address",
     "ADDRESS is the device's IPv4 or IPv6 address, or its MAC. The next person who uses it\n"
     "meets the gate.\n"},
    {"stats", stats_run, TAKES_JSON | TAKES_RANGE | TAKES_TOPIC,
     " [questions | learning] [--from DATE] [--to DATE] [--json | --csv]",
     "what was shown, answered, acknowledged, learned",
     "questions: how each question does. learning: what was learned and remembered.\n"
     "Without dates: today, or, with one of these words, all that there is.\n"
     "DATE is 2026-11-23 (that whole day) or \"2026-11-23 09:00\", local time, or UTC with\n"
     "a Z at its end. --csv is for Excel, --json for programs.\n"},
    {"reload", reload_run, TAKES_JSON, " [--json]", "takes new content and pages",
     "Visits that have begun go on with what they began with. A pack with a mistake is not\n"
     "taken. The configuration stays as it was at the start.\n"},
    {"report", report_run, TAKES_WORDS | LOADS_ITSELF, " now | status [--json | --prometheus] | rotate",
     "the counters' way to the department", ""},
    {"enrol", enrol_run, TAKES_WORDS | LOADS_ITSELF, " CODE URL",
     "connects this gateway to the department", ""},
    {"setup", setup_run, TAKES_WORDS | LOADS_ITSELF, " [SERVER]",
     "what DHCP and DNS are to say of the portal", ""},
    {"content", content_main, TAKES_WORDS | LOADS_ITSELF, " SUBCOMMAND",
     "lessons and questions: for editors", ""},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *out)
{
	fprintf(out, "usage: congchao [-c FILE] COMMAND\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s  %s\n", commands[i].name, commands[i].about);
	fprintf(out,
		"\n  -c FILE    the configuration, %s without it\n"
		"  -n         the same as the command check\n"
		"  --version  the version\n"
		"  --help     this; after a command, more about it\n\n"
		"Ends with 0 when all is well, 1 when something is wrong, 2 when it was asked "
		"wrongly.\n"
		"The manual: man congchao\n",
		CONF_FILE);
}

static void print_command_help(const struct command *command)
{
	printf("usage: congchao %s%s\n\n%s: %s.\n%s", command->name, command->arguments,
	       command->name, command->about, command->help);
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int usage(const char *name)
{
	fprintf(stderr, "How to use it: congchao %s%s--help\n", name != NULL ? name : "",
		name != NULL ? " " : "");
	return COMMAND_USAGE;
}

/* What a command is about. Returns COMMAND_FINE or COMMAND_USAGE. */
static int read_device(const struct command *command, struct command_line *line, const char *text)
{
	uint8_t address[sizeof(struct in6_addr)];
	bool mac = ether_parse(text, &line->mac) && ether_is_unicast(&line->mac);

	if (command->flags & TAKES_MAC && !mac) {
		log_warnx("that is not the MAC address of a device, expected one such as "
			  "02:00:5e:00:00:01 (congchao visitors lists them)");
		return COMMAND_USAGE;
	}
	if (!mac && inet_pton(AF_INET, text, address) != 1 &&
	    inet_pton(AF_INET6, text, address) != 1) {
		log_warnx("that is not the address of a device, expected one such as 10.0.0.5, "
			  "fd00::5 or 02:00:5e:00:00:01");
		return COMMAND_USAGE;
	}
	line->address = text;
	return COMMAND_FINE;
}

/* What may not stand together, and the device. Returns COMMAND_FINE or COMMAND_USAGE. */
static int read_operands(const struct command *command, struct command_line *line, int count,
			 char **operands)
{
	bool range = line->csv || line->from != NULL || line->to != NULL;
	int wanted = command->flags & (TAKES_MAC | TAKES_ADDRESS) ? 1 : 0;

	if ((range && !(command->flags & TAKES_RANGE)) ||
	    (line->json && !(command->flags & TAKES_JSON))) {
		log_warnx("%s does not take that option", command->name);
		return usage(command->name);
	}
	if (line->json && line->csv) {
		log_warnx("--json and --csv are two forms of the same, expected one of them");
		return usage(command->name);
	}
	if (command->flags & TAKES_TOPIC && count == 1) {
		line->topic = operands[0];
		return COMMAND_FINE;
	}
	if (count != wanted) {
		log_warnx("%s takes %s", command->name,
			  !wanted		       ? "no further word"
			  : command->flags & TAKES_MAC ? "one MAC address"
						       : "one address");
		return usage(command->name);
	}
	return wanted ? read_device(command, line, operands[0]) : COMMAND_FINE;
}

static int run(const struct command *command, const struct command_line *line)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	int rc;

	if (!(command->flags & LOADS_ITSELF) && conf_load(&conf, line->file, &report) < 0)
		return COMMAND_PROBLEM;
	rc = command->run(line, &conf);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_warn("the answer could not be written");
		return COMMAND_PROBLEM;
	}
	return rc;
}

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {"json", no_argument, NULL, 'j'},
    {"csv", no_argument, NULL, 'x'},
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {NULL, 0, NULL, 0},
};

/* One option into line. Returns false when it stands for something else. */
static bool take_option(struct command_line *line, int option)
{
	switch (option) {
	case 'c':
		line->file = optarg;
		return true;
	case 'j':
		line->json = true;
		return true;
	case 'x':
		line->csv = true;
		return true;
	case 'f':
		line->from = optarg;
		return true;
	case 't':
		line->to = optarg;
		return true;
	default:
		return false;
	}
}

/*
 * Options before the command, then the command: *command, and how many words of argv
 * they are. Returns -1 to go on, else the exit status.
 */
static int read_command(int argc, char **argv, struct command_line *line,
			const struct command **command, int *words)
{
	int option;

	/* "+": stop at the command; its own options are read in a second round. */
	while ((option = getopt_long(argc, argv, "+c:nhV", long_options, NULL)) != -1) {
		if (option == 'V') {
			printf("congchao %s\n", VERSION);
			return COMMAND_FINE;
		}
		if (option == 'h') {
			print_help(stdout);
			return COMMAND_FINE;
		}
		if (option == 'n')
			*command = command_find("check");
		else if (!take_option(line, option))
			return usage(NULL);
	}
	if (*command == NULL && optind >= argc) {
		print_help(stderr);
		return COMMAND_USAGE;
	}
	if (*command == NULL)
		*command = command_find(argv[optind++]);
	if (*command == NULL) {
		log_warnx("there is no command of that name");
		return usage(NULL);
	}
	*words = optind;
	return -1;
}

int command_main(int argc, char **argv)
{
	struct command_line line = {.file = CONF_FILE};
	const struct command *command = NULL;
	int option, words, rc;

	rc = read_command(argc, argv, &line, &command, &words);
	if (rc >= 0)
		return rc;
	line.name = command->name;
	if (command->flags & TAKES_WORDS) {
		line.words = argv + words;
		line.word_count = argc - words;
		return run(command, &line);
	}
	/* The second round begins anew (0 says so to glibc and musl), the command's word
	 * being the program's name. */
	argv[words - 1] = argv[0];
	argv += words - 1;
	argc -= words - 1;
	optind = 0;
	while ((option = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_command_help(command);
			return COMMAND_FINE;
		}
		if (!take_option(&line, option))
			return usage(command->name);
	}
	if (read_operands(command, &line, argc - optind, argv + optind) != COMMAND_FINE)
		return COMMAND_USAGE;
	return run(command, &line);
}

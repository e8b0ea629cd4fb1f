/*
 * congchao setup: what the servers of DHCP and DNS on this machine are to say of the portal
 * (RFC 8910). Prints it, and writes it or takes it away when it is told to; it never starts
 * or restarts anything.
 */
#include "ctl/setup.h"

#include <getopt.h>
#include <string.h>

#include "common/log.h"
#include "ctl/command.h"
#include "ctl/setup_target.h"

enum act { SHOW, WRITE, UNDO };

struct options {
	const struct setup_target *target; /* NULL: all */
	const char *root;
	enum act act;
};

static const char help[] =
    "usage: congchao [-c FILE] setup [dnsmasq | odhcpd | networkmanager] [--write | --undo]\n"
    "\n"
    "setup: what DHCP and DNS are to say of the portal (RFC 8910).\n"
    "Without a word: which of the three is here, and what each would be told.\n"
    "  dnsmasq         /etc/dnsmasq.d/congchao.conf, as on Debian\n"
    "  odhcpd          /etc/config/dhcp, for OpenWrt's dnsmasq and odhcpd\n"
    "  networkmanager  /etc/NetworkManager/dnsmasq-shared.d/congchao.conf\n"
    "With a word it prints the file alone.\n"
    "  --write     writes it, and says what to restart\n"
    "  --undo      takes away again what was written\n"
    "  --root DIR  these files below DIR, such as a router's image\n";

static int usage(void)
{
	fputs("How to use it: congchao setup --help\n", stderr);
	return COMMAND_USAGE;
}

static bool take_act(struct options *options, enum act act)
{
	if (options->act != SHOW && options->act != act) {
		log_warnx("--write and --undo are opposites, expected one of them");
		return false;
	}
	options->act = act;
	return true;
}

static bool take_option(struct options *options, int option)
{
	switch (option) {
	case 'w':
		return take_act(options, WRITE);
	case 'u':
		return take_act(options, UNDO);
	case 'r':
		options->root = optarg;
		return true;
	default:
		return false; /* getopt_long has said why */
	}
}

/* What stands behind the options. Returns false when it is wrong. */
static bool take_words(struct options *options, int count, char **words)
{
	if (count > 1) {
		log_warnx("setup takes one word, expected dnsmasq, odhcpd or networkmanager");
		return false;
	}
	if (count == 1) {
		options->target = setup_target_find(words[0]);
		if (options->target == NULL)
			log_warnx("setup knows no such server, expected dnsmasq, odhcpd or "
				  "networkmanager");
		return options->target != NULL;
	}
	if (options->act == SHOW)
		return true;
	log_warnx("which of them? expected dnsmasq, odhcpd or networkmanager beside --write or "
		  "--undo");
	return false;
}

/* Returns -1 to go on, else the exit status. */
static int read_options(struct options *options, int argc, char **argv)
{
	static const struct option long_options[] = {
	    {"write", no_argument, NULL, 'w'},
	    {"undo", no_argument, NULL, 'u'},
	    {"root", required_argument, NULL, 'r'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* anew: the command line's first words have been read already */
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return COMMAND_FINE;
		}
		if (!take_option(options, option))
			return usage();
	}
	return take_words(options, argc - optind, argv + optind) ? -1 : usage();
}

static int show(const struct options *options, const struct setup_plan *plan, struct report *report)
{
	int rc;

	if (options->target == NULL)
		return setup_show_all(plan, options->root, report);
	rc = setup_show(options->target, plan, options->root, report);
	if (rc == COMMAND_FINE)
		fprintf(stderr, "Nothing is written. To write it: congchao setup %s --write\n",
			options->target->word);
	return rc;
}

int setup_run(const struct command_line *line, const struct conf *unused)
{
	static struct conf conf;
	struct options options = {.root = "/"};
	struct report report = {.out = stderr};
	struct setup_plan plan;
	/* The words begin behind the command's own, which getopt takes for a program's name. */
	int rc = read_options(&options, line->word_count + 1, line->words - 1);

	(void)unused;
	if (rc >= 0)
		return rc;
	/* What was written is taken away whatever the configuration is by now. */
	if (options.act == UNDO)
		return setup_undo(options.target, options.root, &report);
	if (conf_load(&conf, line->file, &report) < 0)
		return COMMAND_PROBLEM;
	setup_plan_make(&plan, &conf);
	setup_plan_warn(&plan, line->file, &report);
	if (options.act == WRITE)
		return setup_write(options.target, &plan, options.root, &report);
	return show(&options, &plan, &report);
}

/*
 * congchao content preview: all pages of a pack in the editor's browser, as portal would
 * send them, before they go live. Reads files and listens on this machine's own addresses;
 * it asks neither gate nor portal and starts no program.
 */
#include "ctl/content.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/log.h"
#include "ctl/command.h"
#include "ctl/preview_http.h"
#include "ctl/preview_own.h"
#include "ctl/preview_pack.h"

enum {
	PORT_FIRST = 2090,
	PORT_LAST = 2099,
	PORT_LEAST = 1024, /* without root; and not 80, which browsers leave out of Host */
	PORT_MOST = 65535,
	FOLDER_SIZE = CONF_PATH_SIZE + 16,
};

struct ports {
	uint16_t first, last;
};

/* A port that was named is the only one that will do. */
static bool port_parse(const char *text, struct ports *ports)
{
	char *end;
	long port;

	errno = 0;
	port = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || port < PORT_LEAST || port > PORT_MOST) {
		log_warnx("--port takes a number from %d to %d", PORT_LEAST, PORT_MOST);
		return false;
	}
	ports->first = ports->last = (uint16_t)port;
	return true;
}

static bool read_options(int argc, char **argv, const char **folder, struct ports *ports)
{
	static const struct option options[] = {
	    {"port", required_argument, NULL, 'p'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* begins anew, with glibc and musl */
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option != 'p' || !port_parse(optarg, ports))
			return false;
	if (argc - optind > 1) {
		log_warnx("preview takes one folder");
		return false;
	}
	*folder = argv[optind];
	return true;
}

/* Ctrl-C and SIGTERM can be read from it; -1 with errno. */
static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void print_start(const struct preview_pack *pack, uint16_t port)
{
	printf("Preview of %s: http://127.0.0.1:%u/\n", pack->conf.path_content, (unsigned)port);
	if (pack->pages == NULL)
		puts("The pack has mistakes: the page lists them, and they can be mended now.");
	puts("It follows changes of the files. Ctrl-C ends it.");
	fflush(stdout);
}

static int serve(struct preview_pack *pack, const struct preview_own *own,
		 const struct ports *ports)
{
	struct preview_http *http = preview_http_open(pack, own, ports->first, ports->last);
	int stop = -1, rc = COMMAND_PROBLEM;

	if (http == NULL) {
		if (ports->first == ports->last)
			log_warn("cannot listen on port %u; try another --port",
				 (unsigned)ports->first);
		else
			log_warn("cannot listen on ports %u to %u; try another --port",
				 (unsigned)ports->first, (unsigned)ports->last);
		return rc;
	}
	stop = signals_open();
	if (stop < 0) {
		log_warn("signals");
		goto out;
	}
	print_start(pack, preview_http_port(http));
	if (preview_http_serve(http, stop) == 0)
		rc = COMMAND_FINE;
	else
		log_warn("the preview ends");
	close(stop);
out:
	preview_http_close(http);
	return rc;
}

int content_preview(int argc, char **argv, const char *file)
{
	static struct preview_pack pack;
	struct report report = {.out = stderr};
	struct preview_own own = {0};
	struct ports ports = {PORT_FIRST, PORT_LAST};
	char folder[FOLDER_SIZE];
	int rc = COMMAND_PROBLEM;

	pack.file = file;
	if (!read_options(argc, argv, &pack.folder, &ports))
		return content_usage("preview");
	/* What is wrong with the configuration can not be mended in a browser. */
	if (!content_conf(file, pack.folder, &pack.conf, &report))
		return COMMAND_PROBLEM;
	preview_pack_refresh(&pack);
	snprintf(folder, sizeof(folder), "%s/../preview", pack.conf.path_www);
	if (preview_own_open(&own, folder, &report))
		rc = serve(&pack, &own, &ports);
	preview_own_close(&own);
	preview_pack_close(&pack);
	return rc;
}

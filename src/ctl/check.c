/*
 * congchao check: everything that can be wrong before the start, in one run: the
 * configuration, the content, the pages, the users, the interfaces, the kernel's limits,
 * the certificate.
 * It starts and changes nothing.
 */
#include "ctl/command.h"

#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson.h"
#include "common/log.h"
#include "common/page.h"
#include "ctl/check_garden.h"
#include "ctl/certificate_as.h"
#include "ctl/neighbours.h"
#include "ctl/out.h"
#include "ctl/setup.h"

static void check_user(const char *file, const char *key, const char *name, struct report *report)
{
	if (getpwnam(name) == NULL)
		report_error(report, file, 0,
			     "users.%s: there is no user \"%s\", expected one; make it: useradd "
			     "--system --user-group --no-create-home --shell /usr/sbin/nologin %s",
			     key, name, name);
}

static void check_interfaces(const struct conf *conf, const char *file, struct report *report)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++)
			if (if_nametoindex(conf->zones[z].interfaces[i]) == 0)
				report_warning(report, file, 0,
					       "%s is not there now; interception begins when it "
					       "comes",
					       conf->zones[z].interfaces[i]);
}

/* Pages are checked with the texts that they will show. */
static void check_content(const struct conf *conf, struct report *report)
{
	struct lesson_bank *bank = lesson_load(conf, report);

	if (bank != NULL)
		page_free(page_load(conf, bank, report));
	lesson_free(bank);
}

static void check_all(const char *file, struct report *report)
{
	static struct conf conf;

	conf_load(&conf, file, report);
	/* With errors, what could be read is there and the rest has its default, so that
	 * content and pages are checked in the same run; but not when nothing was read. */
	if (conf.zone_count == 0 || conf.language_count == 0)
		return;
	check_user(file, "gate", conf.user_gate, report);
	check_user(file, "portal", conf.user_portal, report);
	check_user(file, "resolver", conf.user_resolver, report);
	check_interfaces(&conf, file, report);
	check_garden(&conf, file, report);
	neighbours_check(&conf, file, report);
	certificate_report(&conf, file, report);
	setup_check(&conf, "/", report);
	check_content(&conf, report);
}

static void print_json(const struct report *report, char *messages)
{
	const char *comma = "";

	printf("{\"errors\": %u, \"warnings\": %u, \"messages\": [", report->errors,
	       report->warnings);
	for (char *line; (line = strsep(&messages, "\n")) != NULL;)
		if (*line != '\0') {
			fputs(comma, stdout);
			out_json_text(stdout, line);
			comma = ", ";
		}
	puts("]}");
}

static void print_verdict(const struct report *report)
{
	if (report->errors == 0 && report->warnings == 0)
		puts("Configuration, content and pages are in order.");
	else
		printf("%u error%s, %u warning%s\n", report->errors, report->errors == 1 ? "" : "s",
		       report->warnings, report->warnings == 1 ? "" : "s");
}

int check_run(const struct command_line *line, const struct conf *unused)
{
	char *messages = NULL;
	size_t size;
	struct report report = {.out = line->json ? open_memstream(&messages, &size) : stdout};

	(void)unused;
	if (report.out == NULL)
		fatal("no memory for the answer");
	check_all(line->file, &report);
	if (line->json) {
		if (fclose(report.out) != 0)
			fatal("no memory for the answer");
		print_json(&report, messages);
		free(messages);
	} else {
		print_verdict(&report);
	}
	return report.errors > 0 ? COMMAND_PROBLEM : COMMAND_FINE;
}

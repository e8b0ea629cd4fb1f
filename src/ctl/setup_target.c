/*
 * Shows, writes and takes away what a server is to read, and says what to restart; starts
 * nothing itself. What somebody has changed by hand is left alone.
 */
#include "ctl/setup_target.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/command.h"
#include "ctl/setup_place.h"
#include "ctl/setup_seal.h"

const struct setup_target setup_targets[SETUP_TARGETS] = {
    {.word = "dnsmasq",
     .folder = "/etc/dnsmasq.d",
     .file = "congchao.conf",
     .print = setup_dnsmasq_print,
     .missing = "there is no such folder, expected dnsmasq (apt-get install dnsmasq)",
     .restart = "systemctl restart dnsmasq"},
    {.word = "odhcpd",
     .folder = "/etc/config",
     .file = "dhcp",
     .missing = "there is no such folder, expected OpenWrt",
     .restart = "/etc/init.d/dnsmasq restart && /etc/init.d/odhcpd restart"},
    {.word = "networkmanager",
     .folder = "/etc/NetworkManager/dnsmasq-shared.d",
     .file = "congchao.conf",
     .print = setup_networkmanager_print,
     .missing = "there is no such folder, expected NetworkManager",
     .restart = "nmcli connection up NAME, of each shared connection"},
};

const struct setup_target *setup_target_find(const char *word)
{
	for (size_t i = 0; i < SETUP_TARGETS; i++)
		if (strcmp(setup_targets[i].word, word) == 0)
			return &setup_targets[i];
	return NULL;
}

/* One server's file, read. */
struct job {
	const struct setup_target *target;
	const struct setup_plan *plan; /* NULL to undo */
	const char *root;
	struct report *report;
	struct setup_place place;
	char *old;
};

static void job_end(struct job *job)
{
	free(job->old);
	setup_place_close(&job->place);
}

static enum setup_found job_begin(struct job *job)
{
	enum setup_found found = setup_place_open(&job->place, job->root, job->target->folder,
						  job->target->file, job->report);

	if (found != SETUP_FOUND)
		return found;
	job->old = setup_place_read(&job->place, job->report);
	if (job->old != NULL)
		return SETUP_FOUND;
	job_end(job);
	return SETUP_FAILED;
}

/* /etc/config/network, for the caller to free; NULL: it is reported. */
static char *network_read(const struct job *job)
{
	struct setup_place place;
	char *text;

	if (setup_place_open(&place, job->root, "/etc/config", "network", job->report) !=
	    SETUP_FOUND)
		return NULL;
	text = setup_place_read(&place, job->report);
	setup_place_close(&place);
	return text;
}

/* What should stand in the file, for the caller to free; NULL: it is reported. */
static char *text_wanted(const struct job *job)
{
	char *body = NULL, *text;
	size_t size;
	FILE *out;

	if (job->target->print == NULL) {
		body = network_read(job);
		text = body != NULL ? setup_openwrt_with(job->plan, job->old, body, job->place.path,
							 job->report)
				    : NULL;
	} else {
		out = open_memstream(&body, &size);
		if (out == NULL)
			fatal("no memory for the file");
		job->target->print(job->plan, out);
		if (fclose(out) != 0)
			fatal("no memory for the file");
		text = setup_seal_put(body, job->target->word);
	}
	free(body);
	return text;
}

static bool changed_by_hand(const struct job *job)
{
	return job->target->print != NULL && job->place.there && !setup_seal_holds(job->old);
}

/* Is it as it was written, or not there? If not, it is reported. */
static bool is_untouched(const struct job *job)
{
	if (!changed_by_hand(job))
		return true;
	report_error(job->report, job->place.path, 0,
		     "was not written by congchao setup, or was changed since, expected it as it "
		     "was written: move what is yours to another file of that folder, and remove "
		     "this one");
	return false;
}

/* Is there something to edit, where something is? If not, it is reported. */
static bool has_file(const struct job *job)
{
	if (job->target->print != NULL || job->place.there)
		return true;
	report_error(job->report, job->place.path, 0, "is not there, expected OpenWrt's");
	return false;
}

static int no_folder(const struct job *job)
{
	report_error(job->report, job->place.path, 0, "%s", job->target->missing);
	return COMMAND_PROBLEM;
}

int setup_show(const struct setup_target *target, const struct setup_plan *plan, const char *root,
	       struct report *report)
{
	struct job job = {.target = target, .plan = plan, .root = root, .report = report};
	enum setup_found found = job_begin(&job);
	unsigned before = report->errors;
	char *text;

	if (found == SETUP_FAILED)
		return COMMAND_PROBLEM;
	if (found == SETUP_NO_FOLDER && target->print == NULL)
		return no_folder(&job);
	text = has_file(&job) ? text_wanted(&job) : NULL;
	if (text != NULL)
		fputs(text, stdout);
	free(text);
	if (found == SETUP_FOUND)
		job_end(&job);
	return report->errors > before ? COMMAND_PROBLEM : COMMAND_FINE;
}

static void say_done(const struct job *job, const char *what)
{
	printf("%s %s.\nNow: %s\n", job->place.path, what, job->target->restart);
}

static void write_wanted(struct job *job)
{
	char *text = text_wanted(job);

	if (text == NULL)
		return;
	if (job->place.there && strcmp(job->old, text) == 0) {
		if (setup_place_tidy(&job->place, job->report) == 0)
			printf("%s is as it should be already.\n", job->place.path);
	} else if (setup_place_write(&job->place, text, job->report) == 0) {
		say_done(job, "is written");
	}
	free(text);
}

int setup_write(const struct setup_target *target, const struct setup_plan *plan, const char *root,
		struct report *report)
{
	struct job job = {.target = target, .plan = plan, .root = root, .report = report};
	enum setup_found found = job_begin(&job);
	unsigned before = report->errors;

	if (found == SETUP_NO_FOLDER)
		return no_folder(&job);
	if (found == SETUP_FAILED)
		return COMMAND_PROBLEM;
	if (is_untouched(&job) && has_file(&job))
		write_wanted(&job);
	job_end(&job);
	return report->errors > before ? COMMAND_PROBLEM : COMMAND_FINE;
}

/* Takes away what was written. Returns whether there was anything. */
static bool take_away(struct job *job)
{
	char *text;
	bool same;

	if (job->target->print != NULL) {
		if (job->place.there && setup_place_remove(&job->place, job->report) == 0)
			say_done(job, "is taken away");
		return job->place.there;
	}
	text = setup_openwrt_without(job->old, job->place.path, job->report);
	if (text == NULL)
		return true;
	same = strcmp(job->old, text) == 0;
	if (!same && setup_place_write(&job->place, text, job->report) == 0)
		say_done(job, "is without it again");
	free(text);
	return !same;
}

int setup_undo(const struct setup_target *target, const char *root, struct report *report)
{
	struct job job = {.target = target, .root = root, .report = report};
	enum setup_found found = job_begin(&job);
	unsigned before = report->errors;

	if (found == SETUP_FAILED)
		return COMMAND_PROBLEM;
	if (found == SETUP_NO_FOLDER) {
		printf("%s: nothing was there to take away.\n", job.place.path);
		return COMMAND_FINE;
	}
	if (setup_place_tidy(&job.place, report) == 0 && is_untouched(&job) && !take_away(&job))
		printf("%s: nothing was there to take away.\n", job.place.path);
	job_end(&job);
	return report->errors > before ? COMMAND_PROBLEM : COMMAND_FINE;
}

static const char *state_of(const struct job *job, const char *plain, const char *text)
{
	bool written = job->target->print != NULL ? job->place.there : strcmp(job->old, plain) != 0;

	if (changed_by_hand(job))
		return "changed by hand";
	if (!written)
		return "not written yet";
	return strcmp(job->old, text) == 0 ? "written" : "written, and would now be different";
}

static void show_one(const struct job *job)
{
	const struct setup_target *target = job->target;
	char *text = has_file(job) ? text_wanted(job) : NULL;
	char *plain = text != NULL && target->print == NULL
			  ? setup_openwrt_without(job->old, job->place.path, job->report)
			  : NULL;

	if (text != NULL && (plain != NULL || target->print != NULL)) {
		printf("# %s, %s: %s.\n", target->word, job->place.path,
		       state_of(job, plain, text));
		if (target->print != NULL)
			fputs(text, stdout);
		else
			setup_openwrt_print_added(plain, text, stdout);
		putchar('\n');
	}
	free(plain);
	free(text);
}

int setup_show_all(const struct setup_plan *plan, const char *root, struct report *report)
{
	unsigned before = report->errors;
	size_t shown = 0;

	for (size_t i = 0; i < SETUP_TARGETS; i++) {
		struct job job = {
		    .target = &setup_targets[i], .plan = plan, .root = root, .report = report};
		enum setup_found found = job_begin(&job);

		if (found != SETUP_FOUND)
			continue;
		show_one(&job);
		job_end(&job);
		shown++;
	}
	if (shown == 0)
		report_error(report, root, 0,
			     "neither dnsmasq, OpenWrt nor NetworkManager is here, expected one of "
			     "them; name one to see what it would be told");
	return report->errors > before ? COMMAND_PROBLEM : COMMAND_FINE;
}

void setup_check(const struct conf *conf, const char *root, struct report *report)
{
	struct setup_plan plan;
	struct job job = {
	    .target = &setup_targets[0], .plan = &plan, .root = root, .report = report};
	char *text;

	if (!setup_plan_make(&plan, conf) || job_begin(&job) != SETUP_FOUND)
		return;
	text = text_wanted(&job);
	if (strcmp(job.old, text) != 0)
		report_warning(report, job.place.path, 0,
			       "%s, expected what congchao setup %s --write writes",
			       job.place.there ? "is not as it should be now" : "is not there",
			       job.target->word);
	free(text);
	job_end(&job);
}

/*
 * congchao content publish: the pack's lessons for the plan's other channels, as files in
 * a folder that an officer puts on a web server, prints, or hands on. It reads the pack,
 * writes below that folder, and does nothing else.
 */
#include "ctl/publish.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_day.h"
#include "common/log.h"
#include "ctl/command.h"
#include "ctl/content.h"
#include "ctl/publish_folder.h"
#include "ctl/publish_options.h"
#include "ctl/publish_view.h"

static publish_write *const writers[] = {
    publish_widget, publish_feed,  publish_posters,  publish_sign,
    publish_cards,  publish_radio, publish_messages, publish_index,
};

static const struct lesson *lesson_find(const struct lesson_bank *bank, const char *id)
{
	for (size_t i = 0; i < bank->lesson_count; i++)
		if (strcmp(bank->lessons[i].id, id) == 0)
			return &bank->lessons[i];
	log_warnx("the pack has no lesson of that objective that is shown, expected one such as %s",
		  bank->lessons[0].id);
	return NULL;
}

static int write_all(struct publish *publish, const char *folder)
{
	int rc = COMMAND_FINE;

	publish->folder = publish_folder_open(folder);
	if (publish->folder == NULL)
		return COMMAND_PROBLEM;
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (writers[i](publish) < 0)
			rc = COMMAND_PROBLEM;
	if (rc == COMMAND_FINE)
		printf("%zu files in %s; open index.html there in a browser\n",
		       publish_folder_count(publish->folder), folder);
	publish_folder_close(publish->folder);
	return rc;
}

static int publish_bank(struct publish *publish, const struct publish_options *options,
			struct report *report)
{
	struct publish_templates *templates =
	    publish_templates_load(publish->conf, publish->bank, report);
	int rc = COMMAND_PROBLEM;

	publish->templates = templates;
	publish->week = options->week;
	publish->network = options->network;
	publish->address = options->address;
	/* The loader has refused what is no day. */
	(void)lesson_day_parse(publish->bank->checked_on, &publish->checked_day);
	if (options->lesson != NULL)
		publish->chosen = lesson_find(publish->bank, options->lesson);
	if (templates != NULL && (options->lesson == NULL || publish->chosen != NULL))
		rc = write_all(publish, options->folder);
	publish_templates_free(templates);
	return rc;
}

int content_publish(int argc, char **argv, const char *file)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct publish publish = {.conf = &conf};
	struct publish_options options;
	struct lesson_bank *bank;
	int rc;

	if (!publish_options_read(argc, argv, &options))
		return content_usage("publish");
	if (!content_conf(file, NULL, &conf, &report))
		return COMMAND_PROBLEM;
	bank = lesson_load(&conf, &report);
	if (bank == NULL)
		return COMMAND_PROBLEM;
	publish.bank = bank;
	rc = publish_bank(&publish, &options, &report);
	lesson_free(bank);
	return rc;
}

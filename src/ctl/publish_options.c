/* Reads the command line of `congchao content publish`; believes none of it. */
#include "ctl/publish_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "ctl/publish_wifi.h"

/* The local day: the officer's calendar. */
static void week_now(struct publish_week *week)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	publish_week_of((int32_t)(timegm(&tm) / 86400), week);
}

/* A web address without blanks, quotation marks, question or fragment. */
static bool address_is(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._~:/%[]@!$()*+,;=";
	const char *host = strstr(text, "://");

	if (host == NULL || (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0))
		return false;
	return host[3] != '\0' && host[3] != '/' && text[strspn(text, allowed)] == '\0' &&
	       strlen(text) <= PUBLISH_ADDRESS_MAX;
}

static bool address_take(const char *text, struct publish_options *options)
{
	if (!address_is(text)) {
		log_warnx("that is not a web address, expected where the folder will be, such as "
			  "https://example.gov.vn/congchao/");
		return false;
	}
	snprintf(options->address, sizeof(options->address), "%s%s", text,
		 text[strlen(text) - 1] == '/' ? "" : "/");
	return true;
}

static bool week_take(const char *text, struct publish_options *options)
{
	if (publish_week_parse(text, &options->week))
		return true;
	log_warnx("that is not a week, expected a year and an ISO week such as 2026-W48");
	return false;
}

static bool network_take(const char *text, struct publish_options *options)
{
	options->network = text;
	if (publish_wifi_is_name(text))
		return true;
	log_warnx("that is not the name of a Wi-Fi network, expected 1 to %d bytes of UTF-8, each "
		  "accented letter as one character",
		  PUBLISH_WIFI_NAME_MAX);
	return false;
}

static bool option_take(int option, struct publish_options *options)
{
	switch (option) {
	case 'w':
		return week_take(optarg, options);
	case 'l':
		options->lesson = optarg;
		return true;
	case 'n':
		return network_take(optarg, options);
	case 'a':
		return address_take(optarg, options);
	default:
		return false; /* getopt_long has said why */
	}
}

bool publish_options_read(int argc, char **argv, struct publish_options *options)
{
	static const struct option long_options[] = {
	    {"week", required_argument, NULL, 'w'},
	    {"lesson", required_argument, NULL, 'l'},
	    {"network", required_argument, NULL, 'n'},
	    {"address", required_argument, NULL, 'a'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	memset(options, 0, sizeof(*options));
	week_now(&options->week);
	optind = 0; /* anew: the command line's first words have been read already */
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!option_take(option, options))
			return false;
	if (argc - optind != 1) {
		log_warnx("publish takes one folder to write into");
		return false;
	}
	options->folder = argv[optind];
	return true;
}

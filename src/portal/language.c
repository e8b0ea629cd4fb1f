/* Accept-Language, as far as a choice between a few languages needs it. */
#include "portal/language.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUALITY_MAX = 1000 };

int language_find(const struct conf *conf, const char *tag)
{
	for (size_t i = 0; tag != NULL && i < conf->language_count; i++)
		if (strcmp(conf->languages[i], tag) == 0)
			return (int)i;
	return -1;
}

/* "en-GB" speaks "en"; subtags are set off with '-'. */
static int language_of_range(const struct conf *conf, const char *range, size_t len)
{
	for (size_t i = 0; i < conf->language_count; i++) {
		size_t n = strlen(conf->languages[i]);

		if (n <= len && strncasecmp(range, conf->languages[i], n) == 0 &&
		    (n == len || range[n] == '-'))
			return (int)i;
	}
	return -1;
}

/* ";q=0.8" in thousandths; without one 1000, malformed 0. */
static int quality_of(const char *params, const char *end)
{
	int value = 0, scale = QUALITY_MAX;

	while (params < end && (*params == ';' || *params == ' ' || *params == '\t'))
		params++;
	if (params == end)
		return QUALITY_MAX;
	if (end - params < 3 || (*params != 'q' && *params != 'Q') || params[1] != '=')
		return 0;
	for (params += 2; params < end && scale > 0; params++) {
		if (*params == '.')
			continue;
		if (!isdigit((unsigned char)*params))
			break;
		value += (*params - '0') * scale;
		scale /= 10;
	}
	return value > QUALITY_MAX ? QUALITY_MAX : value;
}

unsigned language_accepted(const struct conf *conf, const char *header)
{
	unsigned best = 0;
	int best_quality = 0;

	while (header != NULL && *header != '\0') {
		size_t whole, len;
		int language, quality;

		header += strspn(header, ", \t");
		whole = strcspn(header, ",");
		len = strcspn(header, ",; \t");
		language = language_of_range(conf, header, len);
		quality = quality_of(header + len, header + whole);
		if (language >= 0 && quality > best_quality) {
			best = (unsigned)language;
			best_quality = quality;
		}
		header += whole;
	}
	return best;
}

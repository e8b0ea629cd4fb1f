/* The words for the names in www/publish, and which of them are lists. */
#include "ctl/publish_name.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	bool list;
} names[PUBLISH_NAME__MAX] = {
    [PUBLISH_NAME_LANG] = {"lang", false},
    [PUBLISH_NAME_PACK] = {"pack", false},
    [PUBLISH_NAME_VERSION] = {"version", false},
    [PUBLISH_NAME_LICENCE] = {"licence", false},
    [PUBLISH_NAME_SITE] = {"site", false},
    [PUBLISH_NAME_WEEK] = {"week", false},
    [PUBLISH_NAME_WEEK_TEXT] = {"week_text", false},
    [PUBLISH_NAME_CHECKED] = {"checked", false},
    [PUBLISH_NAME_ADDRESS] = {"address", false},
    [PUBLISH_NAME_ID] = {"id", false},
    [PUBLISH_NAME_TAG] = {"tag", false},
    [PUBLISH_NAME_UPDATED] = {"updated", false},
    [PUBLISH_NAME_TITLE] = {"title", false},
    [PUBLISH_NAME_TITLE_SIZE] = {"title_size", false},
    [PUBLISH_NAME_BODY] = {"body", false},
    [PUBLISH_NAME_BODY_SIZE] = {"body_size", false},
    [PUBLISH_NAME_SOURCE] = {"source", false},
    [PUBLISH_NAME_TOPIC] = {"topic", false},
    [PUBLISH_NAME_LINES] = {"lines", true},
    [PUBLISH_NAME_NUMBER] = {"number", false},
    [PUBLISH_NAME_TEXT] = {"text", false},
    [PUBLISH_NAME_QUESTIONS] = {"questions", true},
    [PUBLISH_NAME_STEM] = {"stem", false},
    [PUBLISH_NAME_OPTIONS] = {"options", true},
    [PUBLISH_NAME_LETTER] = {"letter", false},
    [PUBLISH_NAME_RIGHT] = {"right", true},
    [PUBLISH_NAME_RIGHT_TEXT] = {"right_text", false},
    [PUBLISH_NAME_WHY] = {"why", false},
    [PUBLISH_NAME_CONTACTS] = {"contacts", true},
    [PUBLISH_NAME_NUMBERS] = {"numbers", true},
    [PUBLISH_NAME_SITES] = {"sites", true},
    [PUBLISH_NAME_NAME] = {"name", false},
    [PUBLISH_NAME_NETWORK] = {"network", false},
    [PUBLISH_NAME_NETWORK_SIZE] = {"network_size", false},
    [PUBLISH_NAME_COPIES] = {"copies", true},
    [PUBLISH_NAME_QR] = {"qr", true},
    [PUBLISH_NAME_QR_SIZE] = {"qr_size", false},
    [PUBLISH_NAME_QR_PATH] = {"qr_path", false},
    [PUBLISH_NAME_ENTRIES] = {"entries", true},
    [PUBLISH_NAME_LANGUAGES] = {"languages", true},
    [PUBLISH_NAME_CODE] = {"code", false},
    [PUBLISH_NAME_EMBED] = {"embed", false},
    [PUBLISH_NAME_RADIO] = {"radio", true},
    [PUBLISH_NAME_AUDIENCES] = {"audiences", true},
    [PUBLISH_NAME_LESSONS] = {"lessons", true},
};

const char *publish_name_text(enum publish_name name)
{
	return names[name].name;
}

bool publish_name_known(const char *name, bool section)
{
	for (size_t i = 0; i < PUBLISH_NAME__MAX; i++)
		if (strcmp(names[i].name, name) == 0)
			return section || !names[i].list;
	return false;
}

/*
 * The words for the names that templates may use, and whether each has a text. Nothing
 * here knows what a page shows.
 */
#include "common/page_name.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	bool section; /* has no text */
} names[PAGE_NAME__MAX] = {
    [PAGE_NAME_LANG] = {"lang", false},
    [PAGE_NAME_SITE] = {"site", false},
    [PAGE_NAME_TITLE] = {"title", false},
    [PAGE_NAME_TOKEN] = {"token", false},
    [PAGE_NAME_NONCE] = {"nonce", false},
    [PAGE_NAME_LANGUAGES] = {"languages", true},
    [PAGE_NAME_CODE] = {"code", false},
    [PAGE_NAME_NAME] = {"name", false},
    [PAGE_NAME_CURRENT] = {"current", true},
    [PAGE_NAME_FIRST] = {"first", true},
    [PAGE_NAME_EXPRESS] = {"express", true},
    [PAGE_NAME_NOTED] = {"noted", true},
    [PAGE_NAME_PROGRESS] = {"progress", false},
    [PAGE_NAME_STEPS] = {"steps", true},
    [PAGE_NAME_REACHED] = {"reached", true},
    [PAGE_NAME_LESSON] = {"lesson", true},
    [PAGE_NAME_LESSON_TITLE] = {"lesson_title", false},
    [PAGE_NAME_LESSON_BODY] = {"lesson_body", false},
    [PAGE_NAME_QUESTION] = {"question", true},
    [PAGE_NAME_STEM] = {"stem", false},
    [PAGE_NAME_OPTIONS] = {"options", true},
    [PAGE_NAME_LETTER] = {"letter", false},
    [PAGE_NAME_TEXT] = {"text", false},
    [PAGE_NAME_ANSWERS] = {"answers", true},
    [PAGE_NAME_EARLIER] = {"earlier", true},
    [PAGE_NAME_ANSWER_PROGRESS] = {"answer_progress", false},
    [PAGE_NAME_ANSWER_STEM] = {"answer_stem", false},
    [PAGE_NAME_RIGHT] = {"right", true},
    [PAGE_NAME_CHOSEN_TEXT] = {"chosen_text", false},
    [PAGE_NAME_RIGHT_TEXT] = {"right_text", false},
    [PAGE_NAME_WHY] = {"why", false},
    [PAGE_NAME_SCORE] = {"score", false},
    [PAGE_NAME_TIME_LEFT] = {"time_left", false},
    [PAGE_NAME_RENEW_TEXT] = {"renew_text", false},
    [PAGE_NAME_SPARE_TEXT] = {"spare_text", false},
    [PAGE_NAME_AUDIENCES] = {"audiences", true},
    [PAGE_NAME_KNOWN] = {"known", true},
    [PAGE_NAME_LATER] = {"later", true},
    [PAGE_NAME_LATER_TEXT] = {"later_text", false},
    [PAGE_NAME_REVIEW] = {"review", true},
    [PAGE_NAME_OTHER] = {"other", true},
    [PAGE_NAME_RETRY] = {"retry", true},
    [PAGE_NAME_RETRIED] = {"retried", true},
    [PAGE_NAME_OFFER_RETRY] = {"offer_retry", true},
    [PAGE_NAME_OFFLINE] = {"offline", true},
    [PAGE_NAME_SOURCE] = {"source", false},
    [PAGE_NAME_LESSON_SOURCE] = {"lesson_source", false},
    [PAGE_NAME_EMERGENCIES] = {"emergencies", true},
    [PAGE_NAME_REPORTS] = {"reports", true},
    [PAGE_NAME_NUMBER] = {"number", false},
    [PAGE_NAME_ADDRESS] = {"address", false},
    [PAGE_NAME_NOTICE_TITLE] = {"notice_title", false},
    [PAGE_NAME_NOTICE_TEXT] = {"notice_text", false},
    [PAGE_NAME_SHARED] = {"shared", true},
    [PAGE_NAME_PORTAL] = {"portal", false},
};

const char *page_name_text(enum page_name name)
{
	return names[name].name;
}

bool page_knows(const char *name, bool section)
{
	for (size_t i = 0; i < PAGE_NAME__MAX; i++)
		if (strcmp(names[i].name, name) == 0)
			return section || !names[i].section;
	return false;
}

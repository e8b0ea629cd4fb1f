/*
 * The addresses of the preview's pages: /LANG/ID/NAME, the same each time, so that an
 * editor can bookmark one. Pure.
 *
 *   /vi/                         what there is in this language
 *   /vi/online, /vi/online-always, /vi/online-shared, /vi/ending
 *                                at a computer that many people use; in a release's last minutes
 *   /vi/try_again/notice         each notice by its name
 *   /vi/citizen/later, /vi/citizen/known
 *                                an audience's first page, "later" offered; for a device
 *                                that has learned here before
 *   /vi/CIT-OTP/return           a lesson once more, for who was asked a short while ago
 *   /vi/CIT-OTP-A/pre, post, review, express, retry, last-retry
 *                                a question before its lesson, with it, about an earlier
 *                                lesson, in express, tried again after question 2 or 3
 *   /vi/CIT-OTP-A/right, wrong-b, review-right, review-wrong-b, ...
 *                                what comes after an answer to it
 */
#ifndef CTL_PREVIEW_URL_H
#define CTL_PREVIEW_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/lesson.h"

enum preview_kind {
	PREVIEW_INDEX,
	PREVIEW_ONLINE,
	PREVIEW_ALWAYS,
	PREVIEW_SHARED,
	PREVIEW_OFFLINE,
	PREVIEW_ENDING,
	PREVIEW_NOTICE,
	PREVIEW_LATER,
	PREVIEW_KNOWN,
	PREVIEW_QUESTION_OFFLINE,
	PREVIEW_RETURN,
	PREVIEW_PRE,
	PREVIEW_POST,
	PREVIEW_REVIEW,
	PREVIEW_EXPRESS,
	PREVIEW_RETRY,
	PREVIEW_LAST_RETRY,
	PREVIEW_POST_ANSWERED,
	PREVIEW_REVIEW_ANSWERED,
	PREVIEW_EXPRESS_ANSWERED,
	PREVIEW_RETRY_ANSWERED,
	PREVIEW_LAST_RETRY_ANSWERED,
	PREVIEW__MAX
};

struct preview_place {
	enum preview_kind kind;
	size_t language; /* index in the configuration */
	size_t item;	 /* index of the kind's notice, audience, lesson or question; else 0 */
	uint8_t chosen;	 /* the ANSWERED kinds: the option, in the structure's order; else 0 */
};

enum { PREVIEW_URL_SIZE = CONF_LANGUAGE_SIZE + LESSON_ID_SIZE + 32 };

/* False: there is no such page. url is without its query. */
bool preview_url_parse(const struct conf *conf, const struct lesson_bank *bank, const char *url,
		       struct preview_place *place);

void preview_url_write(const struct conf *conf, const struct lesson_bank *bank,
		       const struct preview_place *place, char out[PREVIEW_URL_SIZE]);

/* The id of the kind's item of that index; NULL: there is none. */
const char *preview_url_id(const struct lesson_bank *bank, enum preview_kind kind, size_t item);

#endif

/*
 * The pages a visitor sees, rendered from www/portal with the bank's texts. Pure: what is
 * shown depends on struct page alone. Every text comes from the content pack.
 */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/lesson.h"
#include "common/report.h"

enum { PAGE_SIZE_MAX = 14 * 1024, PAGE_TOKEN_SIZE = 33 };

enum page_kind {
	PAGE_QUESTION,	  /* a question; before it the lesson, or the explained last answer */
	PAGE_ACKNOWLEDGE, /* the last answer explained, the score, the button */
	PAGE_RETURN,	  /* asked a short while ago: its lesson once more, and the button */
	PAGE_ONLINE,	  /* released: minutes left */
	PAGE_ENDING,	  /* released, the last minutes: one more lesson, or later */
	PAGE_NOTICE,	  /* something did not work: page.notice says what, what to do */
};

/* Each is a pair of sentences in the pack: ui "notice_NAME_title" and "notice_NAME_text". */
enum page_notice {
	PAGE_TRY_AGAIN,	  /* try_again: full disk, full set, full table; nothing is lost */
	PAGE_NOT_HERE,	  /* not_here: this device is not on the Wi-Fi, nothing to open */
	PAGE_BAD_REQUEST, /* bad_request: we did not understand */
	PAGE_STALE,	  /* stale: this form is from an earlier visit, begin again */
	PAGE_TOO_MUCH,	  /* too_much: request too large */
	PAGE_ENDED,	  /* ended: the session at a shared computer is over */
	PAGE_STILL_ON,	  /* still_on: it could not be ended, to be tried again */
	PAGE_NOTICE__MAX
};

/* What the last question is about. */
enum page_review {
	PAGE_REVIEW_NONE,
	PAGE_REVIEW_EARLIER, /* an objective of an earlier visit */
	PAGE_REVIEW_OTHER,   /* one that was not taught here yet */
};

struct page_answer {
	const struct lesson_question *question;
	uint8_t chosen; /* index in the structure's order */
};

struct page {
	enum page_kind kind;
	size_t language;     /* index in the configuration */
	size_t audience;     /* index in the bank */
	bool choose;	     /* the audience can be chosen here */
	bool known;	     /* the device is remembered: "welcome back" */
	uint32_t later_seconds; /* "later" is offered here, for so long; 0: it is not */
	int32_t today;	     /* days since 1970; 0: unknown. Old contacts are not shown */
	const char *token;   /* hidden in every form */
	unsigned number;     /* of the question shown, from 1 */
	unsigned total;	     /* of questions in this visit: 3, or 1 in express */
	const struct lesson_question *question;
	uint8_t order[LESSON_OPTIONS_MAX]; /* display position -> option */
	enum page_review review;	   /* of question 3 */
	const struct lesson *lesson;	   /* shown above the question, or NULL */
	bool noted;			   /* "your answer is noted", no key yet */
	const struct page_answer *answers; /* to explain, in this order */
	size_t answer_count;
	bool retry;	 /* question is the sibling of the last answer, and is not counted */
	bool retried;	 /* answers are the retry's, the last of them */
	bool offer_retry; /* a similar question can be tried */
	bool offline;	 /* this place has no internet now: the page says so */
	const char *nonce;		   /* of the page's style element, for the CSP */
	unsigned right;			   /* score: right of total */
	uint32_t seconds_left;		   /* PAGE_ONLINE, PAGE_ENDING */
	uint32_t more_seconds;		   /* PAGE_ENDING: what one more lesson gives */
	bool shared;	     /* PAGE_ONLINE: with the button that ends the session */
	const char *portal;  /* ... and what to type to see it again: "10.0.0.1:2080" */
	enum page_notice notice;	   /* PAGE_NOTICE */
};

struct page_set;

/* Loads and checks every template. NULL when report has counted an error. */
struct page_set *page_load(const struct conf *conf, const struct lesson_bank *bank,
			   struct report *report);
void page_free(struct page_set *set); /* accepts NULL */

/* Writes the page; returns its length, at most size, or 0 when it does not fit. */
size_t page_render(const struct page_set *set, const struct page *page, char *out, size_t size);

#endif

/*
 * The names that page.c fills in and that templates may use, documented for operators at
 * the top of www/portal/question.html. For page.c and page_load.c alone.
 */
#ifndef COMMON_PAGE_NAME_H
#define COMMON_PAGE_NAME_H

#include <stdbool.h>

/* Every name a template may use besides ui.NAME. */
enum page_name {
	PAGE_NAME_LANG,
	PAGE_NAME_SITE,
	PAGE_NAME_TITLE,
	PAGE_NAME_TOKEN,
	PAGE_NAME_NONCE,
	PAGE_NAME_LANGUAGES,
	PAGE_NAME_CODE,
	PAGE_NAME_NAME,
	PAGE_NAME_CURRENT,
	PAGE_NAME_FIRST,
	PAGE_NAME_EXPRESS,
	PAGE_NAME_NOTED,
	PAGE_NAME_PROGRESS,
	PAGE_NAME_STEPS,
	PAGE_NAME_REACHED,
	PAGE_NAME_LESSON,
	PAGE_NAME_LESSON_TITLE,
	PAGE_NAME_LESSON_BODY,
	PAGE_NAME_QUESTION,
	PAGE_NAME_STEM,
	PAGE_NAME_OPTIONS,
	PAGE_NAME_LETTER,
	PAGE_NAME_TEXT,
	PAGE_NAME_ANSWERS,
	PAGE_NAME_EARLIER,
	PAGE_NAME_ANSWER_PROGRESS,
	PAGE_NAME_ANSWER_STEM,
	PAGE_NAME_RIGHT,
	PAGE_NAME_CHOSEN_TEXT,
	PAGE_NAME_RIGHT_TEXT,
	PAGE_NAME_WHY,
	PAGE_NAME_SCORE,
	PAGE_NAME_TIME_LEFT,
	PAGE_NAME_NOTICE_TITLE,
	PAGE_NAME_NOTICE_TEXT,
	PAGE_NAME__MAX
};

/* As it is written in a template. */
const char *page_name_text(enum page_name name);

/* Does a page fill in that name? As a section every name can be used, a variable needs a text. */
bool page_knows(const char *name, bool section);

#endif

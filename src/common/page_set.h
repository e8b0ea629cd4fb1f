/*
 * The loaded pages, shared by page_load.c (loads and checks them) and page.c (renders
 * them) and by nobody else.
 */
#ifndef COMMON_PAGE_SET_H
#define COMMON_PAGE_SET_H

#include "common/template.h"
#include "common/page.h"

enum {
	PAGE_KIND__MAX = PAGE_NOTICE + 1,
	PAGE_SENTENCE_MAX = 160, /* bytes of a sentence with {n}, {m} or {time} in it */
};

struct page_set {
	struct template *templates[PAGE_KIND__MAX];
	const struct lesson_bank *bank; /* borrowed */
	char site[CONF_TEXT_SIZE];
	char languages[CONF_LANGUAGES_MAX][CONF_LANGUAGE_SIZE];
	size_t language_count;
};

/* The stem of the notice's pair of sentences: "try_again". */
const char *page_notice_name(enum page_notice notice);

#endif

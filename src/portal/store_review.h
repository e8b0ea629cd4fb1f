/*
 * The keys of pseudonyms and what is remembered under them, read at start.
 */
#ifndef PORTAL_STORE_REVIEW_H
#define PORTAL_STORE_REVIEW_H

#include "portal/store_book.h"

/* As store_keys and store_reviews. The callback must not use the book. */
void store_review_keys(struct store_book *book,
		       void (*each)(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM]),
		       void *arg);
/* names: what the objectives are named in; the book's own. */
void store_review_each(struct store_book *book, struct store_names *names,
		       void (*each)(void *arg, const struct store_review *review), void *arg);

#endif

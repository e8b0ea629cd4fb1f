/*
 * One POST over HTTPS at a time, on a connection that is kept for the next. The server's
 * certificate is always verified; no redirect is followed; nothing but https is spoken.
 */
#ifndef REPORT_POST_H
#define REPORT_POST_H

#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "report/answer.h"
#include "report/key.h"
#include "report/problem.h"

struct post;

struct post_answer {
	long status;	     /* HTTP's */
	int64_t date;	     /* the server's clock; 0: it has not said */
	int64_t retry_after; /* seconds; 0: it has not said */
	size_t size;
	char body[ANSWER_BYTES_MAX];
};

/* NULL with a problem. */
struct post *post_open(const struct conf *conf, struct problem *problem);
void post_close(struct post *post);

/*
 * To url (report.url or of the key, without a slash at its end) with path behind it, signed
 * unless key is NULL. 0 when a whole answer has come, whatever it says, in *answer, which
 * lives until the next; else -1 with a problem, and nobody knows what has arrived.
 */
int post_send(struct post *post, const char *url, const char *path, const struct key *key,
	      const char *body, const struct post_answer **answer, struct problem *problem);

/* What an answer means that is not one of the expected ones: -1. */
int post_unexpected(const struct post_answer *answer, struct problem *problem);

#endif

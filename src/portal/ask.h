/*
 * Portal's side of the conversation with gate (common/msg.h): questions go out in order,
 * answers come back in order, and each calls back whoever asked.
 */
#ifndef PORTAL_ASK_H
#define PORTAL_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/msg.h"

typedef void ask_answer(void *arg, const struct msg *answer);

struct ask;

/* Room for max questions under way or waiting. NULL with errno when memory is out. */
struct ask *ask_open(int fd, size_t max);
void ask_close(struct ask *ask); /* accepts NULL */

/*
 * Says HELLO and waits for the answer; `count` releases are going to be replayed. 0, or -1
 * when gate does not answer as it should (errno) .
 */
int ask_hello(struct ask *ask, uint32_t count);

/*
 * Queues a question; type and fields are the caller's, id is set here. False when there
 * is no room. `answer` is called from ask_read, once.
 */
bool ask_put(struct ask *ask, const struct msg *question, ask_answer *answer, void *arg);

/* Calls back, from ask_read, when gate says that word of its own: MSG_RELOAD, ... */
void ask_on_word(struct ask *ask, enum msg_type word, ask_answer *call, void *arg);

/* Sends what may be sent. 0, or -1 with errno when gate is gone. */
int ask_send(struct ask *ask);
/* Reads all answers that are there. 0, or -1 with errno when gate is gone or answers
 * something that was not asked. */
int ask_read(struct ask *ask);
/* Poll it for reading. */
int ask_fd(const struct ask *ask);
/* Questions that have no answer yet. */
size_t ask_pending(const struct ask *ask);

#endif

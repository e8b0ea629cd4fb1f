/*
 * The session at a computer that many people use: the page "you are online" has a button
 * that ends it, so that the next person meets the gate. For flow.c.
 *
 * Whoever makes a browser there send that form from another site does not know its token:
 * it is keyed with a secret of this start, over the device and its release.
 */
#ifndef PORTAL_SESSION_H
#define PORTAL_SESSION_H

#include <stdbool.h>

#include "portal/portal.h"
#include "portal/request.h"

/* Where the device's zone is shared: offers the button on the page "you are online". */
void session_page(const struct portal *portal, const struct request *request, struct reply *reply);

/* The button of a released device. True: reply is filled. False: its end is being stored
 * and asked of gate, and the request waits; flow_outcome has the answer. */
bool session_end(struct portal *portal, struct request *request, struct reply *reply);

/* A held device asks for the page that says it, or has pressed the button twice. */
void session_ended(const struct portal *portal, const struct request *request, struct reply *reply);

#endif

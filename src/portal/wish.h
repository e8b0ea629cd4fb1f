/*
 * What somebody asks for beside the way of a visitor: an operator releases or revokes a
 * device, a person at a shared computer ends the session. Stored first, then asked of
 * gate, then told; a device whose release is just being stored has to wait for that.
 */
#ifndef PORTAL_WISH_H
#define PORTAL_WISH_H

#include <stdbool.h>

#include "portal/portal.h"

/* At a time: one for each client of the control socket, and those of people. */
enum { WISHES_OPERATOR = 8, WISHES_PEOPLE = 64 };

struct wish_outcome {
	enum msg_status status;
	struct ether mac;
	uint32_t seconds; /* released: for so long; ended: so much was left of it; or 0 */
	bool trusted;	  /* never held: there was nothing to end */
};

typedef void wish_done(void *arg, const struct wish_outcome *outcome);

/* False: busy, done will not be called. */
bool wish_release(struct portal *portal, const struct ether *mac, wish_done *done, void *arg);
bool wish_revoke(struct portal *portal, const struct ether *mac, wish_done *done, void *arg);
/* Revokes the device that a MSG_FIND names: the one that has this address now, or that MAC,
 * here or not. */
bool wish_end(struct portal *portal, const struct msg *find, wish_done *done, void *arg);

/* Writes the MSG_FIND for "10.0.0.5", "fd00::5" or "02:00:5e:00:00:01"; false: it is none. */
bool wish_names(const char *text, struct msg *find);

/* The store is done with a wish's job: its tag is not 0. */
void wish_stored(struct portal *portal, const struct store_job *job);

/* Is a release of that device on its way? */
bool wish_releases(const struct ether *mac);

#endif

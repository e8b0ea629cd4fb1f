/* The pack's radio scripts: whether there is one, and what it says. */
#ifndef CTL_PUBLISH_RADIO_H
#define CTL_PUBLISH_RADIO_H

#include "ctl/publish.h"

/* Has the pack that script in the language? Not every language is read aloud. */
bool publish_radio_is(const struct publish *publish, size_t language,
		      const struct lesson_radio *radio);

/*
 * Its title, which the caller frees, and *script, within the same memory. NULL: why has
 * been logged.
 */
char *publish_radio_read(const struct publish *publish, size_t language,
			 const struct lesson_radio *radio, const char **script);

#endif

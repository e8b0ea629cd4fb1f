/*
 * A JSON object whose values are texts, as enrolment and rotation have it: small enough to
 * be read here. Reports are read by the database alone.
 */
#ifndef COLLECT_FLAT_H
#define COLLECT_FLAT_H

#include <stdbool.h>
#include <stddef.h>

/* One field that is looked for; size bytes of room in out, the NUL included. */
struct flat_field {
	const char *name;
	char *out;
	size_t size;
};

/*
 * Fills every field. False when body is no such object, has an escape in it, or a field is
 * missing, there twice, or too long. Other fields may be there, if not lists or objects. Pure.
 */
bool flat_read(const char *body, const struct flat_field *fields, size_t count);

#endif

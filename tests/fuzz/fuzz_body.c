/*
 * fuzz: collect/body collect/flat collect/code
 * libs: -lsodium
 * A body of a stranger: looked at as bytes, as a small object, and its texts as a code.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "collect/body.h"
#include "collect/code.h"
#include "collect/flat.h"

static void read_object(const char *body)
{
	char code[32], instance[33], again[CODE_SIZE], read[CODE_SIZE];
	const struct flat_field fields[] = {{"code", code, sizeof(code)},
					    {"instance", instance, sizeof(instance)}};

	if (!flat_read(body, fields, 2))
		return;
	FUZZ_CHECK(strlen(code) < sizeof(code) && strlen(instance) < sizeof(instance));
	FUZZ_CHECK(strchr(code, '"') == NULL && strchr(code, '\\') == NULL);
	if (code_read(code, read)) {
		FUZZ_CHECK(strlen(read) == CODE_SIZE - 1);
		FUZZ_CHECK(code_read(read, again) && strcmp(read, again) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = malloc(size + 1);

	if (body == NULL)
		return 0;
	memcpy(body, data, size);
	body[size] = '\0';
	if (body_wrong(body, size) == NULL) {
		FUZZ_CHECK(strlen(body) == size);
		read_object(body);
	}
	free(body);
	return 0;
}

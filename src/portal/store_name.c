/* Texts by number, for the store's jobs; see store_name.h. Must never move a text. */
#include "portal/store_name.h"

#include <stdlib.h>
#include <string.h>

enum { INDEX_SIZE = 2 * STORE_NAMES_MAX };

_Static_assert(STORE_NAMES_MAX < UINT16_MAX, "a name is of 16 bits");
_Static_assert((INDEX_SIZE & (INDEX_SIZE - 1)) == 0, "the hash is masked");

/* FNV-1a */
static uint32_t name_hash(const char *text)
{
	uint32_t hash = 2166136261;

	while (*text != '\0')
		hash = (hash ^ (unsigned char)*text++) * 16777619;
	return hash;
}

/* Where the text's name is, or would be. */
static uint16_t *name_slot(struct store_names *names, const char *text)
{
	uint32_t at = name_hash(text) & (INDEX_SIZE - 1);

	while (names->index[at] != 0 && strcmp(names->texts[names->index[at] - 1], text) != 0)
		at = (at + 1) & (INDEX_SIZE - 1);
	return &names->index[at];
}

uint16_t store_names_of(struct store_names *names, const char *text)
{
	uint16_t *slot = name_slot(names, text);
	char *copy;

	if (*slot != 0 || names->count == STORE_NAMES_MAX)
		return *slot;
	copy = strdup(text);
	if (copy == NULL)
		return 0;
	names->texts[names->count++] = copy;
	*slot = names->count;
	return *slot;
}

const char *store_names_text(const struct store_names *names, uint16_t name)
{
	const char *text = name > 0 && name <= STORE_NAMES_MAX ? names->texts[name - 1] : NULL;

	return text != NULL ? text : "";
}

void store_names_free(struct store_names *names)
{
	for (uint16_t i = 0; i < names->count; i++)
		free(names->texts[i]);
}

/*
 * The preview's own pages, from www/preview: the index of all pages, the mistakes of a
 * broken pack, and "no such page". Their English is for editors and lives in the templates.
 */
#ifndef CTL_PREVIEW_OWN_H
#define CTL_PREVIEW_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/report.h"
#include "common/template.h"
#include "ctl/preview_pack.h"

struct preview_own {
	struct template *index, *broken, *missing;
};

/* False: report has counted an error. */
bool preview_own_open(struct preview_own *own, const char *folder, struct report *report);
void preview_own_close(struct preview_own *own);

/* Each returns the page, for the caller to free, and its size; NULL: no memory. */
char *preview_own_index(const struct preview_own *own, const struct preview_pack *pack,
			size_t language, const char *nonce, size_t *size);
char *preview_own_broken(const struct preview_own *own, const struct preview_pack *pack,
			 const char *nonce, size_t *size);
char *preview_own_missing(const struct preview_own *own, const char *nonce, size_t *size);

#endif

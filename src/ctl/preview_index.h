/* What the preview's index template is filled with: everything that a pack shows in one
 * language, as nested lists. */
#ifndef CTL_PREVIEW_INDEX_H
#define CTL_PREVIEW_INDEX_H

#include <stddef.h>

#include "common/template.h"
#include "ctl/preview_pack.h"

struct preview_index;

/* Borrows from pack and nonce. NULL: no memory. */
struct preview_index *preview_index_new(const struct preview_pack *pack, size_t language,
					const char *nonce);
const struct template_scope *preview_index_root(const struct preview_index *index);
void preview_index_free(struct preview_index *index); /* accepts NULL */

#endif

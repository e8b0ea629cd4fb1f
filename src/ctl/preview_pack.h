/*
 * The pack that the preview shows, read anew when a file of it has changed. A broken one
 * is never covered up by the one before it.
 */
#ifndef CTL_PREVIEW_PACK_H
#define CTL_PREVIEW_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/lesson.h"
#include "common/page.h"
#include "common/template.h"

struct preview_pack {
	const char *file;	  /* the configuration */
	const char *folder;	  /* of the pack; NULL: the configuration's */
	struct conf conf;	  /* by content_conf, before the first refresh */
	struct lesson_bank *bank; /* NULL: the pack is broken */
	struct page_set *pages;	  /* likewise */
	/* Mistakes and warnings, each a scope with one value, "line". */
	struct template_scope *lines;
	size_t line_count;
	char *messages; /* their text */
	uint64_t mark;	/* of the files that were read */
};

/* Looks at the files' times and, when one has changed, reads everything again. */
void preview_pack_refresh(struct preview_pack *pack);
void preview_pack_close(struct preview_pack *pack);

#endif

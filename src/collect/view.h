/*
 * What a template is filled with, built up piece by piece: values, and lists of more of
 * them. All of it is one arena's, and goes with it.
 */
#ifndef COLLECT_VIEW_H
#define COLLECT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "common/template.h"

struct view_arena;
struct view;

/* NULL: memory is out. Out of memory later is remembered: view_render then says so. */
struct view_arena *view_open(void);
void view_close(struct view_arena *arena); /* accepts NULL */
struct view *view_root(struct view_arena *arena);

/* A copy, which lives as long as the arena; never NULL. */
const char *view_copy(struct view_arena *arena, const char *text);
const char *view_format(struct view_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* text lives as long as the arena. NULL and "" are nothing: an inverted section shows. */
void view_put(struct view *view, const char *name, const char *text);
void view_put_if(struct view *view, const char *name, bool is);
/* One more of a list; the lists of one name stand together. */
struct view *view_add(struct view *view, const char *name);
struct view_arena *view_arena_of(const struct view *view);

/* Renders into memory of its own; NULL: it is out, or the page is beyond all measure. */
char *view_render(struct view_arena *arena, const struct template *template,
		  template_lookup *fallback, const void *arg, size_t *length);

#endif

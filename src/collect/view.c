/* Trees of values in an arena, turned into the flat scopes of template.h. */
#include "collect/view.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SIZE = 64 * 1024,
	RENDER_FIRST = 64 * 1024,
	RENDER_MAX = 32 * 1024 * 1024,
};

struct block {
	struct block *older;
	size_t used, size;
	max_align_t bytes[];
};

/* A name with a text, or with a list of views. */
struct entry {
	struct entry *next;
	const char *name, *text;
	struct view *first, *last;
	size_t count;
};

struct view {
	struct view *next; /* in its list */
	struct view_arena *arena;
	struct entry *first, *last;
	size_t count;
};

struct view_arena {
	struct block *block;
	struct view *root;
	bool out;	   /* of memory */
	struct view spare; /* what is written to then */
};

static void *take(struct view_arena *arena, size_t size)
{
	struct block *block = arena->block;
	void *bytes;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (block == NULL || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = calloc(1, sizeof(*block) + room);
		if (block == NULL) {
			arena->out = true;
			return NULL;
		}
		block->size = room;
		block->older = arena->block;
		arena->block = block;
	}
	bytes = (char *)block->bytes + block->used;
	block->used += size;
	return bytes;
}

struct view_arena *view_open(void)
{
	struct view_arena *arena = calloc(1, sizeof(*arena));

	if (arena == NULL)
		return NULL;
	arena->spare.arena = arena;
	arena->root = take(arena, sizeof(*arena->root));
	if (arena->root == NULL) {
		free(arena);
		return NULL;
	}
	arena->root->arena = arena;
	return arena;
}

void view_close(struct view_arena *arena)
{
	struct block *older;

	if (arena == NULL)
		return;
	for (struct block *block = arena->block; block != NULL; block = older) {
		older = block->older;
		free(block);
	}
	free(arena);
}

struct view *view_root(struct view_arena *arena)
{
	return arena->root;
}

struct view_arena *view_arena_of(const struct view *view)
{
	return view->arena;
}

const char *view_copy(struct view_arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(arena, size);

	if (copy == NULL)
		return "";
	memcpy(copy, text, size);
	return copy;
}

const char *view_format(struct view_arena *arena, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return view_copy(arena, text);
}

static struct entry *entry_add(struct view *view, const char *name)
{
	struct entry *entry = take(view->arena, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->name = name;
	if (view->last != NULL)
		view->last->next = entry;
	else
		view->first = entry;
	view->last = entry;
	view->count++;
	return entry;
}

void view_put(struct view *view, const char *name, const char *text)
{
	struct entry *entry = entry_add(view, name);

	if (entry != NULL)
		entry->text = text;
}

void view_put_if(struct view *view, const char *name, bool is)
{
	view_put(view, name, is ? "1" : "");
}

static struct entry *entry_of(struct view *view, const char *name)
{
	/* Lists are made one after the other: it is the last entry, or there is none. */
	for (struct entry *entry = view->first; entry != NULL; entry = entry->next)
		if (strcmp(entry->name, name) == 0)
			return entry;
	return entry_add(view, name);
}

struct view *view_add(struct view *view, const char *name)
{
	struct entry *entry = entry_of(view, name);
	struct view *inner = take(view->arena, sizeof(*inner));

	if (entry == NULL || inner == NULL)
		return &view->arena->spare;
	inner->arena = view->arena;
	if (entry->last != NULL)
		entry->last->next = inner;
	else
		entry->first = inner;
	entry->last = inner;
	entry->count++;
	return inner;
}

static bool flatten(const struct view *view, struct template_scope *out)
{
	struct template_value *values = take(view->arena, view->count * sizeof(*values) + 1);
	size_t i = 0;

	if (values == NULL)
		return false;
	for (const struct entry *entry = view->first; entry != NULL; entry = entry->next, i++) {
		struct template_scope *scopes = NULL;
		size_t n = 0;

		if (entry->count > 0) {
			scopes = take(view->arena, entry->count * sizeof(*scopes));
			if (scopes == NULL)
				return false;
		}
		for (const struct view *inner = entry->first; inner != NULL; inner = inner->next)
			if (!flatten(inner, &scopes[n++]))
				return false;
		values[i] = (struct template_value){entry->name, entry->text, scopes, n};
	}
	*out = (struct template_scope){values, i};
	return true;
}

char *view_render(struct view_arena *arena, const struct template *template,
		  template_lookup *fallback, const void *arg, size_t *length)
{
	struct template_scope root;

	if (!flatten(arena->root, &root) || arena->out)
		return NULL;
	for (size_t size = RENDER_FIRST; size <= RENDER_MAX; size *= 2) {
		char *text = malloc(size);

		if (text == NULL)
			return NULL;
		*length = template_render(template, &root, fallback, arg, text, size);
		if (*length > 0)
			return text;
		free(text);
	}
	return NULL;
}

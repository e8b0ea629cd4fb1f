/* The officer's page "run the collection": sentences alone, one list of steps after another. */
#include "collect/web.h"

#include <stdio.h>

enum { PARTS_MAX = 8, STEPS_MAX = 9 };

/* help_1, with help_1_1, help_1_2 ...: as many as the language's file has. */
static void add_part(struct web *web, struct view *view, int part)
{
	const char *name = view_format(web->arena, "help_%d", part);
	struct view *one;

	if (!words_have(name))
		return;
	one = view_add(view, "parts");
	view_put(one, "heading", web_word(web, name));
	for (int step = 1; step <= STEPS_MAX; step++) {
		name = view_format(web->arena, "help_%d_%d", part, step);
		if (words_have(name))
			view_put(view_add(one, "steps"), "step", web_word(web, name));
	}
}

void web_help_begin(struct web *web)
{
	struct view *view = web_view(web);

	if (view == NULL)
		return;
	view_put(view, "title", web_word(web, "nav_help"));
	web_around(web, view);
	for (int part = 1; part <= PARTS_MAX; part++)
		add_part(web, view, part);
	web_render(web, WEB_HELP);
}

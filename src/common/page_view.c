/*
 * Values and sentences for a page that is being rendered; see page_view.h. Nothing here
 * knows what a page is about.
 */
#include "common/page_view.h"

#include <stdio.h>
#include <string.h>

/* A section that is simply there. */
const struct template_scope page_view_here;

struct template_value page_view_text(enum page_name name, const char *text)
{
	return (struct template_value){.name = page_name_text(name), .text = text};
}

struct template_value page_view_list(enum page_name name, const struct template_scope *scopes,
				     size_t count)
{
	return (struct template_value){
	    .name = page_name_text(name), .scopes = scopes, .scope_count = count};
}

void page_view_put(struct page_view *view, struct template_value value)
{
	view->values[view->root.count++] = value;
}

void page_view_put_if(struct page_view *view, enum page_name name, bool is)
{
	page_view_put(view, page_view_list(name, &page_view_here, is ? 1 : 0));
}

const char *page_view_ui(const struct page_view *view, const char *name)
{
	const char *text = lesson_ui(view->set->bank, view->page->language, name);

	return text != NULL ? text : "";
}

/* The template's {{ui.NAME}}. */
const char *page_view_lookup(const void *arg, const char *name)
{
	return strncmp(name, "ui.", 3) == 0 ? page_view_ui(arg, name + 3) : NULL;
}

/* Writes sentence with the first mark replaced. Too long is cut; page_load refused it before. */
static void fill(char out[PAGE_VIEW_TEXT_SIZE], const char *sentence, const char *mark,
		 const char *with)
{
	const char *at = strstr(sentence, mark);

	if (at == NULL)
		snprintf(out, PAGE_VIEW_TEXT_SIZE, "%s", sentence);
	else
		snprintf(out, PAGE_VIEW_TEXT_SIZE, "%.*s%s%s", (int)(at - sentence), sentence, with,
			 at + strlen(mark));
}

static void fill_number(char out[PAGE_VIEW_TEXT_SIZE], const char *sentence, const char *mark,
			unsigned n)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", n);
	fill(out, sentence, mark, digits);
}

void page_view_fill_of(const struct page_view *view, char out[PAGE_VIEW_TEXT_SIZE],
		       const char *name, unsigned n, unsigned m)
{
	char half[PAGE_VIEW_TEXT_SIZE];

	fill_number(half, page_view_ui(view, name), "{n}", n);
	fill_number(out, half, "{m}", m);
}

static void fill_amount(const struct page_view *view, char out[PAGE_VIEW_TEXT_SIZE], unsigned n,
			const char *one, const char *many)
{
	fill_number(out, page_view_ui(view, n == 1 ? one : many), "{n}", n);
}

/* Days and hours, or hours and minutes; what is zero is left unsaid. */
void page_view_fill_time(const struct page_view *view, char out[PAGE_VIEW_TEXT_SIZE],
			 const char *sentence, uint32_t seconds)
{
	unsigned minutes = (seconds + 59) / 60;
	unsigned hours = minutes / 60;
	bool days = hours >= 48;
	unsigned big = days ? hours / 24 : hours;
	unsigned small = days ? hours % 24 : minutes % 60;
	char first[PAGE_VIEW_TEXT_SIZE] = "", second[PAGE_VIEW_TEXT_SIZE] = "",
	     both[2 * PAGE_VIEW_TEXT_SIZE];

	if (big > 0)
		fill_amount(view, first, big, days ? "days_one" : "hours_one",
			    days ? "days_many" : "hours_many");
	if (small > 0 || big == 0)
		fill_amount(view, second, small, days ? "hours_one" : "minutes_one",
			    days ? "hours_many" : "minutes_many");
	snprintf(both, sizeof(both), "%s%s%s", first, first[0] && second[0] ? " " : "", second);
	fill(out, page_view_ui(view, sentence), "{time}", both);
}

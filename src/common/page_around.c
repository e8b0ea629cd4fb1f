/*
 * What stands around a page's own matter, for page.c: in which language, for whom, whom to
 * call, how far one is.
 */
#include "common/page_view.h"

static void put_languages(struct page_view *view)
{
	size_t count = view->set->language_count;

	for (size_t i = 0; i < count; i++) {
		const char *name = lesson_ui(view->set->bank, i, "language_name");
		struct template_value *v = view->languages[i].values;

		v[0] = page_view_text(PAGE_NAME_CODE, view->set->languages[i]);
		v[1] = page_view_text(PAGE_NAME_NAME, name);
		v[2] = page_view_list(PAGE_NAME_CURRENT, &page_view_here,
				      i == view->page->language ? 1 : 0);
		view->language_scopes[i] = (struct template_scope){v, 3};
	}
	page_view_put(view, page_view_list(PAGE_NAME_LANGUAGES, view->language_scopes,
					   count > 1 ? count : 0));
}

static void put_audiences(struct page_view *view)
{
	const struct lesson_bank *bank = view->set->bank;
	size_t count = view->page->choose ? bank->audience_count : 0;

	for (size_t i = 0; i < count && i < LESSON_AUDIENCES_MAX; i++) {
		const struct lesson_audience *audience = &bank->audiences[i];
		struct template_value *v = view->audiences[i].values;

		v[0] = page_view_text(PAGE_NAME_CODE, audience->id);
		v[1] = page_view_text(PAGE_NAME_NAME, audience->names[view->page->language]);
		v[2] = page_view_list(PAGE_NAME_CURRENT, &page_view_here,
				      i == view->page->audience ? 1 : 0);
		view->audience_scopes[i] = (struct template_scope){v, 3};
	}
	page_view_put(view, page_view_list(PAGE_NAME_AUDIENCES, view->audience_scopes, count));
}

/* Those that somebody has checked not too long ago. In the bank emergencies come first. */
static void put_contacts(struct page_view *view)
{
	const struct lesson_bank *bank = view->set->bank;
	size_t emergencies = 0, count = 0;

	for (size_t i = 0; i < bank->contact_count && count < LESSON_CONTACTS_MAX; i++) {
		const struct lesson_contact *contact = &bank->contacts[i];
		struct template_value *v = view->contacts[count].values;

		if (view->page->today != 0 && view->page->today >= contact->hide_day)
			continue;
		v[0] = page_view_text(PAGE_NAME_NUMBER, contact->number);
		v[1] = page_view_text(PAGE_NAME_ADDRESS, contact->address);
		v[2] = page_view_text(PAGE_NAME_NAME, contact->names[view->page->language]);
		emergencies += contact->kind == LESSON_CONTACT_EMERGENCY;
		view->contact_scopes[count++] = (struct template_scope){v, 3};
	}
	page_view_put(view,
		      page_view_list(PAGE_NAME_EMERGENCIES, view->contact_scopes, emergencies));
	page_view_put(view, page_view_list(PAGE_NAME_REPORTS, view->contact_scopes + emergencies,
					   count - emergencies));
}

static void put_later(struct page_view *view)
{
	uint32_t seconds = view->page->later_seconds;

	page_view_put_if(view, PAGE_NAME_LATER, seconds > 0);
	if (seconds > 0)
		page_view_fill_time(view, view->later, "later_text", seconds);
	page_view_put(view, page_view_text(PAGE_NAME_LATER_TEXT, view->later));
}

static void put_progress(struct page_view *view)
{
	const struct page *page = view->page;
	size_t count = page->total;

	if (count > PAGE_VIEW_STEPS_MAX)
		count = PAGE_VIEW_STEPS_MAX;
	for (size_t i = 0; i < count; i++) {
		view->steps[i].values[0] =
		    page_view_list(PAGE_NAME_REACHED, &page_view_here, i < page->number ? 1 : 0);
		view->step_scopes[i] = (struct template_scope){view->steps[i].values, 1};
	}
	page_view_put(view,
		      page_view_list(PAGE_NAME_STEPS, view->step_scopes, count > 1 ? count : 0));
	page_view_fill_of(view, view->progress, "progress", page->number, page->total);
	page_view_put(view, page_view_text(PAGE_NAME_PROGRESS, view->progress));
}

void page_around(struct page_view *view)
{
	put_languages(view);
	put_audiences(view);
	put_contacts(view);
	put_later(view);
	put_progress(view);
}

/* Lessons, questions and contacts of the bank as values of a page. */
#ifndef CTL_PUBLISH_ITEM_H
#define CTL_PUBLISH_ITEM_H

#include "ctl/publish_view.h"

/* title, title_size, body, body_size, source, topic, and the page's picture. */
void publish_put_lesson(struct publish_view *view, struct publish_group *group,
			const struct lesson *lesson);

/* lines: the body as at most three, each with its number. */
void publish_put_lines(struct publish_view *view, struct publish_group *group, const char *body);

/* questions: stem, options, right_text, why. */
void publish_put_questions(struct publish_view *view, struct publish_group *group,
			   const struct lesson_question *const *questions, size_t count);

/*
 * contacts, when there are any: numbers and sites, those that somebody has checked lately
 * enough for the whole week that is published.
 */
void publish_put_contacts(struct publish_view *view, struct publish_group *group);
bool publish_contact_shown(const struct publish *publish, const struct lesson_contact *contact);

/* "short", "medium" or "long": for how large it may be set. */
const char *publish_size_of(const char *text, size_t short_max, size_t medium_max);

#endif

/*
 * What the parts of `congchao content publish` share: what is published, and the folder
 * that it goes into. For publish.c and its parts alone.
 */
#ifndef CTL_PUBLISH_H
#define CTL_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>

#include "common/conf.h"
#include "common/lesson.h"
#include "common/report.h"
#include "ctl/publish_week.h"

struct publish_folder;
struct publish_templates;

struct publish {
	const struct conf *conf;
	const struct lesson_bank *bank;
	const struct publish_templates *templates;
	struct publish_folder *folder;
	struct publish_week week;
	int32_t checked_day;	     /* pack.cfg's checked_on, days since 1970 */
	const struct lesson *chosen; /* the tip that --lesson asks for, or NULL */
	const char *network;	     /* for the sign; NULL: no sign */
	const char *address;	     /* where the folder will be, "https://.../"; or NULL */
};

/* A tip of the week: its lesson, and the question below it. */
struct publish_tip {
	const struct lesson *lesson;
	const struct lesson_question *question;
	struct publish_week week;
};

/*
 * The citizens' lessons take turns, week after week, and in each round each has another
 * of its questions.
 */
void publish_tip_of(const struct publish *publish, const struct publish_week *week,
		    struct publish_tip *tip);

/*
 * Each writes its files in every language: 0, or -1 when it has said on stderr which one
 * could not be written.
 */
typedef int publish_write(const struct publish *publish);
publish_write publish_widget, publish_feed, publish_radio, publish_posters, publish_sign,
    publish_cards, publish_messages, publish_index;

/* So many bytes are what an agency's portal takes for a page within its page. */
enum { PUBLISH_WIDGET_MAX = 30 * 1024 };

#endif

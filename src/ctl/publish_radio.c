/*
 * Scripts for the commune's loudspeakers, of `congchao content publish`: the pack's
 * radio/LANG/ID.txt with a line on top for the announcer. Not a word of a script is
 * changed: what is read aloud is what an editor has heard.
 */
#include "ctl/publish_radio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "ctl/publish_folder.h"
#include "ctl/publish_text.h"
#include "ctl/publish_view.h"

enum { SCRIPT_MAX = 16 * 1024, SYLLABLES_PER_MINUTE = 200, PATH_SIZE = CONF_PATH_SIZE + 96 };

static void path_of(const struct publish *publish, size_t language,
		    const struct lesson_radio *radio, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%s/radio/%s/%s.txt", publish->conf->path_content,
		 publish->conf->languages[language], radio->id);
}

/* All of an open file, ended by a NUL; NULL with errno. */
static char *file_read(int fd)
{
	char *text = malloc(SCRIPT_MAX + 2);
	size_t used = 0;
	ssize_t got = 1;

	if (text == NULL)
		fatal("no memory for a radio script");
	while (got != 0 && used <= SCRIPT_MAX) {
		got = read(fd, text + used, SCRIPT_MAX + 1 - used);
		if (got < 0 && errno != EINTR) {
			free(text);
			return NULL;
		}
		used += got > 0 ? (size_t)got : 0;
	}
	text[used] = '\0';
	if (used <= SCRIPT_MAX && strlen(text) == used)
		return text;
	free(text);
	errno = used > SCRIPT_MAX ? EFBIG : EILSEQ;
	return NULL;
}

/* The text after the title and the empty line; NULL: the file is made otherwise. */
static char *script_of(char *text)
{
	char *end = strchr(text, '\n');

	if (end == NULL || end == text || end[1] != '\n' || end[2] == '\0')
		return NULL;
	*end = '\0';
	return end + 2;
}

bool publish_radio_is(const struct publish *publish, size_t language,
		      const struct lesson_radio *radio)
{
	char path[PATH_SIZE];

	path_of(publish, language, radio, path);
	return access(path, F_OK) == 0;
}

char *publish_radio_read(const struct publish *publish, size_t language,
			 const struct lesson_radio *radio, const char **script)
{
	char path[PATH_SIZE];
	char *text;
	int fd;

	path_of(publish, language, radio, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	text = fd >= 0 ? file_read(fd) : NULL;
	if (text == NULL) {
		log_warn("%s: cannot be read, expected a text file of at most %d bytes", path,
			 SCRIPT_MAX);
	} else {
		*script = script_of(text);
		if (*script == NULL) {
			log_warnx("%s:1: expected the title, an empty line, then the script", path);
			free(text);
			text = NULL;
		}
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static const char *header_of(struct publish_view *view, const char *title, const char *script)
{
	size_t syllables = publish_text_syllables(script);
	unsigned seconds =
	    (unsigned)((syllables * 60 + SYLLABLES_PER_MINUTE / 2) / SYLLABLES_PER_MINUTE);
	const char *text = publish_ui(view, "publish_radio_header");

	text = publish_fill_number(view, text, "{s}", seconds);
	text = publish_fill(view, text, "{date}", publish_date(view, view->publish->checked_day));
	/* Last, because a title may hold what looks like a mark. */
	return publish_fill(view, text, "{title}", title);
}

static int script_write(const struct publish *publish, size_t language,
			const struct lesson_radio *radio)
{
	const char *script;
	char *text = publish_radio_read(publish, language, radio, &script);
	struct publish_view view;
	const char *bytes;
	int rc;

	if (text == NULL)
		return -1;
	publish_view_init(&view, publish, language);
	bytes = publish_print(&view, "%s\n\n%s", header_of(&view, text, script), script);
	rc = publish_folder_write(
	    publish->folder,
	    publish_print(&view, "radio/%s/%s.txt", publish->conf->languages[language], radio->id),
	    bytes, strlen(bytes));
	publish_view_free(&view);
	free(text);
	return rc;
}

int publish_radio(const struct publish *publish)
{
	const struct lesson_bank *bank = publish->bank;
	int rc = 0;

	for (size_t i = 0; i < bank->language_count; i++)
		for (size_t k = 0; k < bank->radio_count; k++)
			if (publish_radio_is(publish, i, &bank->radio[k]) &&
			    script_write(publish, i, &bank->radio[k]) < 0)
				rc = -1;
	return rc;
}

/* Reads and writes the addresses of the preview's pages, from one table. */
#include "ctl/preview_url.h"

#include <stdio.h>
#include <string.h>

#include "common/page.h"
#include "common/page_set.h"

static const char *no_id(const struct lesson_bank *bank, size_t item)
{
	(void)bank;
	return item == 0 ? "" : NULL;
}

static const char *notice_id(const struct lesson_bank *bank, size_t item)
{
	(void)bank;
	return item < PAGE_NOTICE__MAX ? page_notice_name((enum page_notice)item) : NULL;
}

static const char *audience_id(const struct lesson_bank *bank, size_t item)
{
	return item < bank->audience_count ? bank->audiences[item].id : NULL;
}

static const char *lesson_id(const struct lesson_bank *bank, size_t item)
{
	return item < bank->lesson_count ? bank->lessons[item].id : NULL;
}

static const char *question_id(const struct lesson_bank *bank, size_t item)
{
	return item < bank->question_count ? bank->questions[item].id : NULL;
}

static const struct row {
	const char *name;
	const char *(*id)(const struct lesson_bank *bank, size_t item);
	bool answered; /* "right" or "wrong-b" follows the name */
} rows[PREVIEW__MAX] = {
    [PREVIEW_INDEX] = {"", no_id, false},
    [PREVIEW_ONLINE] = {"online", no_id, false},
    [PREVIEW_ALWAYS] = {"online-always", no_id, false},
    [PREVIEW_SHARED] = {"online-shared", no_id, false},
    [PREVIEW_OFFLINE] = {"online-offline", no_id, false},
    [PREVIEW_ENDING] = {"ending", no_id, false},
    [PREVIEW_NOTICE] = {"notice", notice_id, false},
    [PREVIEW_LATER] = {"later", audience_id, false},
    [PREVIEW_KNOWN] = {"known", audience_id, false},
    [PREVIEW_QUESTION_OFFLINE] = {"offline", audience_id, false},
    [PREVIEW_RETURN] = {"return", lesson_id, false},
    [PREVIEW_PRE] = {"pre", question_id, false},
    [PREVIEW_POST] = {"post", question_id, false},
    [PREVIEW_REVIEW] = {"review", question_id, false},
    [PREVIEW_EXPRESS] = {"express", question_id, false},
    [PREVIEW_RETRY] = {"retry", question_id, false},
    [PREVIEW_LAST_RETRY] = {"last-retry", question_id, false},
    [PREVIEW_POST_ANSWERED] = {"", question_id, true},
    [PREVIEW_REVIEW_ANSWERED] = {"review-", question_id, true},
    [PREVIEW_EXPRESS_ANSWERED] = {"express-", question_id, true},
    [PREVIEW_RETRY_ANSWERED] = {"retry-", question_id, true},
    [PREVIEW_LAST_RETRY_ANSWERED] = {"last-retry-", question_id, true},
};

const char *preview_url_id(const struct lesson_bank *bank, enum preview_kind kind, size_t item)
{
	return rows[kind].id(bank, item);
}

/* "vi/CIT": is its first part, of that length, the word? */
static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool language_parse(const struct conf *conf, const char *text, size_t length, size_t *out)
{
	for (*out = 0; *out < conf->language_count; ++*out)
		if (is_word(text, length, conf->languages[*out]))
			return true;
	return false;
}

static bool item_parse(const struct lesson_bank *bank, const struct row *row, const char *text,
		       size_t length, size_t *out)
{
	const char *id;

	for (*out = 0; (id = row->id(bank, *out)) != NULL; ++*out)
		if (is_word(text, length, id))
			return true;
	return false;
}

/* "right" or "wrong-b": a wrong option is named, the right one never is. */
static bool chosen_parse(const struct lesson_question *question, const char *text, uint8_t *out)
{
	unsigned option;

	*out = question->key;
	if (strcmp(text, "right") == 0)
		return true;
	if (strncmp(text, "wrong-", 6) != 0 || text[6] == '\0' || text[7] != '\0')
		return false;
	option = (unsigned char)text[6] - (unsigned)'a';
	if (option >= question->options || option == question->key)
		return false;
	*out = (uint8_t)option;
	return true;
}

static bool name_parse(const struct lesson_bank *bank, const struct row *row, const char *name,
		       struct preview_place *place)
{
	size_t length = strlen(row->name);

	place->chosen = 0;
	if (!row->answered)
		return strcmp(name, row->name) == 0;
	return strncmp(name, row->name, length) == 0 &&
	       chosen_parse(&bank->questions[place->item], name + length, &place->chosen);
}

bool preview_url_parse(const struct conf *conf, const struct lesson_bank *bank, const char *url,
		       struct preview_place *place)
{
	const char *id, *slash, *name;

	if (url[0] != '/' || (slash = strchr(url + 1, '/')) == NULL ||
	    !language_parse(conf, url + 1, (size_t)(slash - url - 1), &place->language))
		return false;
	id = slash + 1;
	slash = strchr(id, '/');
	name = slash != NULL ? slash + 1 : id;
	for (size_t kind = 0; kind < PREVIEW__MAX; kind++) {
		const struct row *row = &rows[kind];

		/* No id, no slash. */
		if ((slash == NULL) != (row->id == no_id))
			continue;
		place->kind = (enum preview_kind)kind;
		if (item_parse(bank, row, id, slash != NULL ? (size_t)(slash - id) : 0,
			       &place->item) &&
		    name_parse(bank, row, name, place))
			return true;
	}
	return false;
}

void preview_url_write(const struct conf *conf, const struct lesson_bank *bank,
		       const struct preview_place *place, char out[PREVIEW_URL_SIZE])
{
	const struct row *row = &rows[place->kind];
	const char *id = row->id(bank, place->item);
	const char *language = conf->languages[place->language];
	char answer[] = "wrong-?";

	answer[6] = (char)('a' + place->chosen);
	snprintf(out, PREVIEW_URL_SIZE, "/%s/%s%s%s%s", language, id, id[0] != '\0' ? "/" : "",
		 row->name,
		 !row->answered					     ? ""
		 : place->chosen == bank->questions[place->item].key ? "right"
								     : answer);
}

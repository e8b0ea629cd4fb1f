/*
 * The comment above a question in which a pack's own words travel through a GIFT file,
 * "// id=CIT-OTP-A objective=CIT-OTP form=A level=1": Moodle passes it over. Anybody
 * else's comment is left alone.
 */
#include "ctl/gift_part.h"

#include <string.h>

/* Each takes value into meta, or returns what was expected. */
static const char *take_word(const char **to, const char *value)
{
	if (!item_is_id(value))
		return "a letter, then letters, digits, - and _";
	*to = value;
	return NULL;
}

static const char *take_id(struct gift_meta *meta, const char *value)
{
	return take_word(&meta->id, value);
}

static const char *take_objective(struct gift_meta *meta, const char *value)
{
	return take_word(&meta->objective, value);
}

static const char *take_audience(struct gift_meta *meta, const char *value)
{
	return take_word(&meta->audience, value);
}

static const char *take_topic(struct gift_meta *meta, const char *value)
{
	return take_word(&meta->topic, value);
}

static const char *take_form(struct gift_meta *meta, const char *value)
{
	if (strlen(value) != 1 || value[0] < 'A' || value[0] > 'Z')
		return "one letter, A to Z";
	meta->form = value[0];
	return NULL;
}

static const char *take_level(struct gift_meta *meta, const char *value)
{
	if (strlen(value) != 1 || value[0] < '1' || value[0] > '3')
		return "1, 2 or 3";
	meta->level = value[0] - '0';
	return NULL;
}

static const char *take_key(struct gift_meta *meta, const char *value)
{
	if (strlen(value) != 1 || value[0] < 'a' || value[0] >= 'a' + LESSON_OPTIONS_MAX)
		return "the letter that the right option has in the pack";
	meta->key = value[0];
	return NULL;
}

static const struct word {
	const char *name;
	const char *(*take)(struct gift_meta *meta, const char *value);
} words[] = {
    {"id", take_id},	 {"objective", take_objective}, {"audience", take_audience},
    {"form", take_form}, {"topic", take_topic},		{"level", take_level},
    {"key", take_key},
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* The index of the word that begins at at and ends with '=', or WORDS. */
static size_t word_find(const char *at)
{
	size_t length = strcspn(at, "= \t"), i = 0;

	while (i < WORDS &&
	       (strlen(words[i].name) != length || strncmp(words[i].name, at, length) != 0))
		i++;
	return i;
}

/* Ours is a comment of name=value words alone, at least one of which we know. */
static bool is_ours(const char *at)
{
	bool known = false;

	for (at += strspn(at, " \t"); *at != '\0'; at += strspn(at, " \t")) {
		size_t letters = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

		if (letters == 0 || at[letters] != '=')
			return false;
		known = known || word_find(at) < WORDS;
		at += strcspn(at, " \t");
	}
	return known;
}

static void word_read(struct gift *gift, char *word, unsigned *seen, int line)
{
	size_t index = word_find(word);
	char *value = strchr(word, '=');
	const char *expected;

	if (value == NULL)
		return;
	*value++ = '\0';
	if (index == WORDS) {
		gift_error(gift, line,
			   "unknown word %s=, expected id=, objective=, form=, level=, audience=, "
			   "topic= or key=",
			   word);
		return;
	}
	if ((*seen & 1u << index) != 0)
		gift_error(gift, line, "%s= is there twice, expected it once", word);
	*seen |= 1u << index;
	expected = words[index].take(&gift->meta, value);
	if (expected != NULL)
		gift_error(gift, line, "%s=%s, expected %s", word, value, expected);
}

void gift_meta_read(struct gift *gift, char *comment, int line)
{
	char *rest = comment + strspn(comment, "/"), *word;
	unsigned seen = 0;

	if (!is_ours(rest))
		return;
	if (gift->meta.line != 0)
		gift_error(gift, line,
			   "a second comment of this kind for one question, expected one (line %d)",
			   gift->meta.line);
	gift->meta.line = line;
	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			word_read(gift, word, &seen, line);
}

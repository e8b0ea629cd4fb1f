/*
 * Questions that ask badly, for `congchao content lint`: two options or two stems that are
 * the same, and right options that anybody finds by their length.
 */
#include "ctl/content_lint.h"

#include <string.h>

#include "common/lesson_pack.h"

enum { LONGEST_PERCENT_MAX = 60 };

static const struct lesson_pack_question_text *text_of(const struct lesson_pack *pack, size_t index,
						       size_t language)
{
	return &pack->question_texts[index * pack->conf->language_count + language];
}

static void place_set(struct lesson_cfg_place *place, const struct lesson_pack *pack,
		      size_t language, size_t index)
{
	lesson_cfg_place(place, &pack->language[language], pack->report);
	lesson_cfg_place_item(place, "question", pack->questions[index].item.id);
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void options_check(const struct lesson_pack *pack, size_t index, size_t language)
{
	const struct lesson_pack_question_text *text = text_of(pack, index, language);
	const struct lesson_pack_question *question = &pack->questions[index];
	struct lesson_cfg_place place;

	place_set(&place, pack, language, index);
	for (size_t i = 1; i < question->options; i++) {
		const char name[] = {question->option[i], '\0'};
		size_t k = 0;

		while (k < i && !same(text->text.options[k], text->text.options[i]))
			k++;
		if (k < i)
			lesson_cfg_error(&place, config_setting_get_member(text->at, name),
					 "option %s is the same as %c, expected another", name,
					 question->option[k]);
	}
}

static void stem_check(const struct lesson_pack *pack, struct lesson_index *stems, size_t index,
		       size_t language)
{
	const struct lesson_pack_question_text *text = text_of(pack, index, language);
	struct lesson_cfg_place place;
	int earlier;

	if (text->text.stem == NULL)
		return;
	earlier = lesson_index_find(stems, text->text.stem);
	if (earlier < 0) {
		lesson_index_add(stems, text->text.stem, (uint16_t)index);
		return;
	}
	place_set(&place, pack, language, index);
	lesson_cfg_warning(&place, config_setting_get_member(text->at, "stem"),
			   "stem is the same as in %s, expected another",
			   pack->questions[earlier].item.id);
}

/* In characters: letters of Vietnamese have one to three bytes. */
static size_t length_of(const char *text)
{
	size_t length = 0;

	for (; text != NULL && *text != '\0'; text++)
		length += ((unsigned char)*text & 0xc0) != 0x80;
	return length;
}

static bool right_is_longest(const struct lesson_pack *pack, size_t index, size_t language)
{
	const struct lesson_pack_question *question = &pack->questions[index];
	const struct lesson_question_text *text = &text_of(pack, index, language)->text;
	size_t right = length_of(text->options[question->key]);

	for (size_t i = 0; i < question->options; i++) {
		if (i != question->key && length_of(text->options[i]) >= right)
			return false;
	}
	return question->options > 0;
}

static void lengths_check(const struct lesson_pack *pack, size_t audience, size_t language)
{
	const config_setting_t *root = config_root_setting(&pack->language[language].config);
	size_t asked = 0, longest = 0;
	struct lesson_cfg_place place;

	for (size_t i = 0; i < pack->list[LESSON_PACK_QUESTIONS].count; i++) {
		const struct lesson_pack_lesson *lesson = pack->questions[i].lesson;

		if (lesson == NULL || lesson->audience_place != (int)audience)
			continue;
		asked++;
		longest += right_is_longest(pack, i, language);
	}
	if (longest * 100 <= asked * LONGEST_PERCENT_MAX)
		return;
	lesson_cfg_place(&place, &pack->language[language], pack->report);
	lesson_cfg_warning(&place, config_setting_get_member(root, "questions"),
			   "audience %s: the right option is the longest in %zu of %zu questions,"
			   " expected at most %d %% of them",
			   pack->list[LESSON_PACK_AUDIENCES].ids[audience], longest, asked,
			   LONGEST_PERCENT_MAX);
}

void content_lint_questions(const struct lesson_pack *pack)
{
	for (size_t l = 0; l < pack->conf->language_count; l++) {
		struct lesson_index stems = {0};

		if (!pack->language[l].open)
			continue;
		for (size_t i = 0; i < pack->list[LESSON_PACK_QUESTIONS].count; i++) {
			options_check(pack, i, l);
			stem_check(pack, &stems, i, l);
		}
		for (size_t i = 0; i < pack->list[LESSON_PACK_AUDIENCES].count; i++)
			lengths_check(pack, i, l);
	}
}

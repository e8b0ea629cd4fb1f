/* Cuts the pack's sentences for boards, messages and loudspeakers; never changes a word. */
#include "ctl/publish_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCES_MAX = 32, MARK_BYTES_MAX = 3 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Of a byte that begins a character. */
static bool is_first(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t char_units(char first)
{
	return (unsigned char)first >= 0xf0 ? 2 : 1;
}

size_t publish_text_units(const char *text, size_t length)
{
	size_t units = 0;

	for (size_t i = 0; i < length; i++)
		if (is_first(text[i]))
			units += char_units(text[i]);
	return units;
}

/* The length of a closing quotation mark or bracket, 0 when there is none. */
static size_t closing_length(const char *text)
{
	static const char *const marks[] = {"”", "’", "»", ")", "\""};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncmp(text, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

struct publish_span publish_text_sentence(const char *text)
{
	const char *p;

	while (is_blank(*text))
		text++;
	for (p = text; *p != '\0'; p++) {
		const char *after = p + 1;

		if (*p != '.' && *p != '?' && *p != '!')
			continue;
		after += closing_length(after);
		if (is_blank(*after) || *after == '\0')
			return (struct publish_span){text, (size_t)(after - text)};
	}
	return (struct publish_span){text, (size_t)(p - text)};
}

/* From the first to the last of these sentences. */
static struct publish_span join(const struct publish_span *sentences, size_t from, size_t to)
{
	const struct publish_span *last = &sentences[to - 1];

	return (struct publish_span){sentences[from].text,
				     (size_t)(last->text + last->length - sentences[from].text)};
}

/* The squares of the lines' lengths: least where they are most alike. */
static size_t unevenness(const struct publish_span *lines, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		size_t units = publish_text_units(lines[i].text, lines[i].length);

		sum += units * units;
	}
	return sum;
}

/* Where to break: tries every pair of places. */
static void lines_share(const struct publish_span *sentences, size_t count,
			struct publish_span lines[PUBLISH_LINES_MAX])
{
	size_t best = SIZE_MAX;

	for (size_t i = 1; i + 1 < count; i++) {
		for (size_t k = i + 1; k < count; k++) {
			const struct publish_span tried[PUBLISH_LINES_MAX] = {
			    join(sentences, 0, i), join(sentences, i, k),
			    join(sentences, k, count)};
			size_t uneven = unevenness(tried, PUBLISH_LINES_MAX);

			if (uneven < best) {
				best = uneven;
				memcpy(lines, tried, sizeof(tried));
			}
		}
	}
}

size_t publish_text_lines(const char *text, struct publish_span lines[PUBLISH_LINES_MAX])
{
	struct publish_span sentences[SENTENCES_MAX];
	size_t count = 0;

	while (count < SENTENCES_MAX) {
		struct publish_span next = publish_text_sentence(text);

		if (next.length == 0)
			break;
		sentences[count++] = next;
		text = next.text + next.length;
	}
	if (count == SENTENCES_MAX) /* the last one takes the rest along */
		sentences[count - 1].length += strlen(text);
	if (count <= PUBLISH_LINES_MAX) {
		memcpy(lines, sentences, count * sizeof(*lines));
		return count;
	}
	lines_share(sentences, count, lines);
	return PUBLISH_LINES_MAX;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* At a dot: "name.vn" is a link, ".vn" and "22.000" are none. */
static bool is_link_dot(const char *text, size_t at, size_t length)
{
	return at > 0 && at + 2 < length && is_word(text[at - 1]) && is_letter(text[at + 1]) &&
	       is_letter(text[at + 2]);
}

/* ".gov.vn" is the end of a name, not a name: before its first dot there is no letter. */
static bool has_name(const char *text, size_t at)
{
	while (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.'))
		at--;
	return text[at] != '.';
}

bool publish_text_has_link(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (i + 2 < length && memcmp(text + i, "://", 3) == 0)
			return true;
		if (text[i] == '.' && is_link_dot(text, i, length) && has_name(text, i))
			return true;
	}
	return false;
}

void publish_text_add_sentences(char *out, size_t size, const char *text, size_t units)
{
	size_t used = strlen(out);

	for (;;) {
		struct publish_span next = publish_text_sentence(text);
		size_t blank = used > 0 && !is_blank(out[used - 1]) ? 1 : 0;

		if (next.length == 0)
			return;
		text = next.text + next.length;
		if (publish_text_has_link(next.text, next.length))
			continue;
		if (used + blank + next.length >= size ||
		    publish_text_units(out, used) + blank +
			    publish_text_units(next.text, next.length) >
			units)
			return;
		used += (size_t)snprintf(out + used, size - used, "%s%.*s", blank ? " " : "",
					 (int)next.length, next.text);
	}
}

void publish_text_cut(char *out, size_t size, const char *text, size_t units)
{
	size_t counted = 0, end = 0;

	if (publish_text_units(text, strlen(text)) <= units && strlen(text) < size) {
		snprintf(out, size, "%s", text);
		return;
	}
	for (size_t i = 0; text[i] != '\0' && i + MARK_BYTES_MAX < size; i++) {
		if (is_blank(text[i]))
			end = i;
		if (is_first(text[i]))
			counted += char_units(text[i]);
		if (counted + 1 > units)
			break;
	}
	while (end > 0 && strchr(",;:–- ", text[end - 1]) != NULL)
		end--;
	snprintf(out, size, "%.*s…", (int)end, text);
}

size_t publish_text_syllables(const char *text)
{
	size_t syllables = 0;
	bool inside = false;

	for (; *text != '\0'; text++) {
		bool word = !is_blank(*text) && *text != '-' && strchr(".,;:!?()\"", *text) == NULL;

		if (word && !inside)
			syllables++;
		if (word || is_blank(*text) || *text == '-')
			inside = word;
	}
	return syllables;
}

/*
 * Bytes of a stranger: UTF-8 without NUL, as PostgreSQL's text is, and not so deeply nested
 * that its parser would have to say stop. Brackets are counted, nothing is parsed.
 */
#include "collect/body.h"

#include <stdbool.h>
#include <string.h>

/* Length of the UTF-8 character at p (RFC 3629), of which left bytes are there; 0: none. */
static size_t character(const unsigned char *p, size_t left)
{
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	unsigned long c = n == 1 ? p[0] : p[0] & (0x7fU >> n);

	if (n == 0 || n > left || p[0] > 0xf4 || p[0] == 0)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

static const char *depth_wrong(const char *body, size_t size)
{
	bool text = false;
	int level = 0;

	for (size_t i = 0; i < size; i++) {
		if (text) {
			if (body[i] == '\\')
				i++;
			else
				text = body[i] != '"';
			continue;
		}
		text = body[i] == '"';
		if (body[i] == '[' || body[i] == '{')
			level++;
		else if ((body[i] == ']' || body[i] == '}') && level > 0)
			level--;
		if (level > BODY_LEVELS_MAX)
			return "nested too deeply, expected at most 8 levels";
	}
	return NULL;
}

const char *body_wrong(const char *body, size_t size)
{
	const unsigned char *p = (const unsigned char *)body;

	for (size_t i = 0, n; i < size; i += n) {
		n = character(p + i, size - i);
		if (n == 0)
			return p[i] == 0 ? "a NUL byte, expected JSON" : "expected UTF-8";
	}
	return depth_wrong(body, size);
}

/* Reads a code that was typed; see code.h. */
#include "report/code.h"

#include <stddef.h>
#include <string.h>

enum { CHARACTERS = 8, HALF = 4 };

/* The character that is meant, or 0. */
static char meant(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c != '\0' && strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", c) != NULL ? c : '\0';
}

bool code_read(const char *text, char out[CODE_SIZE])
{
	size_t count = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if (count == CHARACTERS || meant(*text) == '\0')
			return false;
		out[count + (count >= HALF)] = meant(*text);
		count++;
	}
	out[HALF] = '-';
	out[CODE_SIZE - 1] = '\0';
	return count == CHARACTERS;
}

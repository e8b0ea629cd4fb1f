/* Codes that a person can take from a slip of paper without asking what the letter is. */
#include "collect/code.h"

#include <sodium.h>
#include <string.h>

enum { CODE_DIGITS = 8, CODE_HALF = 4 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_make(char code[CODE_SIZE])
{
	for (int i = 0; i < CODE_DIGITS; i++)
		code[i + i / CODE_HALF] = alphabet[randombytes_uniform(sizeof(alphabet) - 1)];
	code[CODE_HALF] = '-';
	code[CODE_SIZE - 1] = '\0';
}

/* The digit that c stands for, 0: none. */
static char digit(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	return c != '\0' && strchr(alphabet, c) != NULL ? c : '\0';
}

bool code_read(const char *text, char code[CODE_SIZE])
{
	int n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (n == CODE_DIGITS || digit(*text) == '\0')
			return false;
		code[n + n / CODE_HALF] = digit(*text);
		n++;
	}
	code[CODE_HALF] = '-';
	code[CODE_SIZE - 1] = '\0';
	return n == CODE_DIGITS;
}

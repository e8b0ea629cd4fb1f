/*
 * fuzz: portal/language
 * Accept-Language and ?lang=, as strangers write them.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "portal/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conf conf = {
	    .languages = {"vi", "en", "zh-Hant", "km"}, .language_count = 4};
	char *text = malloc(size + 1);
	int found;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	found = language_find(&conf, text);
	FUZZ_CHECK(found >= -1 && found < 4);
	FUZZ_CHECK(language_accepted(&conf, text) < 4);
	free(text);
	return 0;
}

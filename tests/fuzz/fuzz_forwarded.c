/*
 * fuzz: portal/forwarded portal/api
 * X-Forwarded-For as a proxy hands it on, and Accept, as strangers write them.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "portal/api.h"
#include "portal/forwarded.h"

/* What was understood is an address that reads back as itself. */
static void check(const struct forwarded *found)
{
	int family = found->family == 4 ? AF_INET : AF_INET6;
	char text[INET6_ADDRSTRLEN];
	struct forwarded again;

	FUZZ_CHECK(found->family == 4 || found->family == 6);
	FUZZ_CHECK(inet_ntop(family, found->address, text, sizeof(text)) != NULL);
	FUZZ_CHECK(forwarded_parse(text, &again));
	FUZZ_CHECK(again.family == found->family);
	FUZZ_CHECK(memcmp(again.address, found->address, sizeof(again.address)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct forwarded found;
	const char *last;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (forwarded_parse(text, &found))
		check(&found);
	/* What stands before the last comma changes nothing. */
	last = strrchr(text, ',');
	if (last != NULL)
		FUZZ_CHECK(forwarded_parse(last + 1, &found) == forwarded_parse(text, &found));
	/* Who names the type gets it. */
	if (api_wants_page(text))
		FUZZ_CHECK(strstr(text, API_TYPE ",") != text);
	free(text);
	return 0;
}

/*
 * fuzz: portal/hello
 * The first bytes of a connection, as strangers send them: in pieces as large as the first
 * byte says, the answer is that of the whole.
 */
#include "fuzz.h"

#include <stdbool.h>

#include "portal/hello.h"

static bool is_hello(const uint8_t *bytes)
{
	return bytes[0] == 22 && bytes[1] == 3 && bytes[2] <= 4 && bytes[3] <= 0x40 &&
	       bytes[5] == 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size > 0 ? data[0] % 8 + 1u : 1, at = 0;
	enum hello whole, pieces = HELLO_MORE;
	uint8_t known = 0;

	if (size == 0)
		return 0;
	whole = hello_feed(&known, data + 1, size - 1);
	FUZZ_CHECK((whole == HELLO_YES) == (size > 6 && is_hello(data + 1)));
	FUZZ_CHECK(known <= 6 && (whole != HELLO_MORE || known == size - 1));
	known = 0;
	for (at = 1; at < size && pieces == HELLO_MORE; at += piece)
		pieces = hello_feed(&known, data + at, size - at < piece ? size - at : piece);
	FUZZ_CHECK(pieces == whole);
	return 0;
}

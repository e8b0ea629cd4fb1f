/*
 * fuzz: portal/dns_answer common/probe common/report
 * Questions to the DNS, as held devices and whoever else is on the Wi-Fi send them.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "portal/dns_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dns_own own = {.name = "wifi.example.vn", .family = 4, .address = {10}};
	/* Of its exact size, so that a byte beyond it is seen. */
	uint8_t *answer = malloc(DNS_SIZE_MAX);
	size_t length;

	if (answer == NULL)
		return 0;
	length = dns_answer(data, size, &own, answer);
	FUZZ_CHECK(length <= DNS_SIZE_MAX);
	FUZZ_CHECK(length <= size + DNS_LONGER_MAX);
	if (length > 0) {
		uint8_t again[DNS_SIZE_MAX];

		FUZZ_CHECK(length >= 17 && size >= 17);
		FUZZ_CHECK(memcmp(answer, data, 2) == 0);
		/* What is answered is no question any more: two of us never talk for ever. */
		FUZZ_CHECK(dns_answer(answer, length, &own, again) == 0);
	}
	free(answer);
	return 0;
}

/*
 * fuzz: report/answer report/key report/text report/problem common/conf_value common/conf_url
 * fuzz: common/ether common/report
 * libs: -ljson-c -lsodium -lconfig
 * What a department answers: all results are within what the rest relies on, and what is not
 * taken has changed nothing.
 */
#include "fuzz.h"

#include <string.h>

#include "common/conf_value.h"
#include "report/answer.h"

static void check_plain(const char *text, size_t size)
{
	FUZZ_CHECK(memchr(text, '\0', size) != NULL);
	for (; *text != '\0'; text++)
		FUZZ_CHECK(*text >= ' ' && *text <= '~');
}

static void check_results(const char *body, size_t size)
{
	struct answer answer;
	struct problem problem;

	if (answer_results(body, size, &answer, &problem) < 0)
		return;
	FUZZ_CHECK(answer.count <= ANSWER_RESULTS_MAX);
	for (size_t i = 0; i < answer.count; i++) {
		const struct revision_result *result = &answer.results[i];

		FUZZ_CHECK(result->hour % HOUR_SECONDS == 0);
		FUZZ_CHECK(result->code >= 0 && result->code <= 999);
		FUZZ_CHECK(result->rev >= 0 && result->rev <= INT32_MAX);
		check_plain(result->said, sizeof(result->said));
	}
}

static void check_key(const char *body, size_t size)
{
	struct key before = {.site = "before", .version = 7, .url = "https://a.vn"};
	struct key key = before;
	struct problem problem;

	if (answer_enrolled(body, size, &key, &problem) < 0) {
		FUZZ_CHECK(memcmp(&key, &before, sizeof(key)) == 0);
	} else {
		FUZZ_CHECK(conf_is_name(key.site) && conf_is_https(key.url));
		FUZZ_CHECK(key.version >= 1 && key.version <= KEY_VERSION_MAX);
	}
	key = before;
	if (answer_rotated(body, size, &key, &problem) < 0)
		FUZZ_CHECK(memcmp(&key, &before, sizeof(key)) == 0);
	FUZZ_CHECK(strcmp(key.site, "before") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[ANSWER_TEXT_SIZE];

	check_results((const char *)data, size);
	check_key((const char *)data, size);
	answer_error((const char *)data, size, error);
	check_plain(error, sizeof(error));
	return 0;
}

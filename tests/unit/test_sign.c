/*
 * A request's signature, in the one form that is read, and what is signed.
 * links: collect/sign collect/key common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/key.h"
#include "collect/sign.h"

#define INPUT                                                                 \
	"sig1=(\"@method\" \"@path\" \"content-digest\");created=1795435200;" \
	"keyid=\"cb-0017#12\";alg=\"hmac-sha256\""
/* Computed with Python's hmac and hashlib; the master key is 00 01 02 ... 1f. */
#define DIGEST	  "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:"
#define SIGNATURE "sig1=:PlF4uOnykTFE2bHm1NXD+PX2Y7COqOy6EhEOrls83vg=:"
#define BODY	  "[]"

static bool parse(const char *input, const char *signature, const char *digest)
{
	struct sign sign;

	return sign_parse(input, signature, digest, &sign);
}

static void the_one_form_is_read(void **state)
{
	struct sign sign;

	(void)state;
	assert_true(sign_parse(INPUT, SIGNATURE, DIGEST, &sign));
	assert_string_equal(sign.site, "cb-0017");
	assert_int_equal(sign.key_ver, 12);
	assert_int_equal(sign.created, 1795435200);
	assert_string_equal(sign.params, &INPUT[strlen("sig1=")]);
	assert_int_equal(sign.digest[0], 0x4f);
	assert_int_equal(sign.mac[0], 0x3e);
}

static void a_missing_header_is_refused(void **state)
{
	(void)state;
	assert_false(parse(NULL, SIGNATURE, DIGEST));
	assert_false(parse(INPUT, NULL, DIGEST));
	assert_false(parse(INPUT, SIGNATURE, NULL));
}

static void no_other_input_is_read(void **state)
{
#define COMPONENTS "sig1=(\"@method\" \"@path\" \"content-digest\")"
	static const char *const inputs[] = {
	    "",
	    "sig1",
	    "sig1=",
	    "sig2" INPUT,
	    INPUT " ",
	    INPUT ";x",
	    " " INPUT,
	    INPUT ", " INPUT,
	    COMPONENTS,
	    COMPONENTS ";created=1;keyid=\"a#1\"",
	    COMPONENTS ";keyid=\"a#1\";created=1;alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a#1\";alg=\"hmac-sha512\"",
	    COMPONENTS ";created=01;keyid=\"a#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=-1;keyid=\"a#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=;keyid=\"a#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=123456789012;keyid=\"a#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"A#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a|1#1\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a#0\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a#01\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a#1234567890\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=\"a\";alg=\"hmac-sha256\"",
	    COMPONENTS ";created=1;keyid=a#1;alg=\"hmac-sha256\"",
	    COMPONENTS
	    ";created=1;keyid=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa#1\";alg=\"hmac-sha256\"",
	    "sig1=(\"@path\" \"content-digest\");created=1;keyid=\"a#1\";alg=\"hmac-sha256\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		if (parse(inputs[i], SIGNATURE, DIGEST))
			fail_msg("%s was read", inputs[i]);
}

static void no_other_bytes_are_read(void **state)
{
	static const char *const texts[] = {
	    "",
	    "sha-256=",
	    "sha-256=::",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU:",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:;x",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuU==:",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuU =:",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICu_U=:",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUV=:", /* bits that are no byte */
	    "SHA-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:",
	    "sha-512=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:",
	    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUUAAAA=:",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse(INPUT, SIGNATURE, texts[i]))
			fail_msg("%s was read", texts[i]);
	assert_false(parse(INPUT, "sig1=:AAAA:", DIGEST));
	assert_false(parse(INPUT, "sig2" SIGNATURE, DIGEST));
}

static void what_is_signed_is_as_rfc_9421_has_it(void **state)
{
	char base[SIGN_BASE_SIZE];
	struct sign sign;
	size_t length;

	(void)state;
	assert_true(sign_parse(INPUT, SIGNATURE, DIGEST, &sign));
	length = sign_base(&sign, "POST", "/v1/reports", base);
	assert_int_equal(length, strlen(base));
	assert_string_equal(base,
			    "\"@method\": POST\n\"@path\": /v1/reports\n\"content-digest\": " DIGEST
			    "\n\"@signature-params\": (\"@method\" \"@path\" \"content-digest\");"
			    "created=1795435200;keyid=\"cb-0017#12\";alg=\"hmac-sha256\"");
}

static void a_path_that_is_too_long_is_not_signed(void **state)
{
	char base[SIGN_BASE_SIZE], path[SIGN_PATH_MAX + 2];
	struct sign sign;

	(void)state;
	assert_true(sign_parse(INPUT, SIGNATURE, DIGEST, &sign));
	memset(path, 'a', sizeof(path));
	path[SIGN_PATH_MAX + 1] = '\0';
	assert_int_equal(sign_base(&sign, "POST", path, base), 0);
	path[SIGN_PATH_MAX] = '\0';
	assert_int_not_equal(sign_base(&sign, "POST", path, base), 0);
}

/* The master key of these tests in a file. */
static void open_master(void)
{
	char path[] = "/tmp/congchao-key-XXXXXX", text[KEY_HEX_SIZE + 1];
	int fd = mkstemp(path);

	for (int i = 0; i < SIGN_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned)i);
	text[KEY_HEX_SIZE - 1] = '\n';
	assert_true(fd >= 0 && write(fd, text, KEY_HEX_SIZE) == KEY_HEX_SIZE &&
		    fchmod(fd, 0400) == 0);
	close(fd);
	assert_int_equal(key_open(path, geteuid()), 0);
	unlink(path);
}

static void keys_are_derived_as_the_contract_says(void **state)
{
	char hex[KEY_HEX_SIZE];

	(void)state;
	open_master();
	key_of_site("cb-0017", 12, hex);
	assert_string_equal(hex,
			    "8a87ae2377eaf2058af5491a2d0057681a4b1c65de59ee004fd9decfb6bba58c");
	key_close();
}

static void a_request_that_anybody_signed_by_the_standard_is_verified(void **state)
{
	struct sign sign;

	(void)state;
	open_master();
	assert_true(sign_parse(INPUT, SIGNATURE, DIGEST, &sign));
	assert_true(key_verify(&sign, "POST", "/v1/reports", BODY, 2));
	assert_false(key_verify(&sign, "POST", "/v1/reports", "[ ", 2));
	assert_false(key_verify(&sign, "POST", "/v1/reports", BODY, 1));
	assert_false(key_verify(&sign, "POST", "/v1/report", BODY, 2));
	assert_false(key_verify(&sign, "GET", "/v1/reports", BODY, 2));
	sign.key_ver++;
	assert_false(key_verify(&sign, "POST", "/v1/reports", BODY, 2));
	sign.key_ver--;
	sign.mac[31] ^= 1;
	assert_false(key_verify(&sign, "POST", "/v1/reports", BODY, 2));
	key_close();
}

static void hashes_of_one_kind_are_none_of_another(void **state)
{
	uint8_t code[SIGN_BYTES], address[SIGN_BYTES];

	(void)state;
	open_master();
	key_hash("code", "x", code);
	key_hash("address", "x", address);
	assert_memory_not_equal(code, address, SIGN_BYTES);
	key_close();
}

static int sodium_up(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_one_form_is_read),
	    cmocka_unit_test(a_missing_header_is_refused),
	    cmocka_unit_test(no_other_input_is_read),
	    cmocka_unit_test(no_other_bytes_are_read),
	    cmocka_unit_test(what_is_signed_is_as_rfc_9421_has_it),
	    cmocka_unit_test(a_path_that_is_too_long_is_not_signed),
	    cmocka_unit_test(keys_are_derived_as_the_contract_says),
	    cmocka_unit_test(a_request_that_anybody_signed_by_the_standard_is_verified),
	    cmocka_unit_test(hashes_of_one_kind_are_none_of_another),
	};

	return cmocka_run_group_tests(tests, sodium_up, NULL);
}

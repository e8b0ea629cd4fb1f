/*
 * Digests and signatures against the examples of RFC 9530 and RFC 9421, and the whole of a
 * signed POST against one computed elsewhere.
 * links: report/sign common/conf common/ether common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "report/sign.h"

static void the_digest_of_rfc_9530(void **state)
{
	static const char body[] = "{\"hello\": \"world\"}\n";
	char digest[SIGN_DIGEST_SIZE];

	(void)state;
	sign_digest(body, strlen(body), digest);
	assert_string_equal(digest, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
	/* Without the newline it is that of RFC 9421's test request. */
	sign_digest(body, strlen(body) - 1, digest);
	assert_string_equal(digest, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
}

/* RFC 9421, B.2.5: "Signing a Request Using hmac-sha256". */
static void the_signature_of_rfc_9421(void **state)
{
	static const char base[] =
	    "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
	    "\"@authority\": example.com\n"
	    "\"content-type\": application/json\n"
	    "\"@signature-params\": (\"date\" \"@authority\" \"content-type\")"
	    ";created=1618884473;keyid=\"test-shared-secret\"";
	static const char secret[] = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJ"
				     "PBtbmHhIDi6pcl8jsasjlTMtDQ==";
	uint8_t key[64];
	char signature[SIGN_SIGNATURE_SIZE];
	size_t size;

	(void)state;
	assert_int_equal(sodium_base642bin(key, sizeof(key), secret, strlen(secret), NULL, &size,
					   NULL, sodium_base64_VARIANT_ORIGINAL),
			 0);
	assert_int_equal(size, 64);
	sign_base(key, size, base, signature);
	assert_string_equal(signature, "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=");
}

static struct key key_of(uint8_t first)
{
	struct key key = {.site = "cb-0017", .version = 3};

	for (size_t i = 0; i < KEY_BYTES; i++)
		key.bytes[i] = (uint8_t)(first + i);
	return key;
}

/* The numbers are those of Python's hmac and hashlib over the text in the manual. */
static void a_whole_post(void **state)
{
	struct key key = key_of(0);
	struct sign_fields fields;

	(void)state;
	sign_post(&key, "/thu-thap/v1/reports", "[]", 2, 1795435200, &fields);
	assert_string_equal(fields.content_digest,
			    "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:");
	assert_string_equal(fields.signature_input,
			    "sig1=(\"@method\" \"@path\" \"content-digest\");created=1795435200;"
			    "keyid=\"cb-0017#3\";alg=\"hmac-sha256\"");
	assert_string_equal(fields.signature,
			    "sig1=:PYnDOy3XBFQEvx1p0fkJJdgVG7qmFgbzJ7yfquKt7vU=:");
}

static void every_part_of_a_post_is_signed(void **state)
{
	struct key key = key_of(0), other = key_of(1);
	struct sign_fields one, two;

	(void)state;
	sign_post(&key, "/v1/reports", "[]", 2, 1795435200, &one);
	sign_post(&key, "/v1/reports", "[]", 2, 1795435200, &two);
	assert_string_equal(one.signature, two.signature);
	sign_post(&key, "/v1/rotate", "[]", 2, 1795435200, &two);
	assert_string_not_equal(one.signature, two.signature);
	sign_post(&key, "/v1/reports", "[ ]", 3, 1795435200, &two);
	assert_string_not_equal(one.signature, two.signature);
	sign_post(&key, "/v1/reports", "[]", 2, 1795435201, &two);
	assert_string_not_equal(one.signature, two.signature);
	sign_post(&other, "/v1/reports", "[]", 2, 1795435200, &two);
	assert_string_not_equal(one.signature, two.signature);
	key.version = 4;
	sign_post(&key, "/v1/reports", "[]", 2, 1795435200, &two);
	assert_string_not_equal(one.signature, two.signature);
}

static void the_longest_names_fit(void **state)
{
	struct key key = key_of(0);
	struct sign_fields fields;
	char path[CONF_URL_SIZE + 16];

	(void)state;
	memset(key.site, 'a', sizeof(key.site) - 1);
	key.site[sizeof(key.site) - 1] = '\0';
	key.version = KEY_VERSION_MAX;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	sign_post(&key, path, "", 0, INT64_MAX, &fields);
	assert_non_null(strstr(fields.signature_input, "#1000000\";alg=\"hmac-sha256\""));
	assert_int_equal(strlen(fields.signature), strlen("sig1=::") + 44);
	/* Nothing was cut off of what is signed: its last byte counts. */
	assert_true(strlen(path) + strlen(fields.signature_input) + 160 < SIGN_BASE_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_digest_of_rfc_9530),
	    cmocka_unit_test(the_signature_of_rfc_9421),
	    cmocka_unit_test(a_whole_post),
	    cmocka_unit_test(every_part_of_a_post_is_signed),
	    cmocka_unit_test(the_longest_names_fit),
	};

	return cmocka_run_group_tests_name("report_sign", tests, NULL, NULL);
}

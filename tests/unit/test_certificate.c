/*
 * What is said of a certificate: chains and keys made here, by an authority that is this
 * machine's own when a test wants it to be.
 * links: common/certificate
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/certificate.h"
#include "common/certificate_pair.h"

#define NAME "portal.example.net"

enum { NOW = 1800000000, DAY = 86400 };

/* One that can sign: the root, the one between, or the portal's own. */
struct signer {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

static struct signer root, between, portal, other;
static bool root_is_known;
static char folder[] = "/tmp/test_certificate.XXXXXX";
static struct conf conf = {.name = NAME, .user_portal = "congchao"};

/* In the place of the library's own: this machine's list is what a test says. */
int gnutls_x509_trust_list_add_system_trust(gnutls_x509_trust_list_t list, unsigned flags,
					    unsigned verify)
{
	gnutls_x509_crt_t copy;
	gnutls_datum_t der;

	(void)flags;
	(void)verify;
	assert_int_equal(gnutls_x509_crt_export2(root_is_known ? root.crt : other.crt,
						 GNUTLS_X509_FMT_DER, &der), 0);
	gnutls_x509_crt_init(&copy);
	gnutls_x509_crt_import(copy, &der, GNUTLS_X509_FMT_DER);
	gnutls_free(der.data);
	return gnutls_x509_trust_list_add_cas(list, &copy, 1, 0);
}

static gnutls_x509_crt_t crt_new(const char *subject, gnutls_x509_privkey_t key)
{
	static unsigned char serial;
	gnutls_x509_crt_t crt;
	char dn[80];

	snprintf(dn, sizeof(dn), "CN=%s", subject);
	serial++;
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, &serial, sizeof(serial));
	gnutls_x509_crt_set_dn(crt, dn, NULL);
	gnutls_x509_crt_set_key(crt, key);
	gnutls_x509_crt_set_activation_time(crt, NOW - DAY);
	gnutls_x509_crt_set_expiration_time(crt, NOW + 90 * DAY);
	return crt;
}

static gnutls_x509_privkey_t key_new(void)
{
	gnutls_x509_privkey_t key;

	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
						      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
						      0), 0);
	return key;
}

static void sign(gnutls_x509_crt_t crt, const struct signer *by)
{
	assert_int_equal(gnutls_x509_crt_sign2(crt, by->crt, by->key, GNUTLS_DIG_SHA256, 0), 0);
}

static struct signer authority(const char *subject, const struct signer *by)
{
	struct signer new = {.key = key_new()};

	new.crt = crt_new(subject, new.key);
	gnutls_x509_crt_set_basic_constraints(new.crt, 1, -1);
	gnutls_x509_crt_set_key_usage(new.crt, GNUTLS_KEY_KEY_CERT_SIGN);
	sign(new.crt, by != NULL ? by : &new);
	return new;
}

/* A server's, for that DNS-ID ("": none), not signed yet. */
static struct signer server(const char *dns_id)
{
	struct signer new = {.key = key_new()};

	new.crt = crt_new("portal", new.key);
	if (dns_id[0] != '\0')
		gnutls_x509_crt_set_subject_alt_name(new.crt, GNUTLS_SAN_DNSNAME, dns_id,
						     (unsigned)strlen(dns_id), GNUTLS_FSAN_SET);
	return new;
}

static void signer_free(struct signer *one)
{
	gnutls_x509_crt_deinit(one->crt);
	gnutls_x509_privkey_deinit(one->key);
}

static void write_pem(const char *file, const char *mode, const gnutls_datum_t *pem)
{
	FILE *out = fopen(file, mode);

	assert_non_null(out);
	assert_int_equal(fwrite(pem->data, 1, pem->size, out), pem->size);
	fclose(out);
}

static void write_text(const char *file, const char *text)
{
	const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};

	write_pem(file, "w", &datum);
}

static void write_chain(const struct signer *const *chain)
{
	gnutls_datum_t pem;

	for (const struct signer *const *one = chain; *one != NULL; one++) {
		assert_int_equal(gnutls_x509_crt_export2((*one)->crt, GNUTLS_X509_FMT_PEM, &pem), 0);
		write_pem(conf.certificate, one == chain ? "w" : "a", &pem);
		gnutls_free(pem.data);
	}
}

static void write_key(const struct signer *of)
{
	gnutls_datum_t pem;

	assert_int_equal(gnutls_x509_privkey_export2(of->key, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(conf.key, "w", &pem);
	gnutls_free(pem.data);
	chmod(conf.key, 0640);
}

/* As they should be: the portal's own and the one between, by a root that is known. */
static int good(void **state)
{
	(void)state;
	write_chain((const struct signer *const[]){&portal, &between, NULL});
	write_key(&portal);
	root_is_known = true;
	return 0;
}

static struct certificate_info info;

static void assert_state(enum certificate_state expected, const char *why)
{
	enum certificate_state found = certificate_check(&conf, NOW, &info);

	if (found != expected || strstr(info.why, why) == NULL)
		fail_msg("%s \"%s\", expected %s \"%s\"", certificate_word(found), info.why,
			 certificate_word(expected), why);
	assert_true(found == CERTIFICATE_GOOD ? info.why[0] == '\0' : info.why[0] != '\0');
}

static void none_is_configured(void **state)
{
	static const struct conf without;

	(void)state;
	assert_int_equal(certificate_check(&without, NOW, &info), CERTIFICATE_OFF);
	assert_int_equal(certificate_check_time(&without, NOW, &info), CERTIFICATE_OFF);
	assert_string_equal(certificate_word(info.state), "off");
}

static void a_good_one_has_days_left(void **state)
{
	(void)state;
	assert_state(CERTIFICATE_GOOD, "");
	assert_true(certificate_is_usable(info.state));
	assert_int_equal(certificate_days_left(&info, NOW), 90);
	assert_int_equal(certificate_days_left(&info, NOW + 89 * DAY + 1), 0);
	assert_int_equal(certificate_days_left(&info, NOW + 900 * DAY), 0);
	assert_false(info.key_is_open);
}

static void time_passes_without_reading_again(void **state)
{
	(void)state;
	assert_state(CERTIFICATE_GOOD, "");
	unlink(conf.certificate);
	assert_int_equal(certificate_check_time(&conf, NOW + 90 * DAY, &info), CERTIFICATE_GOOD);
	assert_int_equal(certificate_check_time(&conf, NOW + 90 * DAY + 1, &info),
			 CERTIFICATE_EXPIRED);
	assert_string_equal(info.why, "expired on 2027-04-15 08:00 UTC, expected it to be renewed "
				      "in time");
	assert_false(certificate_is_usable(info.state));
	assert_int_equal(certificate_check_time(&conf, 0, &info), CERTIFICATE_NOT_YET);
	assert_string_equal(info.why, "not valid before 2027-01-14 08:00 UTC, and the clock of this "
				      "machine says 1970-01-01 00:00 UTC, expected a certificate that "
				      "is valid now");
	assert_int_equal(certificate_check_time(&conf, NOW, &info), CERTIFICATE_GOOD);
	assert_string_equal(info.why, "");
}

static void a_pair_is_kept_for_when_its_time_comes(void **state)
{
	struct certificate_pair *pair = certificate_read(&conf, 0, &info);

	(void)state;
	assert_int_equal(info.state, CERTIFICATE_NOT_YET);
	assert_non_null(pair);
	assert_int_equal(pair->count, 2);
	certificate_free(pair);
}

static void files_that_cannot_be_read(void **state)
{
	(void)state;
	unlink(conf.key);
	assert_state(CERTIFICATE_UNREADABLE, "cannot be read: No such file");
	assert_string_equal(info.file, conf.key);
	unlink(conf.certificate);
	assert_state(CERTIFICATE_UNREADABLE, "cannot be read: No such file");
	assert_string_equal(info.file, conf.certificate);
	mkdir(conf.certificate, 0700);
	assert_state(CERTIFICATE_UNREADABLE, "not a file");
	rmdir(conf.certificate);
	assert_int_equal(mkfifo(conf.certificate, 0600), 0);
	assert_state(CERTIFICATE_UNREADABLE, "not a file");
	unlink(conf.certificate);
}

static void a_key_that_portal_may_not_read(void **state)
{
	(void)state;
	chmod(conf.key, 0);
	if (geteuid() == 0 && seteuid(65534) < 0)
		skip();
	certificate_check(&conf, NOW, &info);
	if (geteuid() == 65534)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(info.state, CERTIFICATE_UNREADABLE);
	assert_non_null(strstr(info.why, "may not be read by the user congchao, expected its group"));
}

static void files_too_large_are_not_read(void **state)
{
	(void)state;
	assert_int_equal(truncate(conf.certificate, 64 * 1024 + 1), 0);
	assert_state(CERTIFICATE_UNREADABLE, "File too large");
}

static void files_with_something_else_in_them(void **state)
{
	(void)state;
	write_text(conf.key, "-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n");
	assert_state(CERTIFICATE_BROKEN, "no private key in PEM");
	write_text(conf.certificate, "");
	assert_state(CERTIFICATE_BROKEN, "no certificate in PEM");
	write_text(conf.certificate, "portal = { };\n");
	assert_state(CERTIFICATE_BROKEN, "no certificate in PEM");
	assert_int_equal(truncate(conf.certificate, 4096), 0); /* as a crash leaves it: zeros */
	assert_state(CERTIFICATE_BROKEN, "no certificate in PEM");
}

static void a_key_with_a_password(void **state)
{
	gnutls_datum_t pem;

	(void)state;
	assert_int_equal(gnutls_x509_privkey_export2_pkcs8(portal.key, GNUTLS_X509_FMT_PEM, "secret",
							   0, &pem), 0);
	write_pem(conf.key, "w", &pem);
	gnutls_free(pem.data);
	assert_state(CERTIFICATE_BROKEN, "the key has a password");
}

static void the_key_of_another(void **state)
{
	(void)state;
	write_key(&other);
	assert_state(CERTIFICATE_NOT_ITS_KEY, "not the key of");
	assert_null(certificate_read(&conf, NOW, &info));
}

static void a_key_that_everybody_can_read_is_noticed(void **state)
{
	(void)state;
	chmod(conf.key, 0644);
	assert_state(CERTIFICATE_GOOD, "");
	assert_true(info.key_is_open);
}

static void for_another_name(void **state)
{
	struct signer one = server("www.example.net");

	(void)state;
	gnutls_x509_crt_set_subject_alt_name(one.crt, GNUTLS_SAN_DNSNAME, "example.net", 11,
					     GNUTLS_FSAN_APPEND);
	sign(one.crt, &between);
	write_chain((const struct signer *const[]){&one, &between, NULL});
	write_key(&one);
	assert_state(CERTIFICATE_OTHER_NAME,
		     "for www.example.net, example.net, expected one for portal.name, " NAME);
	signer_free(&one);
}

static void a_common_name_is_no_name(void **state)
{
	struct signer one = server("");

	(void)state;
	gnutls_x509_crt_set_dn(one.crt, "CN=" NAME, NULL);
	sign(one.crt, &between);
	write_chain((const struct signer *const[]){&one, &between, NULL});
	write_key(&one);
	assert_state(CERTIFICATE_OTHER_NAME, "for no host name (subjectAltName)");
	signer_free(&one);
}

static void not_for_a_server(void **state)
{
	struct signer one = server(NAME);

	(void)state;
	gnutls_x509_crt_set_key_purpose_oid(one.crt, GNUTLS_KP_TLS_WWW_CLIENT, 0);
	sign(one.crt, &between);
	write_chain((const struct signer *const[]){&one, &between, NULL});
	write_key(&one);
	assert_state(CERTIFICATE_BROKEN, "something else than a TLS server");
	signer_free(&one);
}

static void the_one_between_is_missing(void **state)
{
	(void)state;
	write_chain((const struct signer *const[]){&portal, NULL});
	assert_state(CERTIFICATE_UNTRUSTED, "ends at \"CN=between\"");
	assert_non_null(strstr(info.why, "fullchain.pem"));
	assert_true(certificate_is_usable(info.state));
	assert_int_equal(certificate_check_time(&conf, NOW + 100 * DAY, &info), CERTIFICATE_EXPIRED);
	assert_int_equal(certificate_check_time(&conf, NOW, &info), CERTIFICATE_UNTRUSTED);
}

static void an_authority_of_ones_own(void **state)
{
	(void)state;
	root_is_known = false;
	write_chain((const struct signer *const[]){&portal, &between, &root, NULL});
	assert_state(CERTIFICATE_UNTRUSTED, "made by \"CN=root\"");
	root_is_known = true;
	assert_state(CERTIFICATE_GOOD, "");
}

static void issuers_of_the_same_name_but_others(void **state)
{
	struct signer namesake = authority("between", &root);

	(void)state;
	write_chain((const struct signer *const[]){&portal, &namesake, NULL});
	assert_state(CERTIFICATE_UNTRUSTED, "not rightly signed");
	signer_free(&namesake);
}

static void the_order_is_wrong(void **state)
{
	(void)state;
	write_chain((const struct signer *const[]){&portal, &root, &between, NULL});
	assert_state(CERTIFICATE_BROKEN, "not in order");
}

static void a_responder_is_noticed(void **state)
{
	gnutls_datum_t issuer = {(unsigned char *)(uintptr_t) "http://ca.example/ca.der", 24},
		       ocsp = {(unsigned char *)(uintptr_t) "http://ocsp.example/ too", 24};
	struct signer one = server(NAME);

	(void)state;
	assert_state(CERTIFICATE_GOOD, "");
	assert_string_equal(info.responder, "");
	gnutls_x509_crt_set_authority_info_access(one.crt, GNUTLS_IA_CAISSUERS_URI, &issuer);
	gnutls_x509_crt_set_authority_info_access(one.crt, GNUTLS_IA_OCSP_URI, &ocsp);
	sign(one.crt, &between);
	write_chain((const struct signer *const[]){&one, &between, NULL});
	write_key(&one);
	assert_state(CERTIFICATE_GOOD, "");
	assert_string_equal(info.responder, "http://ocsp.example/");
	signer_free(&one);
}

static void dns_ids(void **state)
{
	static const char *const good_ones[] = {NAME, "PORTAL.Example.Net", "*.example.net"};
	static const char *const bad[] = {"",	   "*",		    "*.net",	       "*.portal.example.net",
					  "example.net", "portal*.example.net", "*.*.net",     "*example.net",
					  "portal.example.net.", "portal.example.ne"};

	(void)state;
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++)
		assert_true(certificate_name_matches(good_ones[i], strlen(good_ones[i]), NAME));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (certificate_name_matches(bad[i], strlen(bad[i]), NAME))
			fail_msg("\"%s\" stands for " NAME, bad[i]);
	assert_false(certificate_name_matches("*.net", 5, "example.net"));
	/* A NUL inside ends no name. */
	assert_false(certificate_name_matches(NAME "\0.evil.example", sizeof(NAME) + 13, NAME));
}

static void every_state_has_a_word(void **state)
{
	(void)state;
	for (int i = 0; i < CERTIFICATE__MAX; i++)
		assert_non_null(certificate_word((enum certificate_state)i));
}

static int make_all(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) < 0)
		return -1;
	snprintf(conf.certificate, sizeof(conf.certificate), "%s/fullchain.pem", folder);
	snprintf(conf.key, sizeof(conf.key), "%s/privkey.pem", folder);
	root = authority("root", NULL);
	other = authority("other", NULL);
	between = authority("between", &root);
	portal = server(NAME);
	sign(portal.crt, &between);
	return 0;
}

static int forget_all(void **state)
{
	(void)state;
	unlink(conf.certificate);
	unlink(conf.key);
	rmdir(folder);
	signer_free(&root);
	signer_free(&other);
	signer_free(&between);
	signer_free(&portal);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(none_is_configured),
	    cmocka_unit_test_setup(a_good_one_has_days_left, good),
	    cmocka_unit_test_setup(time_passes_without_reading_again, good),
	    cmocka_unit_test_setup(a_pair_is_kept_for_when_its_time_comes, good),
	    cmocka_unit_test_setup(files_that_cannot_be_read, good),
	    cmocka_unit_test_setup(a_key_that_portal_may_not_read, good),
	    cmocka_unit_test_setup(files_too_large_are_not_read, good),
	    cmocka_unit_test_setup(files_with_something_else_in_them, good),
	    cmocka_unit_test_setup(a_key_with_a_password, good),
	    cmocka_unit_test_setup(the_key_of_another, good),
	    cmocka_unit_test_setup(a_key_that_everybody_can_read_is_noticed, good),
	    cmocka_unit_test_setup(for_another_name, good),
	    cmocka_unit_test_setup(a_common_name_is_no_name, good),
	    cmocka_unit_test_setup(not_for_a_server, good),
	    cmocka_unit_test_setup(the_one_between_is_missing, good),
	    cmocka_unit_test_setup(an_authority_of_ones_own, good),
	    cmocka_unit_test_setup(issuers_of_the_same_name_but_others, good),
	    cmocka_unit_test_setup(the_order_is_wrong, good),
	    cmocka_unit_test_setup(a_responder_is_noticed, good),
	    cmocka_unit_test(dns_ids),
	    cmocka_unit_test(every_state_has_a_word),
	};

	return cmocka_run_group_tests_name("certificate", tests, make_all, forget_all);
}

/*
 * POST /v1/enrol: a one-time code becomes a site's key. The only request that nobody has
 * signed; five wrong ones within an hour from one place, and that place has to wait.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/address.h"
#include "collect/body.h"
#include "collect/code.h"
#include "collect/flat.h"
#include "collect/key.h"
#include "collect/request.h"
#include "collect/say.h"
#include "common/log.h"

enum { RESULT, SITE, KEY_VERSION };

enum { INSTANCE_DIGITS = 32 };

static void enrol_done(struct request *request, const PGresult *result)
{
	const char *said = PQntuples(result) == 1 ? PQgetvalue(result, 0, RESULT) : "no";
	char key[KEY_HEX_SIZE], *text = NULL;

	if (strcmp(said, "many") == 0) {
		request_refuse(request, MHD_HTTP_TOO_MANY_REQUESTS,
			       "too many wrong codes, try again in an hour");
		return;
	}
	if (strcmp(said, "yes") != 0) {
		say("enrol: a code that is not valid now");
		request_refuse(request, MHD_HTTP_FORBIDDEN, "this code is not valid");
		return;
	}
	key_of_site(PQgetvalue(result, 0, SITE),
		    (uint32_t)strtoul(PQgetvalue(result, 0, KEY_VERSION), NULL, 10), key);
	log_info("%s: enrolled, key version %s", PQgetvalue(result, 0, SITE),
		 PQgetvalue(result, 0, KEY_VERSION));
	if (asprintf(&text, "{\"site\":\"%s\",\"key_version\":%s,\"key\":\"%s\",\"url\":\"%s\"}\n",
		     PQgetvalue(result, 0, SITE), PQgetvalue(result, 0, KEY_VERSION), key,
		     request->collect->conf->url) < 0)
		text = NULL;
	sodium_memzero(key, sizeof(key));
	request_answer(request, MHD_HTTP_OK, text);
}

/* A hash as bytea reads it: \x and hex digits. */
static const char *hash_text(const char *kind, const char *value, char out[72])
{
	uint8_t hash[SIGN_BYTES];

	key_hash(kind, value, hash);
	memcpy(out, "\\x", 2);
	sodium_bin2hex(out + 2, 70, hash, sizeof(hash));
	return out;
}

bool enrol_is_instance(const char *text)
{
	return strlen(text) == INSTANCE_DIGITS &&
	       strspn(text, "0123456789abcdef") == INSTANCE_DIGITS;
}

static void enrol_begin(struct request *request)
{
	char typed[32], code[CODE_SIZE], address[ADDRESS_TEXT_SIZE];
	const struct flat_field fields[] = {{"code", typed, sizeof(typed)},
					    {"instance", request->text[1], INSTANCE_DIGITS + 1},
					    {"sw", request->text[2], 33}};

	if (body_wrong(request->body, request->size) != NULL ||
	    !flat_read(request->body, fields, 3) || !enrol_is_instance(request->text[1])) {
		request_malformed(request, "expected code, instance and sw");
		return;
	}
	/* What is no code at all is a wrong one like any other, and counts as one. */
	if (!code_read(typed, code))
		snprintf(code, sizeof(code), "none");
	address_of_client(request->connection, address);
	request->job.values[0] = hash_text("code", code, request->text[0]);
	request->job.values[1] = request->text[1];
	request->job.values[2] = request->text[2];
	request->job.values[3] = hash_text("address", address, request->text[3]);
	request_ask(request, PG_ENROL, enrol_done);
}

const struct route enrol_route = {.path = "/v1/enrol", .method = "POST", .begin = enrol_begin};

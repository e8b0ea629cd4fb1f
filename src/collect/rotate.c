/*
 * POST /v1/rotate: the next version of a site's key, for who has signed with the present
 * one. The one before stays valid for 14 days, in case the answer is lost.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "collect/body.h"
#include "collect/flat.h"
#include "collect/key.h"
#include "collect/request.h"
#include "common/log.h"

static void rotate_done(struct request *request, const PGresult *result)
{
	const char *version = PQgetvalue(result, 0, 0);
	char key[KEY_HEX_SIZE], *text = NULL;

	key_of_site(request->sign.site, (uint32_t)strtoul(version, NULL, 10), key);
	log_info("%s: key version %s", request->sign.site, version);
	if (asprintf(&text, "{\"key_version\":%s,\"key\":\"%s\"}\n", version, key) < 0)
		text = NULL;
	sodium_memzero(key, sizeof(key));
	request_answer(request, MHD_HTTP_OK, text);
}

static void rotate_begin(struct request *request)
{
	const struct flat_field fields[] = {{"instance", request->text[1], 33}};

	if (!request_is_signed(request))
		return;
	/* Whether its key may speak is asked first; then the database says what is wrong. */
	if (body_wrong(request->body, request->size) != NULL ||
	    !flat_read(request->body, fields, 1) || !enrol_is_instance(request->text[1]))
		request->text[1][0] = '\0';
	snprintf(request->text[0], sizeof(request->text[0]), "%lu",
		 (unsigned long)request->sign.key_ver);
	request->job.values[0] = request->sign.site;
	request->job.values[1] = request->text[0];
	request->job.values[2] = request->text[1];
	request_ask(request, PG_ROTATE, rotate_done);
}

const struct route rotate_route = {.path = "/v1/rotate", .method = "POST", .begin = rotate_begin};

/*
 * Reads answers with json-c, which every OpenWrt router has; see answer.h. The server is
 * authenticated, its answer is bounded before it comes here, and still nothing of it is
 * taken that has not the one form that is expected.
 */
#include "report/answer.h"

#include <json-c/json.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/conf_value.h"
#include "report/text.h"

enum { DEPTH_MAX = 8 };

/* The object that body is, or NULL; to be put back. */
static json_object *parse(const char *body, size_t size)
{
	json_tokener *tokener;
	json_object *object;

	/* json-c ends at a NUL as if the text did. */
	if (size == 0 || size > ANSWER_BYTES_MAX || memchr(body, '\0', size) != NULL)
		return NULL;
	tokener = json_tokener_new_ex(DEPTH_MAX);
	if (tokener == NULL)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, body, (int)size);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != size ||
	    !json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

/* A text of at most max bytes and without NUL; NULL for anything else. */
static const char *text_of(json_object *object, const char *name, size_t max)
{
	json_object *member;
	const char *text;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	text = json_object_get_string(member);
	if ((size_t)json_object_get_string_len(member) != strlen(text) || strlen(text) > max)
		return NULL;
	return text;
}

static bool number_of(json_object *object, const char *name, int64_t least, int64_t most,
		      int64_t *number)
{
	json_object *member;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_int))
		return false;
	*number = json_object_get_int64(member);
	return *number >= least && *number <= most;
}

static bool is_absent(json_object *object, const char *name)
{
	json_object *member;

	return !json_object_object_get_ex(object, name, &member) || member == NULL;
}

/* rev and digest are left out where nothing is stored. */
static bool take_result(json_object *object, struct revision_result *result)
{
	const char *period, *digest, *reason;
	int64_t code;

	*result = (struct revision_result){0};
	if (!json_object_is_type(object, json_type_object))
		return false;
	period = text_of(object, "period", TEXT_TIME_SIZE);
	if (period == NULL || !text_hour(period, &result->hour) ||
	    !number_of(object, "code", 0, 999, &code))
		return false;
	result->code = (int)code;
	if (!is_absent(object, "rev") && !number_of(object, "rev", 0, INT32_MAX, &result->rev))
		return false;
	reason = text_of(object, "reason", ANSWER_BYTES_MAX);
	text_plain(reason != NULL ? reason : "", result->said, sizeof(result->said));
	if (is_absent(object, "digest"))
		return true;
	digest = text_of(object, "digest", 2 * (size_t)HOUR_DIGEST);
	result->digested = digest != NULL && key_parse(digest, result->digest);
	return result->digested;
}

static bool is_repeated(const struct answer *answer)
{
	for (size_t i = 0; i + 1 < answer->count; i++)
		if (answer->results[i].hour == answer->results[answer->count - 1].hour)
			return true;
	return false;
}

static bool take_results(json_object *list, struct answer *answer)
{
	size_t count = json_object_array_length(list);

	answer->count = 0;
	if (count > ANSWER_RESULTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!take_result(json_object_array_get_idx(list, i),
				 &answer->results[answer->count++]) ||
		    is_repeated(answer))
			return false;
	}
	return true;
}

int answer_results(const char *body, size_t size, struct answer *answer, struct problem *problem)
{
	json_object *object = parse(body, size);
	json_object *list;
	bool good = json_object_object_get_ex(object, "results", &list) &&
		    json_object_is_type(list, json_type_array) && take_results(list, answer);

	json_object_put(object);
	return good ? 0
		    : problem_say(problem, "the answer is not as expected: is report.url that of "
					   "the department, and are both sides of one version?");
}

static bool take_key(json_object *object, struct key *key)
{
	const char *hex = text_of(object, "key", 2 * (size_t)KEY_BYTES);
	int64_t version;

	if (hex == NULL || !key_parse(hex, key->bytes) ||
	    !number_of(object, "key_version", 1, KEY_VERSION_MAX, &version))
		return false;
	key->version = (uint32_t)version;
	return true;
}

static bool take_place(json_object *object, struct key *key)
{
	const char *site = text_of(object, "site", sizeof(key->site) - 1);
	const char *url = text_of(object, "url", sizeof(key->url) - 1);

	if (site == NULL || !conf_is_name(site) || url == NULL || !conf_is_https(url))
		return false;
	snprintf(key->site, sizeof(key->site), "%s", site);
	snprintf(key->url, sizeof(key->url), "%s", url);
	return true;
}

/* The answer has a secret in it, which json-c does not wipe; the process ends soon. */
static int take_whole(const char *body, size_t size, struct key *key, bool place,
		      struct problem *problem)
{
	json_object *object = parse(body, size);
	struct key taken = *key;
	bool good =
	    object != NULL && take_key(object, &taken) && (!place || take_place(object, &taken));

	json_object_put(object);
	if (good)
		*key = taken;
	sodium_memzero(&taken, sizeof(taken));
	return good ? 0
		    : problem_say(problem, "the answer has no key in it as expected: is that the "
					   "address on the slip?");
}

int answer_enrolled(const char *body, size_t size, struct key *key, struct problem *problem)
{
	return take_whole(body, size, key, true, problem);
}

int answer_rotated(const char *body, size_t size, struct key *key, struct problem *problem)
{
	return take_whole(body, size, key, false, problem);
}

void answer_error(const char *body, size_t size, char out[ANSWER_TEXT_SIZE])
{
	json_object *object = parse(body, size);
	const char *text = object != NULL ? text_of(object, "error", ANSWER_BYTES_MAX) : NULL;

	text_plain(text != NULL ? text : "", out, ANSWER_TEXT_SIZE);
	json_object_put(object);
}

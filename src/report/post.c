/*
 * HTTPS by libcurl; see post.h. There is no way to switch the verification off: neither a
 * key nor the environment, which main has emptied.
 */
#include "report/post.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/conf_value.h"
#include "common/log.h"
#include "report/sign.h"
#include "report/text.h"

enum {
	CONNECT_SECONDS = 30,
	WHOLE_SECONDS = 120,
	HEADER_SIZE = 320,
	ADDRESS_SIZE = CONF_URL_SIZE + 32,
};

struct post {
	CURL *curl;
	const char *ca_file; /* "": the system's */
	char error[CURL_ERROR_SIZE];
	bool too_large;
	struct post_answer answer;
};

static size_t take_body(char *data, size_t size, size_t count, void *arg)
{
	struct post *post = arg;
	struct post_answer *answer = &post->answer;

	if (size * count > sizeof(answer->body) - answer->size) {
		post->too_large = true;
		return 0;
	}
	memcpy(answer->body + answer->size, data, size * count);
	answer->size += size * count;
	return size * count;
}

/* The value of the field of that name, trimmed, or NULL. */
static const char *value_of(const char *line, const char *name, char out[64])
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	line += length + 1;
	line += strspn(line, " \t");
	length = strcspn(line, "\r\n");
	if (length >= 64)
		return NULL;
	memcpy(out, line, length);
	out[length] = '\0';
	return out;
}

/* Seconds, or a date (RFC 9110, 10.2.3). */
static int64_t seconds_after(const char *value)
{
	time_t date;

	if (value[0] != '\0' && strspn(value, "0123456789") == strlen(value))
		return strlen(value) > 9 ? INT32_MAX : strtol(value, NULL, 10);
	date = curl_getdate(value, NULL);
	return date > time(NULL) ? (int64_t)(date - time(NULL)) : 0;
}

/* One line at a time, not ended by NUL. */
static size_t take_header(char *data, size_t size, size_t count, void *arg)
{
	struct post *post = arg;
	char line[128], text[64];
	size_t length = size * count < sizeof(line) - 1 ? size * count : sizeof(line) - 1;

	memcpy(line, data, length);
	line[length] = '\0';
	if (value_of(line, "Date", text) != NULL && curl_getdate(text, NULL) > 0)
		post->answer.date = (int64_t)curl_getdate(text, NULL);
	else if (value_of(line, "Retry-After", text) != NULL)
		post->answer.retry_after = seconds_after(text);
	return size * count;
}

/* All that is the same for each request. */
static CURLcode set_up(struct post *post)
{
	CURL *curl = post->curl;
	CURLcode rc = CURLE_OK;

#define SET(option, value) rc = rc == CURLE_OK ? curl_easy_setopt(curl, option, value) : rc
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (post->ca_file[0] != '\0') {
		SET(CURLOPT_CAINFO, post->ca_file);
		SET(CURLOPT_CAPATH, NULL); /* in place of the system's, not beside them */
	}
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
	SET(CURLOPT_USERAGENT, "congchao-report/" VERSION);
	SET(CURLOPT_ERRORBUFFER, post->error);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, post);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, post);
#undef SET
	return rc;
}

struct post *post_open(const struct conf *conf, struct problem *problem)
{
	struct post *post = calloc(1, sizeof(*post));

	if (post != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		post->curl = curl_easy_init();
	if (post != NULL && post->curl != NULL) {
		post->ca_file = conf->report_ca_file;
		if (set_up(post) == CURLE_OK)
			return post;
	}
	problem_say(problem, "libcurl cannot be set up for verified HTTPS");
	post_close(post);
	return NULL;
}

void post_close(struct post *post)
{
	if (post == NULL)
		return;
	curl_easy_cleanup(post->curl);
	curl_global_cleanup();
	free(post);
}

static bool add(struct curl_slist **fields, const char *name, const char *value)
{
	char line[HEADER_SIZE];
	struct curl_slist *longer;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(*fields, line);
	if (longer != NULL)
		*fields = longer;
	return longer != NULL;
}

/* Where the address's path begins, which is what is signed: behind the host. */
static const char *path_in(const char *address)
{
	const char *path = strchr(address + strlen("https://"), '/');

	return path != NULL ? path : "/";
}

/* For the caller to free; NULL when memory is out. */
static struct curl_slist *fields_of(const char *address, const struct key *key, const char *body)
{
	struct curl_slist *fields = NULL;
	struct sign_fields signature;
	bool good = add(&fields, "Content-Type", "application/json");

	/* "Expect: 100-continue" would cost a second with servers that do not know it. */
	if (good) {
		struct curl_slist *longer = curl_slist_append(fields, "Expect:");

		good = longer != NULL;
		fields = good ? longer : fields;
	}
	if (good && key != NULL) {
		sign_post(key, path_in(address), body, strlen(body), (int64_t)time(NULL),
			  &signature);
		good = add(&fields, "Content-Digest", signature.content_digest) &&
		       add(&fields, "Signature-Input", signature.signature_input) &&
		       add(&fields, "Signature", signature.signature);
	}
	if (good)
		return fields;
	curl_slist_free_all(fields);
	return NULL;
}

/* What the operator can do something about, in more words than libcurl has. */
static int say_failure(const struct post *post, CURLcode rc, struct problem *problem)
{
	char now[TEXT_TIME_SIZE];
	const char *why = post->error[0] != '\0' ? post->error : curl_easy_strerror(rc);

	if (post->too_large)
		return problem_say(problem,
				   "the answer is larger than 64 KiB: is report.url right?");
	if (rc == CURLE_PEER_FAILED_VERIFICATION)
		return problem_say(problem,
				   "the server cannot be trusted: %s (it is %s here; CA file: %s)",
				   why, text_utc((int64_t)time(NULL), now),
				   post->ca_file[0] != '\0' ? post->ca_file : "the system's");
	if (rc == CURLE_SSL_CACERT_BADFILE)
		return problem_say(problem, "the file of certificate authorities: %s", why);
	return problem_say(problem, "the server cannot be reached: %s", why);
}

int post_send(struct post *post, const char *url, const char *path, const struct key *key,
	      const char *body, const struct post_answer **answer, struct problem *problem)
{
	char address[ADDRESS_SIZE];
	struct curl_slist *fields;
	CURLcode rc;

	snprintf(address, sizeof(address), "%s%s", url, path);
	fields = fields_of(address, key, body);
	if (fields == NULL)
		return problem_say(problem, "no memory");
	post->answer.status = 0;
	post->answer.size = 0;
	post->answer.date = post->answer.retry_after = 0;
	post->error[0] = '\0';
	post->too_large = false;
	curl_easy_setopt(post->curl, CURLOPT_URL, address);
	curl_easy_setopt(post->curl, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(post->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(post->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	rc = curl_easy_perform(post->curl);
	if (rc == CURLE_OK)
		rc = curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &post->answer.status);
	curl_slist_free_all(fields);
	curl_easy_setopt(post->curl, CURLOPT_HTTPHEADER, NULL);
	*answer = &post->answer;
	return rc == CURLE_OK ? 0 : say_failure(post, rc, problem);
}

int post_unexpected(const struct post_answer *answer, struct problem *problem)
{
	char error[ANSWER_TEXT_SIZE];

	answer_error(answer->body, answer->size, error);
	if (answer->status >= 300 && answer->status < 400)
		return problem_say(problem,
				   "the server leads elsewhere (HTTP %ld), which is not followed: "
				   "is report.url right?",
				   answer->status);
	return problem_say(problem, "the server answers HTTP %ld%s%s", answer->status,
			   error[0] != '\0' ? ": " : "", error);
}

/*
 * fuzz: portal/request portal/language portal/api
 * libs: -lmicrohttpd
 * Bytes of a stranger through the real libmicrohttpd into the fields of a request: as
 * http.c does it, with what comes behind left out.
 */
#include "fuzz.h"

#include <err.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "portal/request.h"

enum { POOL = 12 * 1024, ROUNDS = 8 };

static void check_field(const struct request_field *field)
{
	FUZZ_CHECK(memchr(field->value, '\0', sizeof(field->value)) != NULL);
	FUZZ_CHECK(field->count > 0 || field->value[0] == '\0');
}

static enum MHD_Result answer(struct MHD_Connection *connection, const struct request *request)
{
	static char text[] = "ok";
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(2, text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	check_field(&request->token);
	check_field(&request->choice);
	FUZZ_CHECK(memchr(request->host, '\0', sizeof(request->host)) != NULL);
	FUZZ_CHECK(memchr(request->audience, '\0', sizeof(request->audience)) != NULL);
	FUZZ_CHECK(request->language >= -1 && request->language < 2 && request->accepted < 2);
	FUZZ_CHECK(request->family == 4 && request->path <= PATH_OTHER);
	if (response == NULL)
		return MHD_NO;
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	static const struct conf conf = {.languages = {"vi", "en"}, .language_count = 2};
	struct request *request = *context;

	(void)cls;
	(void)version;
	if (request == NULL) {
		*context = request_new(&conf, connection, url, strcmp(method, "POST") == 0);
		return *context != NULL ? MHD_YES : MHD_NO;
	}
	if (*upload_size > 0) {
		request_feed(request, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	request_body_end(request);
	return answer(connection, request);
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)connection;
	(void)code;
	request_free(*context);
	*context = NULL;
}

static void nothing(void *cls, const char *fmt, va_list ap)
{
	(void)cls;
	(void)fmt;
	(void)ap;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct MHD_Daemon *http;
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a4d0102)};
	char sink[4096];
	int pair[2];

	if (http == NULL)
		http = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL,
					handle, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
					(size_t)POOL, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
					MHD_OPTION_EXTERNAL_LOGGER, nothing, NULL, MHD_OPTION_END);
	if (http == NULL ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		err(1, "libmicrohttpd");
	if (send(pair[1], data, size, MSG_NOSIGNAL) < 0 && size > 0)
		err(1, "send");
	shutdown(pair[1], SHUT_WR);
	if (MHD_add_connection(http, pair[0], (struct sockaddr *)&from, sizeof(from)) != MHD_YES)
		errx(1, "connection");
	for (int i = 0; i < ROUNDS; i++) {
		MHD_run(http);
		while (recv(pair[1], sink, sizeof(sink), MSG_DONTWAIT) > 0)
			;
	}
	close(pair[1]);
	MHD_run(http);
	MHD_run(http);
	return 0;
}

/* One request to the preview, for libmicrohttpd to call. */
#ifndef CTL_PREVIEW_REQUEST_H
#define CTL_PREVIEW_REQUEST_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/preview_own.h"
#include "ctl/preview_pack.h"

struct preview_site {
	struct preview_pack *pack;
	const struct preview_own *own;
	uint16_t port;
};

/* An MHD_AccessHandlerCallback; cls is a struct preview_site. */
enum MHD_Result preview_request(void *cls, struct MHD_Connection *connection, const char *url,
				const char *method, const char *version, const char *upload,
				size_t *upload_size, void **context);

/* An MHD_RequestCompletedCallback. */
void preview_request_end(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code);

#endif

/* QR codes as the path of an SVG picture. Built with QR=0 there are none. */
#ifndef CTL_PUBLISH_QR_H
#define CTL_PUBLISH_QR_H

#include <stdbool.h>

struct publish_qr {
	unsigned size; /* of the picture's sides, quiet zone included; a module is 1 */
	char *path;    /* the dark modules, for the attribute d */
};

/* False, with nothing to free: there is no code, because of QR=0 or of text's length. */
bool publish_qr_make(const char *text, struct publish_qr *qr);
void publish_qr_free(struct publish_qr *qr);

#endif

/* Draws QR codes with libqrencode, row by row, for signs that are printed. */
#include "ctl/publish_qr.h"

#include <stddef.h>

#if HAVE_QR

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"

enum { QUIET = 4 }; /* modules of margin that readers need, ISO/IEC 18004 */

/* The dark modules of one row: a flat rectangle for each that stand together. */
static void row_draw(FILE *out, const unsigned char *row, int width, int y)
{
	for (int x = 0; x < width; x++) {
		int from = x;

		while (x < width && (row[x] & 1) != 0)
			x++;
		if (x > from)
			fprintf(out, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from,
				x - from);
	}
}

bool publish_qr_make(const char *text, struct publish_qr *qr)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	size_t length;
	FILE *out;

	if (code == NULL)
		return false;
	out = open_memstream(&qr->path, &length);
	if (out == NULL)
		fatal("no memory for the QR code");
	for (int y = 0; y < code->width; y++)
		row_draw(out, code->data + y * code->width, code->width, y);
	if (fclose(out) != 0)
		fatal("no memory for the QR code");
	qr->size = (unsigned)code->width + 2 * QUIET;
	QRcode_free(code);
	return true;
}

void publish_qr_free(struct publish_qr *qr)
{
	free(qr->path);
}

#else

bool publish_qr_make(const char *text, struct publish_qr *qr)
{
	(void)text;
	qr->size = 0;
	qr->path = NULL;
	return false;
}

void publish_qr_free(struct publish_qr *qr)
{
	qr->path = NULL;
}

#endif

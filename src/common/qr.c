/* Draws a QR code row by row: a flat rectangle for the dark modules that stand together. */
#include "common/qr.h"

#include <stddef.h>

#if HAVE_QR

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUIET = 4 }; /* modules of margin that readers need, ISO/IEC 18004 */

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

char *qr_path(const char *text, unsigned *size)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	char *path = NULL;
	size_t length;
	FILE *out;

	if (code == NULL)
		return NULL;
	out = open_memstream(&path, &length);
	if (out != NULL) {
		for (int y = 0; y < code->width; y++)
			row_draw(out, code->data + y * code->width, code->width, y);
		if (fclose(out) != 0) {
			free(path);
			path = NULL;
		}
	}
	*size = (unsigned)code->width + 2 * QUIET;
	QRcode_free(code);
	return path;
}

#else

char *qr_path(const char *text, unsigned *size)
{
	(void)text;
	(void)size;
	return NULL;
}

#endif

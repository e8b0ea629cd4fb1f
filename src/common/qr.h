/* QR codes as the path of an SVG picture, by libqrencode. Built with QR=0 there are none. */
#ifndef COMMON_QR_H
#define COMMON_QR_H

/*
 * The dark modules, for the attribute d of a picture of size x size, quiet zone included; a
 * module is 1. The caller frees it. NULL: QR=0, text is too long, or memory is out.
 */
char *qr_path(const char *text, unsigned *size);

#endif

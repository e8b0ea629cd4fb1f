/* QR codes for slips, by libqrencode. */
#ifndef COLLECT_QR_H
#define COLLECT_QR_H

/* The path of an SVG of size x size, margins included; the caller's. NULL: it is too long. */
char *qr_path(const char *text, unsigned *size);

#endif

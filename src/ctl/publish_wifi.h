/*
 * What the QR code of a Wi-Fi sign says. Pure. Barcode readers' own convention, as ZXing
 * wrote it down ("Barcode Contents"): WIFI:T:nopass;S:NAME;;
 */
#ifndef CTL_PUBLISH_WIFI_H
#define CTL_PUBLISH_WIFI_H

#include <stdbool.h>

enum {
	PUBLISH_WIFI_NAME_MAX = 32, /* bytes, IEEE 802.11 */
	PUBLISH_WIFI_SIZE = 2 * PUBLISH_WIFI_NAME_MAX + 32,
};

/* May it be the name of a network on a sign: 1 to 32 bytes of UTF-8 that can be printed? */
bool publish_wifi_is_name(const char *name);

/* The code's text for the open network of that name; returns out. */
const char *publish_wifi_text(const char *name, char out[PUBLISH_WIFI_SIZE]);

#endif

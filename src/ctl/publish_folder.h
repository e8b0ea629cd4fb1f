/*
 * The folder that is published into. Files are replaced whole or not at all; what else
 * is in the folder is left alone, and nothing outside it is ever touched.
 */
#ifndef CTL_PUBLISH_FOLDER_H
#define CTL_PUBLISH_FOLDER_H

#include <stddef.h>

struct publish_folder;

/* Makes the folder when it is missing. NULL: why and what to do has been logged. */
struct publish_folder *publish_folder_open(const char *path);
void publish_folder_close(struct publish_folder *folder); /* accepts NULL */

/* Writes "poster/vi/CIT-OTP.html". Returns 0, or -1: why has been logged. */
int publish_folder_write(struct publish_folder *folder, const char *path, const char *bytes,
			 size_t length);

/* How many files have been written. */
size_t publish_folder_count(const struct publish_folder *folder);

#endif

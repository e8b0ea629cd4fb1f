/*
 * What the fuzz targets share. Each is linked with libFuzzer, or with replay.c, which runs
 * the files it is given once each.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the run: what is wrong is a defect even where nothing crashes. */
#define FUZZ_CHECK(what)                                                                           \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);         \
			__builtin_trap();                                                          \
		}                                                                                  \
	} while (0)

/* A folder of this run's own, in memory where there is such a place. */
const char *fuzz_folder(void);

/* Writes bytes to a file (a relative path, in folders that exist) in that folder. */
void fuzz_write(const char *name, const uint8_t *data, size_t size);

/* A report whose lines are formatted and thrown away. */
struct report fuzz_report(void);

#endif

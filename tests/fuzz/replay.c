/*
 * Takes libFuzzer's place where it is missing: runs every file named, then mutants of them
 * for the seconds given first. `target SECONDS FILE...`
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"

enum { INPUT_MAX = 4096 };

static uint32_t chance_state = 2463534242u; /* xorshift32: the same mutants every time */

static uint32_t chance(uint32_t below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 17;
	chance_state ^= chance_state << 5;
	return chance_state % below;
}

static size_t input_read(const char *path, uint8_t *data)
{
	FILE *file = fopen(path, "re");
	size_t size;

	if (file == NULL)
		err(1, "%s", path);
	size = fread(data, 1, INPUT_MAX, file);
	fclose(file);
	return size;
}

/* On the heap and exactly as long, so that a read beyond it is seen. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size != 0 ? size : 1);

	if (copy == NULL)
		err(1, "memory");
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static size_t mutate(uint8_t *data, size_t size)
{
	for (uint32_t n = 1 + chance(8); n > 0 && size > 0; n--) {
		size_t at = chance((uint32_t)size);

		switch (chance(4)) {
		case 0:
			data[at] = (uint8_t)chance(256);
			break;
		case 1:
			data[at] ^= (uint8_t)(1u << chance(8));
			break;
		case 2:
			memmove(data + at, data + at + 1, size - at - 1);
			size--;
			break;
		default:
			if (size < INPUT_MAX) {
				memmove(data + at + 1, data + at, size - at);
				size++;
			}
		}
	}
	return size;
}

int main(int argc, char **argv)
{
	static uint8_t data[INPUT_MAX];
	time_t end;
	unsigned long runs = 0;

	if (argc < 3)
		errx(2, "usage: %s SECONDS FILE...", argv[0]);
	for (int i = 2; i < argc; i++)
		run(data, input_read(argv[i], data));
	end = time(NULL) + strtol(argv[1], NULL, 10);
	while (time(NULL) < end) {
		size_t size = input_read(argv[2 + chance((uint32_t)argc - 2)], data);

		run(data, mutate(data, size));
		runs++;
	}
	printf("%lu mutants\n", runs);
	return 0;
}

/* A folder and a report for the targets that read files; see fuzz.h. */
#include "fuzz.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* libconfig loses strings of a file that breaks off in the middle; the program then ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex\n";
}

const char *fuzz_folder(void)
{
	const char *folder = getenv("FUZZ_FOLDER");

	if (folder == NULL)
		errx(1, "FUZZ_FOLDER is not set: this is started by tests/fuzz/run");
	return folder;
}

void fuzz_write(const char *name, const uint8_t *data, size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		err(1, "%s", path);
	close(fd);
}

struct report fuzz_report(void)
{
	static FILE *nowhere;

	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "we");
	if (nowhere == NULL)
		err(1, "/dev/null");
	return (struct report){.out = nowhere};
}

/*
 * Writes beside the file that is meant and moves it there at the end, for the commands
 * that give editors files. An editor's work must never be lost to it.
 */
#include "ctl/outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void failed(const struct outfile *file, struct report *report)
{
	report_error(report, file->path, 0, "cannot be written: %s", strerror(errno));
}

static void exists(const struct outfile *file, struct report *report)
{
	report_error(report, file->path, 0, "is there already, expected another name, or --force");
}

int outfile_begin(struct outfile *file, const char *path, bool force, struct report *report)
{
	mode_t mask = umask(0);
	int n, fd;

	umask(mask);
	*file = (struct outfile){.force = force};
	n = snprintf(file->part, sizeof(file->part), "%s.XXXXXX", path);
	snprintf(file->path, sizeof(file->path), "%s", path);
	if (n < 0 || (size_t)n >= sizeof(file->part)) {
		report_error(report, path, 0, "is too long, expected a shorter path");
		return -1;
	}
	if (!force && access(path, F_OK) == 0) {
		exists(file, report);
		return -1;
	}
	fd = mkstemp(file->part);
	if (fd < 0) {
		failed(file, report);
		return -1;
	}
	file->out = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "w") : NULL;
	if (file->out != NULL)
		return 0;
	failed(file, report);
	close(fd);
	unlink(file->part);
	return -1;
}

/* link, unlike rename, is refused where somebody was faster; a FAT stick has no links. */
static int part_link(const struct outfile *file)
{
	if (link(file->part, file->path) == 0)
		return 0;
	return errno == EPERM || errno == EOPNOTSUPP ? rename(file->part, file->path) : -1;
}

int outfile_end(struct outfile *file, struct report *report)
{
	bool written =
	    fflush(file->out) == 0 && ferror(file->out) == 0 && fsync(fileno(file->out)) == 0;
	int error = errno, rc = -1;

	fclose(file->out);
	errno = error;
	if (written)
		rc = file->force ? rename(file->part, file->path) : part_link(file);
	if (rc < 0 && written && errno == EEXIST)
		exists(file, report);
	else if (rc < 0)
		failed(file, report);
	if (rc < 0 || !file->force)
		unlink(file->part);
	return rc;
}

void outfile_drop(struct outfile *file)
{
	fclose(file->out);
	unlink(file->part);
}

/*
 * Files below one folder, for `congchao content publish`. Every step is taken from the
 * open folder and follows no symbolic link, so that a link in a web server's tree never
 * leads a write out of it.
 */
#include "ctl/publish_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"

enum { PART_SIZE = 128 };

static const char temporary[] = ".congchao-new";

struct publish_folder {
	const char *path; /* borrowed */
	int fd;
	size_t count;
};

static const char *what_to_do(int error)
{
	switch (error) {
	case ENOENT:
		return "make the folder that it is to be in, or name another one";
	case EACCES:
	case EPERM:
	case EROFS:
		return "name a folder that you may write to";
	case ENOTDIR:
	case ELOOP:
	case EISDIR:
		return "something else of that name is in the way; name another folder";
	case ENOSPC:
	case EDQUOT:
		return "make room, then run it again: every file there is whole, old or new";
	default:
		return "run it again: every file there is whole, old or new";
	}
}

struct publish_folder *publish_folder_open(const char *path)
{
	struct publish_folder *folder = calloc(1, sizeof(*folder));

	if (folder == NULL)
		fatal("no memory to publish with");
	folder->path = path;
	folder->fd = -1;
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		int error = errno;

		log_warn("%s: cannot be published into (%s)", path, what_to_do(error));
		free(folder);
		return NULL;
	}
	return folder;
}

void publish_folder_close(struct publish_folder *folder)
{
	if (folder == NULL)
		return;
	close(folder->fd);
	free(folder);
}

/* The open folder below at of that name, made when it is missing; -1 with errno. */
static int folder_enter(int at, const char *name)
{
	if (mkdirat(at, name, 0777) < 0 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Goes down to the folder of path; *name is what is left of it. -1 with errno. */
static int folder_of(int root, const char *path, const char **name)
{
	int at = fcntl(root, F_DUPFD_CLOEXEC, 0);

	for (const char *slash; at >= 0 && (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		char part[PART_SIZE];
		int below;
		int error;

		if ((size_t)(slash - path) >= sizeof(part)) {
			close(at);
			errno = ENAMETOOLONG;
			return -1;
		}
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		below = folder_enter(at, part);
		error = errno;
		close(at);
		errno = error;
		at = below;
	}
	*name = path;
	return at;
}

static int bytes_write(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Beside the file first, then in its place. -1 with errno; nothing is left behind. */
static int file_replace(int at, const char *name, const char *bytes, size_t length)
{
	int fd, error;

	/* A new one: what a killed run left there may have become a link, or a pipe. */
	(void)unlinkat(at, temporary, 0);
	fd = openat(at, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	if (bytes_write(fd, bytes, length) < 0) {
		error = errno;
		close(fd);
		goto out;
	}
	if (close(fd) == 0 && renameat(at, temporary, at, name) == 0)
		return 0;
	error = errno;
out:
	unlinkat(at, temporary, 0);
	errno = error;
	return -1;
}

int publish_folder_write(struct publish_folder *folder, const char *path, const char *bytes,
			 size_t length)
{
	const char *name;
	int at = folder_of(folder->fd, path, &name);
	int rc = at >= 0 ? file_replace(at, name, bytes, length) : -1;
	int error = errno;

	if (at >= 0)
		close(at);
	if (rc == 0) {
		folder->count++;
		return 0;
	}
	errno = error;
	log_warn("%s/%s: cannot be written (%s)", folder->path, path, what_to_do(error));
	return -1;
}

size_t publish_folder_count(const struct publish_folder *folder)
{
	return folder->count;
}

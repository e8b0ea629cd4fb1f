/*
 * The files that congchao setup writes, which other programs read as root. Every step is
 * taken from the open folder; what is written is on the disk before it gets its name.
 */
#include "ctl/setup_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"

enum { BYTES_MAX = 1024 * 1024 };

/* Was the link laid by root or by who runs this? Nobody else's is followed. */
static bool link_is_ours(int at, const char *name)
{
	struct stat st;

	return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode) &&
	       (st.st_uid == 0 || st.st_uid == geteuid());
}

/* The folder of that name below at, which is closed; -1 with errno. */
static int folder_enter(int at, const char *name)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, error;
	int below = openat(at, name, flags | O_NOFOLLOW);

	/* Linux says ENOTDIR of a link that must be a folder, POSIX ELOOP. */
	if (below < 0 && (errno == ENOTDIR || errno == ELOOP)) {
		if (link_is_ours(at, name))
			below = openat(at, name, flags);
		else
			errno = ELOOP;
	}
	error = errno;
	close(at);
	errno = error;
	return below;
}

static int folder_open(const char *root, const char *folder)
{
	int at = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (at >= 0 && *(folder += strspn(folder, "/")) != '\0') {
		char part[SETUP_NAME_SIZE];
		size_t length = strcspn(folder, "/");

		snprintf(part, sizeof(part), "%.*s", (int)length, folder);
		at = folder_enter(at, part);
		folder += length;
	}
	return at;
}

static int failed(const struct setup_place *place, const char *what, struct report *report)
{
	const char *why = strerror(errno);

	if (errno == EACCES || errno == EPERM)
		report_error(report, place->path, 0, "%s: %s, expected to be run as root", what,
			     why);
	else
		report_error(report, place->path, 0, "%s: %s", what, why);
	return -1;
}

enum setup_found setup_place_open(struct setup_place *place, const char *root, const char *folder,
				  const char *name, struct report *report)
{
	size_t length = strlen(root);

	while (length > 0 && root[length - 1] == '/')
		length--;
	*place = (struct setup_place){.name = name};
	if (snprintf(place->path, sizeof(place->path), "%.*s%s/%s", (int)length, root, folder,
		     name) >= (int)sizeof(place->path)) {
		errno = ENAMETOOLONG;
		failed(place, "cannot be opened", report);
		return SETUP_FAILED;
	}
	snprintf(place->part, sizeof(place->part), ".%s.congchao", name);
	place->folder = folder_open(root[0] != '\0' ? root : "/", folder);
	if (place->folder >= 0)
		return SETUP_FOUND;
	if (errno == ENOENT)
		return SETUP_NO_FOLDER;
	if (errno == ELOOP)
		report_error(report, place->path, 0,
			     "its folder is behind a symbolic link of another user, expected a "
			     "folder, or a link that root has made");
	else
		failed(place, "its folder cannot be opened", report);
	return SETUP_FAILED;
}

void setup_place_close(struct setup_place *place)
{
	close(place->folder);
}

/* All of fd as a text; NULL with errno. */
static char *read_all(int fd)
{
	char *text = malloc(BYTES_MAX + 1);
	size_t length = 0;
	ssize_t n = 1;

	if (text == NULL)
		fatal("no memory for the file");
	while (length <= BYTES_MAX && (n = read(fd, text + length, BYTES_MAX + 1 - length)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		length += n > 0 ? (size_t)n : 0;
	}
	if (n >= 0 && length > BYTES_MAX)
		errno = EFBIG;
	else if (n >= 0 && memchr(text, '\0', length) != NULL)
		errno = EILSEQ;
	else if (n >= 0) {
		text[length] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

char *setup_place_read(struct setup_place *place, struct report *report)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(place->folder, place->name, flags);
	char *text = NULL;

	if (fd < 0 && errno == ENOENT)
		text = strdup("");
	else if (fd >= 0 && fstat(fd, &place->seen) == 0 && !S_ISREG(place->seen.st_mode))
		errno = EINVAL;
	else if (fd >= 0)
		text = read_all(fd);
	if (text == NULL && (errno == ELOOP || errno == EINVAL))
		report_error(report, place->path, 0,
			     "is a symbolic link or no file, expected a file: it is left alone");
	else if (text == NULL)
		failed(place, "cannot be read", report);
	if (fd >= 0) {
		place->there = true;
		close(fd);
	}
	return text;
}

/* Is it still what was read? The router's own pages may be saving it, too. */
static bool still_same(const struct setup_place *place)
{
	const struct stat *seen = &place->seen;
	struct stat now;

	if (fstatat(place->folder, place->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT && !place->there;
	return place->there && now.st_dev == seen->st_dev && now.st_ino == seen->st_ino &&
	       now.st_size == seen->st_size && now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

static int check_same(const struct setup_place *place, struct report *report)
{
	if (still_same(place))
		return 0;
	report_error(report, place->path, 0,
		     "another program has just changed it, expected nobody else to: try again");
	return -1;
}

static bool write_all(int fd, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno != EINTR)
			return false;
		text += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Writes the part with the file's owner and mode. False with errno. */
static bool part_write(const struct setup_place *place, const char *text)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, error;
	int fd = openat(place->folder, place->part, flags, 0600);
	bool written = fd >= 0;

	/* The owner first: a change of owner takes set-id bits off the mode. */
	if (written && place->there)
		written = fchown(fd, place->seen.st_uid, place->seen.st_gid) == 0;
	written = written && fchmod(fd, place->there ? place->seen.st_mode & 07777 : 0644) == 0 &&
		  write_all(fd, text) && fsync(fd) == 0;
	error = errno;
	if (fd >= 0 && close(fd) < 0 && written) {
		error = errno;
		written = false;
	}
	errno = error;
	return written;
}

/* So that the name, too, outlives a power cut; not every file system has that for folders. */
static bool folder_sync(const struct setup_place *place)
{
	return fsync(place->folder) == 0 || errno == EINVAL;
}

int setup_place_write(struct setup_place *place, const char *text, struct report *report)
{
	if (setup_place_tidy(place, report) < 0)
		return -1;
	if (!part_write(place, text)) {
		failed(place, "cannot be written", report);
		goto out;
	}
	if (check_same(place, report) < 0)
		goto out;
	if (renameat(place->folder, place->part, place->folder, place->name) == 0) {
		if (folder_sync(place))
			return 0;
		return failed(place, "is written, but may not outlive a power cut", report);
	}
	failed(place, "cannot be written", report);
out:
	unlinkat(place->folder, place->part, 0);
	return -1;
}

int setup_place_remove(struct setup_place *place, struct report *report)
{
	if (check_same(place, report) < 0)
		return -1;
	if (unlinkat(place->folder, place->name, 0) < 0 || !folder_sync(place))
		return failed(place, "cannot be taken away", report);
	return 0;
}

int setup_place_tidy(struct setup_place *place, struct report *report)
{
	if (unlinkat(place->folder, place->part, 0) == 0 || errno == ENOENT)
		return 0;
	return failed(place, "what an earlier run has left beside it cannot be taken away", report);
}

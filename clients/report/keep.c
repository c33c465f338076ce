/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0600, ERASE_BYTES = 4096 };

static int disk_open(void *ctx, int folder, const char *name, int flags)
{
	(void)ctx;
	return openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
}

static ssize_t disk_write(void *ctx, int file, const void *data, size_t size)
{
	(void)ctx;
	return write(file, data, size);
}

static int disk_sync(void *ctx, int file)
{
	(void)ctx;
	return fsync(file);
}

static int disk_close(void *ctx, int file)
{
	(void)ctx;
	return close(file);
}

static int disk_rename(void *ctx, int folder, const char *from, const char *to)
{
	(void)ctx;
	return renameat(folder, from, folder, to);
}

static int disk_remove(void *ctx, int folder, const char *name)
{
	(void)ctx;
	return unlinkat(folder, name, 0);
}

const struct tocsin_keep_calls tocsin_keep_disk = {
	.open = disk_open,
	.write = disk_write,
	.sync = disk_sync,
	.close = disk_close,
	.rename = disk_rename,
	.remove = disk_remove,
};

static int open_file(const struct tocsin_keep *keep, const char *name, int flags)
{
	return keep->calls->open(keep->calls->ctx, keep->folder, name, flags);
}

static bool write_all(const struct tocsin_keep *keep, int file, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	while (size > 0) {
		ssize_t written = keep->calls->write(keep->calls->ctx, file, at, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		at += written;
		size -= (size_t)written;
	}
	return true;
}

/* Also after a failure, whose reason stays. */
static bool close_file(const struct tocsin_keep *keep, int file, bool fine)
{
	int reason = errno;
	bool closed = keep->calls->close(keep->calls->ctx, file) == 0;
	if (!fine)
		errno = reason;
	return fine && closed;
}

static bool fill(const struct tocsin_keep *keep, int file, const void *bytes, size_t size)
{
	bool fine =
		write_all(keep, file, bytes, size) && keep->calls->sync(keep->calls->ctx, file) == 0;
	return close_file(keep, file, fine);
}

enum tocsin_status tocsin_keep_sync(const struct tocsin_keep *keep)
{
	return keep->calls->sync(keep->calls->ctx, keep->folder) == 0 ? TOCSIN_OK : TOCSIN_IO;
}

enum tocsin_status tocsin_keep_write(
	const struct tocsin_keep *keep, const char *name, const void *bytes, size_t size)
{
	char fresh[NAME_MAX + 1];
	int length = snprintf(fresh, sizeof(fresh), TOCSIN_KEEP_FRESH "%s", name);
	if (length < 0 || (size_t)length >= sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return TOCSIN_IO;
	}
	int file = open_file(keep, fresh, O_WRONLY | O_CREAT | O_TRUNC);
	if (file < 0)
		return TOCSIN_IO;
	if (!fill(keep, file, bytes, size) ||
		keep->calls->rename(keep->calls->ctx, keep->folder, fresh, name) != 0) {
		int reason = errno;
		(void)keep->calls->remove(keep->calls->ctx, keep->folder, fresh);
		errno = reason;
		return TOCSIN_IO;
	}
	return tocsin_keep_sync(keep);
}

enum tocsin_status tocsin_keep_append(
	const struct tocsin_keep *keep, const char *name, const void *bytes, size_t size)
{
	bool made = false;
	int file = open_file(keep, name, O_WRONLY | O_APPEND);
	if (file < 0 && errno == ENOENT) {
		file = open_file(keep, name, O_WRONLY | O_APPEND | O_CREAT);
		made = true;
	}
	if (file < 0 || !fill(keep, file, bytes, size))
		return TOCSIN_IO;
	return made ? tocsin_keep_sync(keep) : TOCSIN_OK;
}

enum tocsin_status tocsin_keep_mark(const struct tocsin_keep *keep, const char *name)
{
	int file = open_file(keep, name, O_WRONLY | O_CREAT);
	return file >= 0 && close_file(keep, file, true) ? TOCSIN_OK : TOCSIN_IO;
}

enum tocsin_status tocsin_keep_remove(const struct tocsin_keep *keep, const char *name)
{
	bool gone = keep->calls->remove(keep->calls->ctx, keep->folder, name) == 0 || errno == ENOENT;
	return gone ? TOCSIN_OK : TOCSIN_IO;
}

static bool overwrite(const struct tocsin_keep *keep, int file)
{
	static const uint8_t nothing[ERASE_BYTES] = {0};
	struct stat about;
	if (fstat(file, &about) != 0)
		return false;
	for (off_t left = about.st_size; left > 0; left -= ERASE_BYTES)
		if (!write_all(keep, file, nothing, left < ERASE_BYTES ? (size_t)left : ERASE_BYTES))
			return false;
	return keep->calls->sync(keep->calls->ctx, file) == 0;
}

/* What cannot be overwritten is removed all the same. */
enum tocsin_status tocsin_keep_erase(const struct tocsin_keep *keep, const char *name)
{
	int file = open_file(keep, name, O_WRONLY);
	if (file < 0 && errno == ENOENT)
		return TOCSIN_OK;
	bool erased = file >= 0 && close_file(keep, file, overwrite(keep, file));
	int reason = errno;
	if (tocsin_keep_remove(keep, name) != TOCSIN_OK)
		return TOCSIN_IO;
	errno = reason;
	return erased ? TOCSIN_OK : TOCSIN_IO;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEW_FILE = 0644, MODE_BITS = 07777 };

static bool write_all(int file, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(file, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		length -= (size_t)written;
	}
	return true;
}

static bool dress(int file, const char *path)
{
	struct stat old;

	if (stat(path, &old) != 0)
		return errno == ENOENT && fchmod(file, NEW_FILE) == 0;
	/* Only root may give a file away; the mode then still says who reads it. */
	if (fchown(file, old.st_uid, old.st_gid) != 0 && errno != EPERM)
		return false;
	return fchmod(file, old.st_mode & MODE_BITS) == 0;
}

static bool sync_folder(const char *path)
{
	char *folder = strdup(path);

	if (!folder)
		return false;
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	int opened = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (opened < 0)
		return false;
	bool synced = fsync(opened) == 0;
	int reason = errno;
	close(opened);
	errno = reason;
	return synced;
}

static enum tocsin_status replace(const char *path, const char *text, size_t length)
{
	char *fresh = NULL;

	if (asprintf(&fresh, "%s.XXXXXX", path) < 0)
		return TOCSIN_NO_MEMORY;
	int file = mkostemp(fresh, O_CLOEXEC);
	if (file < 0) {
		free(fresh);
		return TOCSIN_IO;
	}
	bool fine = write_all(file, text, length) && dress(file, path) && fsync(file) == 0;
	int reason = errno;
	if (close(file) != 0 && fine) {
		reason = errno;
		fine = false;
	}
	if (fine && rename(fresh, path) != 0) {
		reason = errno;
		fine = false;
	}
	if (!fine)
		(void)unlink(fresh);
	free(fresh);
	errno = reason;
	return fine ? TOCSIN_OK : TOCSIN_IO;
}

enum tocsin_status tocsin_install(const char *path, const char *text, size_t length)
{
	char *real = realpath(path, NULL);

	if (!real && errno != ENOENT)
		return TOCSIN_IO;
	enum tocsin_status status = replace(real ? real : path, text, length);
	int reason = errno;
	/* The new file is in place, so what the folder says changes nothing but how
	 * soon it would survive a power cut. */
	if (status == TOCSIN_OK)
		(void)sync_folder(real ? real : path);
	free(real);
	errno = reason;
	return status;
}

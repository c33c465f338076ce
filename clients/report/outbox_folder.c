/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The folder of an outbox: where it is, who may read it, who sends from it. */
#include "clients/report/outbox_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/report/parcel.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, OTHERS = 077, PID_BYTES = 16 };

char *tocsin_outbox_path(void)
{
	const char *folder = getenv("XDG_STATE_HOME");
	const char *below = "";
	char *path = NULL;
	if (!folder || *folder != '/') {
		folder = getenv("HOME");
		below = "/.local/state";
	}
	if (!folder || *folder != '/')
		return NULL;
	return asprintf(&path, "%s%s/tocsin/outbox", folder, below) < 0 ? NULL : path;
}

/* Makes what is missing of a path. */
static bool make_folders(char *path)
{
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		bool fine = mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST || errno == EROFS;
		*at = '/';
		if (!fine)
			return false;
	}
	return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST;
}

enum tocsin_status tocsin_outbox_folder_open(const char *path, int *folder)
{
	struct stat about;
	char *copy = strdup(path);
	if (!copy)
		return TOCSIN_NO_MEMORY;
	bool made = *copy && make_folders(copy);
	free(copy);
	if (!made)
		return TOCSIN_IO;
	int opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (opened < 0)
		return TOCSIN_IO;
	bool ours =
		fstat(opened, &about) == 0 && about.st_uid == geteuid() && (about.st_mode & OTHERS) == 0;
	if (!ours) {
		close(opened);
		errno = EPERM;
		return TOCSIN_IO;
	}
	*folder = opened;
	return TOCSIN_OK;
}

/* True where the name still leads to this file: a wipe takes it away. */
static bool still_there(int folder, int file)
{
	struct stat own, named;
	return fstat(file, &own) == 0 &&
		fstatat(folder, TOCSIN_OUTBOX_LOCK, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
		own.st_ino == named.st_ino;
}

static void write_pid(int file)
{
	char text[PID_BYTES];
	int length = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	/* It only helps a wipe to ask us to end. */
	if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)length, 0) != length)
		errno = 0;
}

enum tocsin_status tocsin_outbox_folder_lock(int folder, int *lock)
{
	for (;;) {
		int file = openat(
			folder, TOCSIN_OUTBOX_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
		if (file < 0)
			return TOCSIN_IO;
		if (flock(file, LOCK_EX | LOCK_NB) != 0) {
			enum tocsin_status status = errno == EWOULDBLOCK ? TOCSIN_LIMIT : TOCSIN_IO;
			close(file);
			return status;
		}
		if (still_there(folder, file)) {
			write_pid(file);
			*lock = file;
			return TOCSIN_OK;
		}
		close(file);
	}
}

void tocsin_outbox_folder_unlock(int lock)
{
	if (lock < 0)
		return;
	if (ftruncate(lock, 0) != 0)
		errno = 0;
	close(lock);
}

long tocsin_outbox_folder_holder(int folder)
{
	char text[PID_BYTES] = "";
	int file = openat(folder, TOCSIN_OUTBOX_LOCK, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return 0;
	ssize_t length = read(file, text, sizeof(text) - 1);
	close(file);
	return length > 0 ? strtol(text, NULL, 10) : 0;
}

enum tocsin_status tocsin_outbox_folder_enter(int folder)
{
	while (flock(folder, LOCK_EX) != 0)
		if (errno != EINTR)
			return TOCSIN_IO;
	return TOCSIN_OK;
}

void tocsin_outbox_folder_leave(int folder)
{
	int reason = errno;
	flock(folder, LOCK_UN);
	errno = reason;
}

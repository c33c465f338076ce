/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/sha256.h"
#include "rules/last_good_form.h"
#include "rules/recording.h"

enum { PRIVATE_FOLDER = 0700, PRIVATE_FILE = 0600 };

static enum tocsin_status remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	if (!folder)
		return errno == ENOENT ? TOCSIN_OK : TOCSIN_IO;
	const struct dirent *entry;
	while ((entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return rmdir(path) == 0 ? TOCSIN_OK : TOCSIN_IO;
}

static bool write_all(int file, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(file, data, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		data += written;
		length -= (size_t)written;
	}
	return true;
}

static enum tocsin_status write_file(int folder, const char *name, const char *data, size_t length)
{
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE_FILE);
	if (file < 0)
		return TOCSIN_IO;
	bool whole = write_all(file, data, length) && fsync(file) == 0;
	int reason = errno;
	if (close(file) != 0 && whole) {
		reason = errno;
		whole = false;
	}
	errno = reason;
	return whole ? TOCSIN_OK : TOCSIN_IO;
}

static enum tocsin_status write_entry(FILE *manifest, const struct tocsin_recorded *item)
{
	uint8_t hash[TOCSIN_SHA256];
	char text[TOCSIN_SHA256_TEXT];
	enum tocsin_status status = tocsin_sha256(item->text, item->length, hash);
	if (status != TOCSIN_OK)
		return status;
	tocsin_hex(hash, sizeof(hash), text);
	fprintf(manifest, "%s %zu %s\n", text, strlen(item->path), item->path);
	return TOCSIN_OK;
}

static enum tocsin_status write_manifest(int folder, const struct tocsin_recording *recording)
{
	char *text = NULL;
	size_t length = 0;
	FILE *manifest = open_memstream(&text, &length);
	if (!manifest)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = TOCSIN_OK;
	fputs(TOCSIN_MANIFEST_TITLE, manifest);
	for (size_t i = 0; i < recording->count && status == TOCSIN_OK; i++)
		status = write_entry(manifest, &recording->items[i]);
	fputs(TOCSIN_MANIFEST_END, manifest);
	if (fclose(manifest) != 0)
		status = TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK)
		status = write_file(folder, TOCSIN_MANIFEST, text, length);
	free(text);
	return status;
}

static enum tocsin_status write_folder(const struct tocsin_recording *recording, const char *path)
{
	enum tocsin_status status = remove_folder(path);
	if (status != TOCSIN_OK)
		return status;
	if (mkdir(path, PRIVATE_FOLDER) != 0)
		return TOCSIN_IO;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return TOCSIN_IO;
	for (size_t i = 0; i < recording->count && status == TOCSIN_OK; i++) {
		char name[24];
		snprintf(name, sizeof(name), "%zu", i);
		status = write_file(folder, name, recording->items[i].text, recording->items[i].length);
	}
	if (status == TOCSIN_OK)
		status = write_manifest(folder, recording);
	if (status == TOCSIN_OK && fsync(folder) != 0)
		status = TOCSIN_IO;
	int reason = errno;
	close(folder);
	errno = reason;
	return status;
}

static enum tocsin_status sync_parent(const char *directory)
{
	char *parent = strdup(directory);
	if (!parent)
		return TOCSIN_NO_MEMORY;
	char *slash = strrchr(parent, '/');
	if (slash)
		slash[slash == parent] = '\0';
	int folder = open(slash ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	if (folder < 0)
		return TOCSIN_IO;
	bool synced = fsync(folder) == 0;
	int reason = errno;
	close(folder);
	errno = reason;
	return synced ? TOCSIN_OK : TOCSIN_IO;
}

/* Exchanges in one step where the file system can. Where it cannot, the name is
 * free for a moment; reading then takes the new copy, which is whole. */
static enum tocsin_status swap(const char *fresh, const char *directory, const char *old)
{
	if (rename(fresh, directory) == 0)
		return TOCSIN_OK; /* there was none, or an empty one */
	if (errno != EEXIST && errno != ENOTEMPTY)
		return TOCSIN_IO;
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, directory, RENAME_EXCHANGE) == 0)
		return rename(fresh, old) == 0 ? TOCSIN_OK : TOCSIN_IO;
	if (rename(directory, old) != 0 || rename(fresh, directory) != 0)
		return TOCSIN_IO;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_last_good_save(
	const struct tocsin_recording *recording, const char *directory)
{
	char *fresh = NULL, *old = NULL;
	enum tocsin_status status = TOCSIN_NO_MEMORY;
	if (recording->count == 0 || recording->count > TOCSIN_MAX_SAVED_FILES)
		return TOCSIN_LIMIT;
	if (asprintf(&fresh, "%s" TOCSIN_LAST_GOOD_NEW, directory) < 0) {
		fresh = NULL;
		goto out;
	}
	if (asprintf(&old, "%s" TOCSIN_LAST_GOOD_OLD, directory) < 0) {
		old = NULL;
		goto out;
	}
	status = remove_folder(old);
	if (status == TOCSIN_OK)
		status = write_folder(recording, fresh);
	if (status == TOCSIN_OK)
		status = swap(fresh, directory, old);
	if (status == TOCSIN_OK)
		status = sync_parent(directory);
	if (status == TOCSIN_OK)
		(void)remove_folder(old);
out:
	free(fresh);
	free(old);
	return status;
}

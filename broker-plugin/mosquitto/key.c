/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/key.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mosquitto/compat.h"
#include "mosquitto/log.h"
#include "mosquitto/options.h"

enum { PATH_BYTES = TOCSIN_MAX_PATH + 16 };

static bool fill_random(uint8_t *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = getrandom(bytes + done, size - done, 0);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			done += (size_t)got;
	}
	return true;
}

static bool write_all(int file, const char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t wrote = write(file, bytes + done, size - done);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0)
			done += (size_t)wrote;
	}
	return fsync(file) == 0;
}

/* A file's name is on disk only once its folder is. */
static bool sync_folder(const char *path)
{
	char name[PATH_BYTES];

	snprintf(name, sizeof(name), "%s", path);
	int folder = open(dirname(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return false;
	bool synced = fsync(folder) == 0;
	close(folder);
	return synced;
}

/* Written aside and renamed, so that a power loss leaves no short key behind. */
static enum tocsin_status make(const char *path)
{
	char fresh[PATH_BYTES];
	uint8_t secret[TOCSIN_SHA256];
	char text[TOCSIN_SHA256_TEXT + 1];
	bool written = false;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	if (!fill_random(secret, sizeof(secret)))
		return TOCSIN_IO;
	tocsin_hex(secret, sizeof(secret), text);
	text[TOCSIN_SHA256_TEXT - 1] = '\n';
	text[TOCSIN_SHA256_TEXT] = '\0';
	if (unlink(fresh) != 0 && errno != ENOENT)
		return TOCSIN_IO;
	int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return TOCSIN_IO;
	written = write_all(file, text, strlen(text));
	if (close(file) != 0)
		written = false;
	if (!written || rename(fresh, path) != 0 || !sync_folder(path)) {
		unlink(fresh);
		return TOCSIN_IO;
	}
	return TOCSIN_OK;
}

static enum tocsin_status check(int file, const char *path)
{
	struct stat facts;

	if (fstat(file, &facts) != 0) {
		tocsin_log(MOSQ_LOG_ERR, "id key %s: %s", path, strerror(errno));
		return TOCSIN_IO;
	}
	if (!S_ISREG(facts.st_mode)) {
		tocsin_log(MOSQ_LOG_ERR, "id key %s is not a file", path);
		return TOCSIN_INVALID;
	}
	if ((facts.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
		tocsin_log(MOSQ_LOG_ERR,
			"id key %s has mode %04o, so others may use it: whoever reads it can test guesses "
			"against pseudonyms. Type: chmod 600 %s",
			path, (unsigned)(facts.st_mode & 07777), path);
		return TOCSIN_INVALID;
	}
	if (facts.st_size < TOCSIN_LEAST_KEY || facts.st_size > TOCSIN_MOST_KEY) {
		tocsin_log(MOSQ_LOG_ERR,
			"id key %s holds %lld bytes; it must hold %d to %d secret ones. Bring back the right "
			"file; without it a new one is made, and all alert ids change",
			path, (long long)facts.st_size, TOCSIN_LEAST_KEY, TOCSIN_MOST_KEY);
		return TOCSIN_INVALID;
	}
	return TOCSIN_OK;
}

static enum tocsin_status read_file(int file, const char *path, uint8_t key[TOCSIN_SHA256])
{
	char bytes[TOCSIN_MOST_KEY + 1];
	size_t size = 0;
	enum tocsin_status status = check(file, path);

	while (status == TOCSIN_OK && size < sizeof(bytes)) {
		ssize_t got = read(file, bytes + size, sizeof(bytes) - size);

		if (got == 0)
			break;
		if (got > 0)
			size += (size_t)got;
		else if (errno != EINTR)
			status = TOCSIN_IO;
	}
	if (status == TOCSIN_IO)
		tocsin_log(MOSQ_LOG_ERR, "id key %s cannot be read", path);
	if (status == TOCSIN_OK)
		status = tocsin_sha256(bytes, size, key);
	explicit_bzero(bytes, sizeof(bytes));
	return status;
}

static int open_or_make(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file >= 0 || errno != ENOENT)
		return file;
	if (make(path) != TOCSIN_OK)
		return -1;
	tocsin_log(MOSQ_LOG_NOTICE, "made a new id key in %s: keep it with your backups", path);
	return open(path, O_RDONLY | O_CLOEXEC);
}

enum tocsin_status tocsin_key_read(const char *path, uint8_t key[TOCSIN_SHA256])
{
	if (!path) {
		tocsin_log(MOSQ_LOG_WARNING,
			"no journal and no plugin_opt_id_key_file: the id key is random, and alert ids change "
			"when the broker restarts");
		return fill_random(key, TOCSIN_SHA256) ? TOCSIN_OK : TOCSIN_IO;
	}
	int file = open_or_make(path);
	if (file < 0) {
		tocsin_log(MOSQ_LOG_ERR, "id key %s: %s", path, strerror(errno));
		return TOCSIN_IO;
	}
	enum tocsin_status status = read_file(file, path, key);
	close(file);
	return status;
}

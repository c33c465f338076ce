/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/limits.h"

/* Reads until the end, since a file may grow or shrink after it was measured. */
static enum tocsin_status read_all(
	int file, size_t expected, size_t ceiling, char **text, size_t *length)
{
	size_t capacity = expected < ceiling ? expected + 1 : ceiling + 1;
	size_t used = 0;
	char *buffer = malloc(capacity + 1);
	if (!buffer)
		return TOCSIN_NO_MEMORY;
	for (;;) {
		if (used == capacity) {
			if (capacity > ceiling)
				break;
			capacity = capacity * 2 < ceiling ? capacity * 2 : ceiling + 1;
			char *larger = realloc(buffer, capacity + 1);
			if (!larger) {
				free(buffer);
				return TOCSIN_NO_MEMORY;
			}
			buffer = larger;
		}
		ssize_t got = read(file, buffer + used, capacity - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int reason = errno;
			free(buffer);
			errno = reason;
			return TOCSIN_IO;
		}
		if (got == 0)
			break;
		used += (size_t)got;
	}
	if (used > ceiling) {
		free(buffer);
		return TOCSIN_LIMIT;
	}
	buffer[used] = '\0';
	*text = buffer;
	*length = used;
	return TOCSIN_OK;
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);
	return length > tail && strcmp(name + length - tail, end) == 0;
}

/* Rehearsals lie beside the rules that they rehearse. */
static int is_rule_file(const struct dirent *entry)
{
	const char *name = entry->d_name;
	return *name != '.' && (ends_in(name, ".yaml") || ends_in(name, ".yml")) &&
		!ends_in(name, ".rehearsal.yaml") && !ends_in(name, ".rehearsal.yml");
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static enum tocsin_status join_names(
	struct dirent **names, int count, size_t ceiling, char **text, size_t *length)
{
	size_t size = 0;
	for (int i = 0; i < count; i++) {
		/* Its line would read as two names. */
		if (strchr(names[i]->d_name, '\n')) {
			errno = EINVAL;
			return TOCSIN_IO;
		}
		size += strlen(names[i]->d_name) + 1;
	}
	if (size > ceiling || count > TOCSIN_MAX_FOLDER)
		return TOCSIN_LIMIT;
	char *joined = malloc(size + 1), *at = joined;
	if (!joined)
		return TOCSIN_NO_MEMORY;
	for (int i = 0; i < count; i++) {
		size_t name = strlen(names[i]->d_name);
		memcpy(at, names[i]->d_name, name);
		at[name] = '\n';
		at += name + 1;
	}
	*at = '\0';
	*text = joined;
	*length = size;
	return TOCSIN_OK;
}

static enum tocsin_status list_folder(const char *path, size_t ceiling, char **text, size_t *length)
{
	struct dirent **names;
	int count = scandir(path, &names, is_rule_file, by_bytes);
	if (count < 0)
		return errno == ENOMEM                    ? TOCSIN_NO_MEMORY
			: errno == ENOENT || errno == ENOTDIR ? TOCSIN_NOT_FOUND
												  : TOCSIN_IO;
	enum tocsin_status status = join_names(names, count, ceiling, text, length);
	int reason = errno;
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	errno = reason;
	return status;
}

static enum tocsin_status disk_read(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	(void)ctx;
	size_t end = strlen(path);
	if (end > 0 && path[end - 1] == '/')
		return list_folder(path, ceiling, text, length);
	/* O_NONBLOCK: a FIFO in the place of a rule file must not hang the reload. */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return errno == ENOENT || errno == ENOTDIR ? TOCSIN_NOT_FOUND : TOCSIN_IO;
	enum tocsin_status status = TOCSIN_IO;
	struct stat facts;
	int reason = 0;
	if (fstat(file, &facts) != 0) {
		reason = errno;
	} else if (!S_ISREG(facts.st_mode)) {
		reason = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
	} else {
		status = read_all(file, (size_t)facts.st_size, ceiling, text, length);
		reason = errno;
	}
	close(file);
	errno = reason;
	return status;
}

const struct tocsin_files tocsin_disk = {.ctx = NULL, .read = disk_read};

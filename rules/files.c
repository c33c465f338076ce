/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static enum tocsin_status disk_read(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	(void)ctx;
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

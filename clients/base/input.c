/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/tongue.h"

enum { FIRST_BYTES = 4096 };

enum tocsin_status tocsin_input_read_open(int file, size_t ceiling, struct tocsin_input *input)
{
	size_t room = FIRST_BYTES, size = 0;
	uint8_t *data = malloc(room + 1);
	enum tocsin_status status = data ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	while (status == TOCSIN_OK) {
		if (size == room) {
			uint8_t *more = realloc(data, room * 2 + 1);
			if (!more) {
				status = TOCSIN_NO_MEMORY;
				break;
			}
			data = more;
			room *= 2;
		}
		ssize_t got = read(file, data + size, room - size);
		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			status = TOCSIN_IO;
		if (got > 0)
			size += (size_t)got;
		if (size > ceiling)
			status = TOCSIN_LIMIT;
	}
	if (status != TOCSIN_OK) {
		free(data);
		return status;
	}
	data[size] = '\0';
	*input = (struct tocsin_input){data, size};
	return TOCSIN_OK;
}

enum tocsin_status tocsin_input_read(const char *path, size_t ceiling, struct tocsin_input *input)
{
	if (strcmp(path, "-") == 0)
		return tocsin_input_read_open(STDIN_FILENO, ceiling, input);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return TOCSIN_IO;
	enum tocsin_status status = tocsin_input_read_open(file, ceiling, input);
	int error = errno;
	close(file);
	errno = error;
	return status;
}

void tocsin_input_finish(struct tocsin_input *input)
{
	if (!input)
		return;
	free(input->data);
	*input = (struct tocsin_input){0};
}

void tocsin_input_complain(const char *path, enum tocsin_status status, size_t ceiling)
{
	const char *name = strcmp(path, "-") == 0 ? _("standard input") : path;
	if (status == TOCSIN_LIMIT)
		fprintf(stderr, _("tocsin: %s: more than %zu bytes\n"), name, ceiling);
	else if (status == TOCSIN_IO)
		fprintf(stderr, _("tocsin: %s: %s\n"), name, strerror(errno));
	else
		fprintf(stderr, _("tocsin: %s: out of memory\n"), name);
}

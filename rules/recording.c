/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct tocsin_recorded *find(struct tocsin_recording *recording, const char *path)
{
	for (size_t i = 0; i < recording->count; i++) {
		if (strcmp(recording->items[i].path, path) == 0)
			return &recording->items[i];
	}
	return NULL;
}

static struct tocsin_recorded *append(struct tocsin_recording *recording, const char *path)
{
	struct tocsin_recorded *items =
		realloc(recording->items, (recording->count + 1) * sizeof(*items));
	if (!items)
		return NULL;
	recording->items = items;
	struct tocsin_recorded *item = &items[recording->count];
	*item = (struct tocsin_recorded){.path = strdup(path)};
	if (!item->path)
		return NULL;
	recording->count++;
	return item;
}

static char *copy_text(const char *text, size_t length)
{
	char *copy = malloc(length + 1);
	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

enum tocsin_status tocsin_recording_add(
	struct tocsin_recording *recording, const char *path, const char *text, size_t length)
{
	char *copy = copy_text(text, length);
	if (!copy)
		return TOCSIN_NO_MEMORY;
	struct tocsin_recorded *item = find(recording, path);
	if (!item)
		item = append(recording, path);
	if (!item) {
		free(copy);
		return TOCSIN_NO_MEMORY;
	}
	free(item->text);
	item->text = copy;
	item->length = length;
	return TOCSIN_OK;
}

static enum tocsin_status read_and_keep(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	struct tocsin_recording *recording = ctx;
	char *read;
	size_t size;
	enum tocsin_status status =
		recording->from->read(recording->from->ctx, path, ceiling, &read, &size);
	if (status != TOCSIN_OK)
		return status;
	status = tocsin_recording_add(recording, path, read, size);
	if (status != TOCSIN_OK) {
		free(read);
		return status;
	}
	*text = read;
	*length = size;
	return TOCSIN_OK;
}

struct tocsin_recording *tocsin_recording_create(const struct tocsin_files *from)
{
	struct tocsin_recording *recording = calloc(1, sizeof(*recording));
	if (!recording)
		return NULL;
	recording->from = from;
	recording->files = (struct tocsin_files){.ctx = recording, .read = read_and_keep};
	return recording;
}

void tocsin_recording_destroy(struct tocsin_recording *recording)
{
	if (!recording)
		return;
	for (size_t i = 0; i < recording->count; i++) {
		free(recording->items[i].path);
		free(recording->items[i].text);
	}
	free(recording->items);
	free(recording);
}

const struct tocsin_files *tocsin_recording_files(struct tocsin_recording *recording)
{
	return &recording->files;
}

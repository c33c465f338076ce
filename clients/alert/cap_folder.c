/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/cap_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/text.h"
#include "rules/install.h"

enum {
	MAX_MEMORY = 64 << 20,
	MAX_HEAD = 2048, /* bytes of a document in which its header stands */
	MAX_REFERENCE = 512,
};

struct folder {
	const char *path;
	char reference[MAX_REFERENCE];
};

static char *path_of(const char *folder, const char *id)
{
	char *path = NULL;
	return asprintf(&path, "%s/%s.xml", folder, id) < 0 ? NULL : path;
}

/* The text of an element of the header: as we write it, one a line and without an
 * escape. NULL where there is none. */
static char *cut_element(char *head, const char *name)
{
	char tag[32];
	int length = snprintf(tag, sizeof(tag), "<%s>", name);
	char *start = strstr(head, tag);
	char *text = start ? start + length : NULL;
	char *end = text ? text + strcspn(text, "<\n") : NULL;
	if (!end || strncmp(end, "</", 2) != 0)
		return NULL;
	*end = '\0';
	return *text ? text : NULL;
}

/* An earlier document, by its first lines; NULL where it is not there or not ours. */
static const char *find(void *ctx, const char *id)
{
	struct folder *folder = ctx;
	char head[MAX_HEAD + 1];
	if (!tocsin_text_is_level(id, strlen(id)))
		return NULL;
	char *path = path_of(folder->path, id);
	FILE *file = path ? fopen(path, "re") : NULL;
	free(path);
	if (!file)
		return NULL;
	head[fread(head, 1, MAX_HEAD, file)] = '\0';
	fclose(file);
	const char *sent = cut_element(head, "sent");
	/* Cutting ends the text where an element ends, so from the last to the first. */
	const char *sender = cut_element(head, "sender");
	const char *identifier = cut_element(head, "identifier");
	if (!sent || !sender || !identifier || strcmp(identifier, id) != 0)
		return NULL;
	int length = snprintf(
		folder->reference, sizeof(folder->reference), "%s,%s,%s", sender, identifier, sent);
	return (size_t)length < sizeof(folder->reference) ? folder->reference : NULL;
}

enum tocsin_status tocsin_cap_folder_write(
	const char *folder, const Tocsin__V1__Alert *alert, const struct tocsin_cap_options *options)
{
	struct folder earlier = {.path = folder};
	struct tocsin_cap_options own = *options;
	char *text = NULL;
	size_t length = 0;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	if (!arena)
		return TOCSIN_NO_MEMORY;
	own.find = find;
	own.ctx = &earlier;
	enum tocsin_status status = tocsin_cap_write(alert, &own, arena, &text, &length);
	if (status == TOCSIN_OK) {
		char *path = path_of(folder, alert->id);
		status = path ? tocsin_install(path, text, length) : TOCSIN_NO_MEMORY;
		free(path);
	}
	tocsin_arena_destroy(arena);
	return status;
}

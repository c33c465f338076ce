/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/last_good.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sha256.h"
#include "rules/last_good_form.h"
#include "rules/limits.h"
#include "rules/recording.h"

struct tocsin_last_good {
	struct tocsin_files files;
	struct tocsin_recording *recording; /* what was saved */
};

static enum tocsin_status read_saved(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	const struct tocsin_recording *recording = ctx;
	for (size_t i = 0; i < recording->count; i++) {
		const struct tocsin_recorded *item = &recording->items[i];
		if (strcmp(item->path, path) != 0)
			continue;
		if (item->length > ceiling)
			return TOCSIN_LIMIT;
		char *copy = malloc(item->length + 1);
		if (!copy)
			return TOCSIN_NO_MEMORY;
		memcpy(copy, item->text, item->length + 1);
		*text = copy;
		*length = item->length;
		return TOCSIN_OK;
	}
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status read_in(
	const char *folder, const char *name, size_t ceiling, char **text, size_t *length)
{
	char *path;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_disk.read(tocsin_disk.ctx, path, ceiling, text, length);
	free(path);
	return status;
}

static bool hash_fits(const char *text, size_t length, const char *expected)
{
	uint8_t hash[TOCSIN_SHA256];
	char written[TOCSIN_SHA256_TEXT];
	if (tocsin_sha256(text, length, hash) != TOCSIN_OK)
		return false;
	tocsin_hex(hash, sizeof(hash), written);
	return memcmp(written, expected, TOCSIN_SHA256_TEXT - 1) == 0;
}

/* One line of the manifest. *at moves behind it. */
static enum tocsin_status read_entry(
	struct tocsin_recording *recording, const char *folder, char **at, const char *end)
{
	char *hash = *at, *rest;
	if ((size_t)(end - hash) <= TOCSIN_SHA256_TEXT || hash[TOCSIN_SHA256_TEXT - 1] != ' ')
		return TOCSIN_INVALID;
	unsigned long length = strtoul(hash + TOCSIN_SHA256_TEXT, &rest, 10);
	if (*rest != ' ' || length == 0 || length > TOCSIN_MAX_SAVED_PATH ||
		(size_t)(end - rest) < length + 2 || rest[length + 1] != '\n')
		return TOCSIN_INVALID;
	char *path = rest + 1;
	path[length] = '\0';
	*at = path + length + 1;

	char name[24], *text;
	size_t size;
	snprintf(name, sizeof(name), "%zu", recording->count);
	enum tocsin_status status = read_in(folder, name, TOCSIN_MAX_RULE_FILE, &text, &size);
	if (status != TOCSIN_OK)
		return status;
	status = hash_fits(text, size, hash) ? tocsin_recording_add(recording, path, text, size)
										 : TOCSIN_INVALID;
	free(text);
	return status;
}

static enum tocsin_status read_manifest(struct tocsin_recording *recording, const char *folder)
{
	static const char title[] = TOCSIN_MANIFEST_TITLE, last[] = TOCSIN_MANIFEST_END;
	char *text;
	size_t length;
	enum tocsin_status status =
		read_in(folder, TOCSIN_MANIFEST, TOCSIN_MAX_MANIFEST, &text, &length);
	if (status != TOCSIN_OK)
		return status;
	char *at = text + sizeof(title) - 1, *end = text + length;
	if (length < sizeof(title) - 1 || memcmp(text, title, sizeof(title) - 1) != 0)
		status = TOCSIN_INVALID;
	while (status == TOCSIN_OK && strcmp(at, last) != 0) {
		status = recording->count < TOCSIN_MAX_SAVED_FILES ? read_entry(recording, folder, &at, end)
														   : TOCSIN_INVALID;
	}
	free(text);
	if (status == TOCSIN_OK && recording->count == 0)
		status = TOCSIN_INVALID;
	return status;
}

static enum tocsin_status read_folder(
	const char *directory, const char *ending, struct tocsin_recording **found)
{
	char *folder;
	if (asprintf(&folder, "%s%s", directory, ending) < 0)
		return TOCSIN_NO_MEMORY;
	struct tocsin_recording *recording = tocsin_recording_create(&tocsin_disk);
	enum tocsin_status status = recording ? read_manifest(recording, folder) : TOCSIN_NO_MEMORY;
	free(folder);
	if (status == TOCSIN_OK)
		*found = recording;
	else
		tocsin_recording_destroy(recording);
	return status;
}

enum tocsin_status tocsin_last_good_open(const char *directory, struct tocsin_last_good **saved)
{
	/* The copy under its own name is the one whose swap was done. */
	static const char *const endings[] = {"", TOCSIN_LAST_GOOD_NEW, TOCSIN_LAST_GOOD_OLD};
	struct tocsin_recording *recording = NULL;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings) && !recording; i++) {
		if (read_folder(directory, endings[i], &recording) == TOCSIN_NO_MEMORY)
			return TOCSIN_NO_MEMORY;
	}
	if (!recording)
		return TOCSIN_NOT_FOUND;
	struct tocsin_last_good *opened = calloc(1, sizeof(*opened));
	if (!opened) {
		tocsin_recording_destroy(recording);
		return TOCSIN_NO_MEMORY;
	}
	opened->recording = recording;
	opened->files = (struct tocsin_files){.ctx = recording, .read = read_saved};
	*saved = opened;
	return TOCSIN_OK;
}

void tocsin_last_good_close(struct tocsin_last_good *saved)
{
	if (!saved)
		return;
	tocsin_recording_destroy(saved->recording);
	free(saved);
}

const struct tocsin_files *tocsin_last_good_files(const struct tocsin_last_good *saved)
{
	return &saved->files;
}

const char *tocsin_last_good_path(const struct tocsin_last_good *saved)
{
	return saved->recording->items[0].path;
}

enum tocsin_status tocsin_last_good_load(
	const char *directory, struct tocsin_diagnostics *diagnostics, struct tocsin_ruleset **ruleset)
{
	struct tocsin_last_good *saved;
	enum tocsin_status status = tocsin_last_good_open(directory, &saved);
	if (status != TOCSIN_OK)
		return status;
	status = tocsin_ruleset_load(
		tocsin_last_good_path(saved), tocsin_last_good_files(saved), diagnostics, ruleset);
	tocsin_last_good_close(saved);
	return status;
}

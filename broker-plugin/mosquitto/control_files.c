/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/zone.h"

static char *copy_text(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

static enum tocsin_status read_rules(
	struct tocsin_overlay *overlay, size_t ceiling, char **text, size_t *length)
{
	char *read = NULL;
	size_t size = overlay->given_length;
	enum tocsin_status status = TOCSIN_OK;

	if (!overlay->given)
		status =
			overlay->from->read(overlay->from->ctx, overlay->rules_file, ceiling, &read, &size);
	else if (size > ceiling)
		status = TOCSIN_LIMIT;
	else if (!(read = copy_text(overlay->given, size)))
		status = TOCSIN_NO_MEMORY;
	if (status != TOCSIN_OK)
		return status;
	free(overlay->text);
	overlay->text = copy_text(read, size);
	overlay->length = size;
	if (!overlay->text) {
		free(read);
		return TOCSIN_NO_MEMORY;
	}
	*text = read;
	*length = size;
	return TOCSIN_OK;
}

static bool is_allowed(const struct tocsin_overlay *overlay, const char *path)
{
	for (size_t i = 0; i < overlay->allowed_count; i++) {
		if (strcmp(overlay->allowed[i], path) == 0)
			return true;
	}
	/* Any file can be named with that folder's path before it, not only zones. */
	return !overlay->given ||
		(strncmp(path, TOCSIN_ZONEINFO "/", sizeof(TOCSIN_ZONEINFO)) == 0 &&
			tocsin_zone_name_valid(path + sizeof(TOCSIN_ZONEINFO)));
}

static enum tocsin_status read_file(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	struct tocsin_overlay *overlay = ctx;

	if (strcmp(path, overlay->rules_file) == 0)
		return read_rules(overlay, ceiling, text, length);
	if (!is_allowed(overlay, path)) {
		overlay->foreign = true;
		errno = EPERM;
		return TOCSIN_IO;
	}
	return overlay->from->read(overlay->from->ctx, path, ceiling, text, length);
}

void tocsin_overlay_init(
	struct tocsin_overlay *overlay, const char *rules_file, const struct tocsin_files *from)
{
	*overlay = (struct tocsin_overlay){
		.files = {.ctx = overlay, .read = read_file},
		.from = from,
		.rules_file = rules_file,
	};
}

void tocsin_overlay_finish(struct tocsin_overlay *overlay)
{
	free(overlay->text);
	overlay->text = NULL;
}

void tocsin_overlay_give(struct tocsin_overlay *overlay, const char *text, size_t length,
	const char *const *allowed, size_t allowed_count)
{
	overlay->given = text;
	overlay->given_length = length;
	overlay->allowed = allowed;
	overlay->allowed_count = allowed_count;
}

const struct tocsin_files *tocsin_overlay_files(struct tocsin_overlay *overlay)
{
	return &overlay->files;
}

void tocsin_overlay_take(struct tocsin_overlay *overlay, char **text, size_t *length)
{
	*text = overlay->text;
	*length = overlay->length;
	overlay->text = NULL;
}

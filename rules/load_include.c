/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* More rule files, named one by one or by their folder. They include no others, so
 * that there are no circles. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/load.h"
#include "rules/load_file.h"

enum { MAX_LISTING = TOCSIN_MAX_FOLDER * 256, MAX_PATH = 4096 };

static bool refuse(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *path, enum tocsin_status status, int reason)
{
	loader->includes_known = false;
	if (status == TOCSIN_NO_MEMORY)
		loader->out_of_memory = true;
	else
		tocsin_load_error(
			loader, node, "cannot read '%.200s': %s", path, tocsin_load_file_fault(status, reason));
	return false;
}

/* Adds the file's path, and refuses it where it is there already. */
static bool note_file(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *path)
{
	if (loader->part_count > TOCSIN_MAX_INCLUDES) {
		tocsin_load_error(loader, node, "at most %d files are included", TOCSIN_MAX_INCLUDES);
		loader->includes_known = false;
		return false;
	}
	if (tocsin_load_add_file(loader, path))
		return true;
	tocsin_load_error(loader, node, "'%.200s' is named twice", path);
	return false;
}

/* The key stands in the rule file, whatever file was read last. */
static void back_to_main(struct tocsin_loader *loader)
{
	loader->file = loader->parts[0].file;
	loader->part = loader->parts[0].number;
	loader->document = loader->parts[0].document;
}

static void add_part(struct tocsin_loader *loader, const char *path, char *text, size_t length)
{
	loader->includes_known &= tocsin_load_add_part(loader, path, text, length);
	free(text);
	back_to_main(loader);
}

/* False where it could not be read, with why. */
static bool read_file(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *path, enum tocsin_status *status)
{
	char *text;
	size_t length;
	*status = tocsin_load_file(loader, path, TOCSIN_MAX_RULE_FILE, &text, &length);
	if (*status != TOCSIN_OK)
		return false;
	if (note_file(loader, node, path))
		add_part(loader, path, text, length);
	else
		free(text);
	return true;
}

/* The rule file may lie in its own folder of rules. */
static void read_entry(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *folder, const char *name)
{
	char path[MAX_PATH];
	int length = snprintf(path, sizeof(path), "%s%s", folder, name);
	if (length < 0 || (size_t)length >= sizeof(path)) {
		(void)refuse(loader, node, folder, TOCSIN_LIMIT, 0);
		return;
	}
	enum tocsin_status status;
	const char *kept = tocsin_load_text(loader, path, (size_t)length);
	if (kept && strcmp(kept, loader->main) != 0 && !read_file(loader, node, kept, &status))
		(void)refuse(loader, node, kept, status, errno);
}

/* False where there is no such folder. */
static bool read_folder(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *folder)
{
	char *listing, *rest;
	size_t length;
	enum tocsin_status status = tocsin_load_file(loader, folder, MAX_LISTING, &listing, &length);
	if (status != TOCSIN_OK)
		return status == TOCSIN_NO_MEMORY && refuse(loader, node, folder, status, 0);
	if (note_file(loader, node, folder)) {
		if (length == 0)
			tocsin_load_warning(
				loader, node, "'%.200s' holds no file that ends in .yaml or .yml", folder);
		for (const char *name = strtok_r(listing, "\n", &rest); name && !loader->out_of_memory;
			 name = strtok_r(NULL, "\n", &rest))
			read_entry(loader, node, folder, name);
	}
	free(listing);
	return true;
}

static bool ends_in(const char *path, const char *end)
{
	size_t length = strlen(path), tail = strlen(end);
	return length > tail && strcmp(path + length - tail, end) == 0;
}

/* A path without a slash at its end may name a folder all the same. */
static bool read_as_folder(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *path)
{
	char folder[MAX_PATH];
	int length = snprintf(folder, sizeof(folder), "%s%s", path, ends_in(path, "/") ? "" : "/");
	if (length < 0 || (size_t)length >= sizeof(folder))
		return false;
	const char *kept = tocsin_load_text(loader, folder, (size_t)length);
	return kept && read_folder(loader, node, kept);
}

/* What looks like a file is tried as one first: where only some files may be read,
 * a wrong guess is an error. */
static void read_path(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *path)
{
	enum tocsin_status status;
	const bool like_file = ends_in(path, ".yaml") || ends_in(path, ".yml");
	if (!like_file && read_as_folder(loader, node, path))
		return;
	if (loader->out_of_memory || read_file(loader, node, path, &status))
		return;
	int reason = errno;
	if (status == TOCSIN_NO_MEMORY || !like_file || !read_as_folder(loader, node, path))
		(void)refuse(loader, node, path, status, reason);
}

void tocsin_load_include(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)into;
	struct tocsin_load_items items;
	const struct tocsin_yaml_node *item;
	if (!tocsin_load_items(loader, key->name, node, &items)) {
		loader->includes_known = false;
		return;
	}
	if (items.count > TOCSIN_MAX_INCLUDES) {
		tocsin_load_error(
			loader, node, "'%s' takes at most %d paths", key->name, TOCSIN_MAX_INCLUDES);
		loader->includes_known = false;
		return;
	}
	while ((item = tocsin_load_item(loader, &items)) && !loader->out_of_memory) {
		const char *text = tocsin_load_need_text(loader, key->name, item, "a path");
		const char *path = text ? tocsin_load_path(loader, text, item->size) : NULL;
		loader->includes_known &= path != NULL;
		if (path)
			read_path(loader, item, path);
	}
}

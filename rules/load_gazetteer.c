/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The gazetteer's lists, found from the rule file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/load.h"
#include "rules/load_file.h"

/* Paths are relative to the folder of the rule file. */
static const char *full_path(struct tocsin_loader *loader, const char *path, size_t length)
{
	const char *slash = strrchr(loader->file, '/');
	if (*path == '/' || !slash)
		return tocsin_load_text(loader, path, length);
	size_t folder = (size_t)(slash - loader->file) + 1;
	char *full = malloc(folder + length + 1);
	if (!full) {
		loader->out_of_memory = true;
		return NULL;
	}
	memcpy(full, loader->file, folder);
	memcpy(full + folder, path, length + 1);
	const char *kept = tocsin_load_text(loader, full, folder + length);
	free(full);
	return kept;
}

static bool is_repeated(const struct tocsin_ruleset *set, const char *path)
{
	for (size_t i = 0; i < set->file_count; i++) {
		if (strcmp(set->files[i], path) == 0)
			return true;
	}
	return false;
}

static bool read_list(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char **files)
{
	struct tocsin_ruleset *set = &loader->owner->set;
	const char *path = full_path(loader, tocsin_load_scalar(loader, node), node->size);
	if (!path)
		return false;
	if (is_repeated(set, path)) {
		tocsin_load_error(loader, node, "'%.200s' is named twice", path);
		return false;
	}
	char *text;
	size_t length;
	enum tocsin_status status =
		tocsin_load_file(loader, path, TOCSIN_MAX_GAZETTEER_FILE, &text, &length);
	if (status != TOCSIN_OK) {
		if (status == TOCSIN_NO_MEMORY)
			loader->out_of_memory = true;
		else
			tocsin_load_error(loader, node, "cannot read '%.200s': %s", path,
				tocsin_load_file_fault(status, errno));
		return false;
	}
	files[set->file_count++] = path;
	status =
		tocsin_gazetteer_add(loader->owner->gazetteer, path, text, length, loader->diagnostics);
	free(text);
	if (status == TOCSIN_NO_MEMORY)
		loader->out_of_memory = true;
	return status == TOCSIN_OK;
}

void tocsin_load_places(struct tocsin_loader *loader)
{
	if (loader->places_finished || loader->out_of_memory)
		return;
	enum tocsin_status status =
		tocsin_gazetteer_finish(loader->owner->gazetteer, loader->diagnostics);
	loader->places_finished = true;
	loader->places_known &= status == TOCSIN_OK;
	loader->out_of_memory |= status == TOCSIN_NO_MEMORY;
}

void tocsin_load_paths(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_ruleset *set = into;
	struct tocsin_load_items items;
	loader->places_known = false;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	if (items.count > TOCSIN_MAX_GAZETTEERS) {
		tocsin_load_error(
			loader, node, "'%s' takes at most %d files", key->name, TOCSIN_MAX_GAZETTEERS);
		return;
	}
	const char **files = tocsin_load_alloc(loader, (items.count + 1) * sizeof(*files));
	if (!files)
		return;
	files[0] = set->files[0];
	set->files = files;
	bool sound = !node->cut;
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items)) && !loader->out_of_memory) {
		if (!tocsin_load_need_text(loader, key->name, item, "a path") ||
			!read_list(loader, item, files))
			sound = false;
	}
	loader->places_known = sound;
	tocsin_load_places(loader);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The gazetteer's lists, found from the rule file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/load.h"
#include "rules/load_file.h"

static bool read_list(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	const char *path = tocsin_load_path(loader, tocsin_load_scalar(loader, node), node->size);
	if (!path)
		return false;
	if (!tocsin_load_add_file(loader, path)) {
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
	(void)into;
	struct tocsin_load_items items;
	loader->places_known = false;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	if (items.count > TOCSIN_MAX_GAZETTEERS) {
		tocsin_load_error(
			loader, node, "'%s' takes at most %d files", key->name, TOCSIN_MAX_GAZETTEERS);
		return;
	}
	bool sound = !node->cut;
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items)) && !loader->out_of_memory) {
		if (!tocsin_load_need_text(loader, key->name, item, "a path") || !read_list(loader, item))
			sound = false;
	}
	loader->places_known = sound;
	tocsin_load_places(loader);
}

void tocsin_load_localities(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)into;
	char *text;
	size_t length;
	const char *name = tocsin_load_need_text(loader, key->name, node, "a path");
	const char *path = name ? tocsin_load_path(loader, name, node->size) : NULL;
	if (!path)
		return;
	if (!tocsin_load_add_file(loader, path)) {
		tocsin_load_error(loader, node, "'%.200s' is named twice", path);
		return;
	}
	/* Their codes are looked up. */
	tocsin_load_places(loader);
	enum tocsin_status status =
		tocsin_load_file(loader, path, TOCSIN_MAX_PLACES_FILE, &text, &length);
	if (status == TOCSIN_NO_MEMORY)
		loader->out_of_memory = true;
	else if (status != TOCSIN_OK)
		tocsin_load_error(
			loader, node, "cannot read '%.200s': %s", path, tocsin_load_file_fault(status, errno));
	if (status != TOCSIN_OK)
		return;
	if (loader->places_known)
		status = tocsin_localities_read(loader->owner->gazetteer, path, text, length,
			loader->diagnostics, &loader->owner->localities);
	loader->out_of_memory |= status == TOCSIN_NO_MEMORY;
	free(text);
}

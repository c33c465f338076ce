/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The rule file and the files that it includes, read key by key: the audiences of
 * all of them before the rules of any. */
#include <stdlib.h>
#include <string.h>

#include "rules/load.h"

enum { MAX_FILES = 2 + 2 * TOCSIN_MAX_INCLUDES + TOCSIN_MAX_GAZETTEERS };

bool tocsin_load_add_file(struct tocsin_loader *loader, const char *path)
{
	struct tocsin_ruleset *set = &loader->owner->set;
	if (!loader->all_files)
		loader->all_files = tocsin_load_alloc(loader, MAX_FILES * sizeof(*loader->all_files));
	for (size_t i = 0; i < set->file_count; i++) {
		if (strcmp(set->files[i], path) == 0)
			return false;
	}
	if (!loader->all_files || set->file_count >= MAX_FILES)
		return false;
	set->files = loader->all_files;
	loader->all_files[set->file_count++] = path;
	return true;
}

const char *tocsin_load_path(struct tocsin_loader *loader, const char *path, size_t length)
{
	const char *slash = strrchr(loader->main, '/');
	/* So that one file has one path, however it is named. */
	while (strncmp(path, "./", 2) == 0 || strcmp(path, ".") == 0) {
		size_t skip = path[1] == '/' ? 2 : 1;
		path += skip;
		length -= skip;
	}
	if (length == 0 && !slash)
		return "./";
	if (*path == '/' || !slash)
		return tocsin_load_text(loader, path, length);
	size_t folder = (size_t)(slash - loader->main) + 1;
	char *full = malloc(folder + length + 1);
	if (!full) {
		loader->out_of_memory = true;
		return NULL;
	}
	memcpy(full, loader->main, folder);
	memcpy(full + folder, path, length + 1);
	const char *kept = tocsin_load_text(loader, full, folder + length);
	free(full);
	return kept;
}

static void use(struct tocsin_loader *loader, const struct tocsin_load_part *part)
{
	loader->file = part->file;
	loader->part = part->number;
	loader->document = part->document;
}

bool tocsin_load_add_part(
	struct tocsin_loader *loader, const char *file, const char *text, size_t length)
{
	struct tocsin_load_part *parts =
		realloc(loader->parts, (loader->part_count + 1) * sizeof(*parts));
	if (!parts) {
		loader->out_of_memory = true;
		return false;
	}
	loader->parts = parts;
	struct tocsin_load_part *part = &parts[loader->part_count++];
	*part = (struct tocsin_load_part){
		.file = file, .number = (uint16_t)(loader->owner->set.file_count - 1)};
	enum tocsin_status status =
		tocsin_yaml_read(file, text, length, loader->diagnostics, &part->document);
	loader->out_of_memory |= status == TOCSIN_NO_MEMORY;
	if (loader->out_of_memory || part->document.count == 0)
		return false;
	use(loader, part);
	return tocsin_load_sort(loader,
			   loader->part_count == 1 ? TOCSIN_SCOPE_TOP : TOCSIN_SCOPE_INCLUDED,
			   &part->document.nodes[0], &part->values) &&
		status == TOCSIN_OK;
}

/* Before anything else, since every key may stand in the other files as well. */
static void read_includes(struct tocsin_loader *loader, const struct tocsin_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_yaml_node *node = loader->parts[0].values.nodes[i];
		if (keys[i].type == TOCSIN_KEY_INCLUDE && node)
			tocsin_load_value(loader, &keys[i], node, &loader->owner->set);
	}
}

/* Room for the senders and rules of all parts, so that each is added in place. */
static void make_room(struct tocsin_loader *loader, const struct tocsin_key *key, size_t place)
{
	size_t *room = key->type == TOCSIN_KEY_RULES ? &loader->rule_room
		: key->type == TOCSIN_KEY_SENDERS        ? &loader->sender_room
												 : NULL;
	for (size_t i = 0; room && i < loader->part_count; i++) {
		const struct tocsin_yaml_node *node = loader->parts[i].values.nodes[place];
		if (node && node->kind != TOCSIN_YAML_SCALAR)
			*room += node->kind == TOCSIN_YAML_MAPPING ? (node->size + 1) / 2 : node->size;
	}
}

static void read_key(struct tocsin_loader *loader, const struct tocsin_key *key, size_t place)
{
	make_room(loader, key, place);
	for (size_t i = 0; i < loader->part_count && !loader->out_of_memory; i++) {
		const struct tocsin_load_part *part = &loader->parts[i];
		const struct tocsin_yaml_node *node = part->values.nodes[place];
		if (part->document.count == 0)
			continue;
		use(loader, part);
		const struct tocsin_yaml_node *root = &part->document.nodes[0];
		if (node)
			tocsin_load_value(loader, key, node, &loader->owner->set);
		else if (i == 0 && key->required && !part->values.misspelt[place] && !root->cut &&
			root->kind == TOCSIN_YAML_MAPPING)
			tocsin_load_error(loader, root, "%s lacks the key '%s'",
				tocsin_scope_name(TOCSIN_SCOPE_TOP), key->name);
	}
}

void tocsin_load_top(struct tocsin_loader *loader)
{
	size_t count;
	const struct tocsin_key *keys = tocsin_keys_of(TOCSIN_SCOPE_TOP, &count);
	tocsin_load_init_output(&loader->standard);
	loader->audiences_known = loader->parts[0].document.count > 0;
	read_includes(loader, keys, count);
	for (size_t i = 0; i < count && !loader->out_of_memory; i++) {
		if (keys[i].type != TOCSIN_KEY_INCLUDE)
			read_key(loader, &keys[i], i);
		if (keys[i].type == TOCSIN_KEY_AUDIENCES)
			loader->audiences_known &=
				loader->includes_known && loader->owner->set.audience_count > 0;
	}
}

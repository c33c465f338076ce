/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Read by the rule file's own loader and table of keys, against a rule set that is
 * loaded already. */
#include "rules/silence.h"

#include <stdlib.h>
#include <string.h>

#include "rules/load.h"

/* What owns a silence; the silence itself comes first. */
struct silence_owner {
	struct tocsin_silence silence;
	struct tocsin_pool pool;
	struct tocsin_load_zone *zones;
};

void tocsin_silence_destroy(struct tocsin_silence *silence)
{
	struct silence_owner *owner = (struct silence_owner *)(void *)silence;
	if (!owner)
		return;
	tocsin_load_zones_finish(owner->zones);
	tocsin_pool_finish(&owner->pool);
	free(owner);
}

/* A value that the file gives, or its beginning where it gives none. */
static const struct tocsin_yaml_node *place_of(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *root, const char *key)
{
	const struct tocsin_yaml_node *value = tocsin_load_find(loader, root, key);
	return value ? value : root;
}

static void check_times(struct tocsin_loader *loader, const struct tocsin_yaml_node *root,
	const struct tocsin_silence *silence, int64_t now_ms)
{
	const struct tocsin_yaml_node *until = place_of(loader, root, "until");
	if (silence->until_ms <= silence->from_ms)
		tocsin_load_error(loader, until, "'until' is not after 'from'");
	else if (silence->until_ms <= now_ms)
		tocsin_load_error(loader, until, "'until' is past");
	else if (silence->until_ms - silence->from_ms > TOCSIN_MAX_SILENCE_MS)
		tocsin_load_error(loader, until, "a silence lasts at most 30 days");
}

static void read_root(struct tocsin_loader *loader, struct tocsin_silence *silence, int64_t now_ms)
{
	const struct tocsin_yaml_node *root = &loader->document.nodes[0];
	size_t errors = loader->diagnostics->errors;
	silence->from_ms = now_ms;
	tocsin_load_init_output(&loader->standard);
	tocsin_load_scope(loader, TOCSIN_SCOPE_SILENCE, root, silence);
	if (loader->diagnostics->errors == errors && !loader->out_of_memory)
		check_times(loader, root, silence, now_ms);
}

static enum tocsin_status read_silence(struct tocsin_loader *loader, struct silence_owner *owner,
	const char *text, size_t length, int64_t now_ms)
{
	enum tocsin_status status =
		tocsin_yaml_read(loader->file, text, length, loader->diagnostics, &loader->document);
	if (status != TOCSIN_NO_MEMORY && loader->document.count > 0)
		read_root(loader, &owner->silence, now_ms);
	owner->silence.text = tocsin_load_text(loader, text, length);
	if (status == TOCSIN_NO_MEMORY || loader->out_of_memory)
		return TOCSIN_NO_MEMORY;
	return loader->diagnostics->errors > loader->errors_before ? TOCSIN_INVALID : status;
}

enum tocsin_status tocsin_silence_read(const struct tocsin_ruleset *ruleset, const char *file,
	const char *text, size_t length, int64_t now_ms, struct tocsin_diagnostics *diagnostics,
	struct tocsin_silence **silence)
{
	enum { HINTS = 20 };
	/* The names come from the rule set, what is read goes into a pool of its own. */
	struct tocsin_ruleset_owner borrowed = {.set = *ruleset,
		.gazetteer = (struct tocsin_gazetteer *)(void *)(uintptr_t)ruleset->gazetteer};
	struct tocsin_loader loader = {.file = file,
		.main = file,
		.files = &tocsin_disk,
		.diagnostics = diagnostics,
		.owner = &borrowed,
		.errors_before = diagnostics->errors,
		.audiences_known = true,
		.places_known = true,
		.places_finished = true,
		.includes_known = true,
		.hints = HINTS};
	struct silence_owner *owner = calloc(1, sizeof(*owner));
	if (!owner)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = read_silence(&loader, owner, text, length, now_ms);
	owner->pool = borrowed.pool;
	owner->zones = borrowed.zones;
	tocsin_yaml_finish(&loader.document);
	tocsin_diagnostics_sort(diagnostics);
	if (status == TOCSIN_OK)
		*silence = &owner->silence;
	else
		tocsin_silence_destroy(&owner->silence);
	return status;
}

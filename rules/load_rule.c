/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rules, what they match and whom they alert. */
#include <stdlib.h>
#include <string.h>

#include "rules/gazetteer_table.h"
#include "rules/load.h"

enum { FIRST_SLOTS = 64 };

static const struct tocsin_yaml_node *need_list(struct tocsin_loader *loader,
	const struct tocsin_key *key, const struct tocsin_yaml_node *node, size_t least, size_t most)
{
	if (node->kind == TOCSIN_YAML_BROKEN || (node->cut && node->kind != TOCSIN_YAML_LIST))
		return NULL;
	if (node->kind != TOCSIN_YAML_LIST)
		tocsin_load_error(loader, node, "'%s' takes a list, each entry after '- '", key->name);
	else if (node->size < least && !node->cut)
		tocsin_load_error(loader, node, "'%s' has an empty list", key->name);
	else if (node->size > most)
		tocsin_load_error(loader, node, "'%s' takes at most %zu entries", key->name, most);
	else
		return node;
	return NULL;
}

void tocsin_load_match(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	loader->exception = (const struct tocsin_match **)(void *)((char *)into + key->count_at);
	if (!tocsin_load_is_empty(loader, node))
		tocsin_load_scope(loader, TOCSIN_SCOPE_MATCH, node, (char *)into + key->at);
}

void tocsin_load_not(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)into;
	if (node->kind == TOCSIN_YAML_BROKEN || (node->cut && node->size == 0))
		return;
	if (node->kind != TOCSIN_YAML_MAPPING || node->size == 0) {
		tocsin_load_error(loader, node, "'%s' takes one mapping with at least one key", key->name);
		return;
	}
	struct tocsin_match *match = tocsin_load_alloc(loader, sizeof(*match));
	if (!match)
		return;
	*loader->exception = match;
	tocsin_load_scope(loader, TOCSIN_SCOPE_NOT, node, match);
}

void tocsin_load_outputs(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const struct tocsin_yaml_node *list = need_list(loader, key, node, 1, TOCSIN_MAX_OUTPUTS);
	if (!list)
		return;
	struct tocsin_output *outputs = tocsin_load_alloc(loader, list->size * sizeof(*outputs));
	if (!outputs)
		return;
	size_t count = 0;
	for (const struct tocsin_yaml_node *entry = tocsin_yaml_node(&loader->document, list->first);
		 entry; entry = tocsin_yaml_node(&loader->document, entry->next))
		tocsin_load_scope(loader, TOCSIN_SCOPE_OUTPUT, entry, &outputs[count++]);
	*(const struct tocsin_output **)(void *)((char *)into + key->at) = outputs;
	char *place = (char *)into + key->count_at;
	if (key->wide)
		*(size_t *)(void *)place = count;
	else
		*(uint8_t *)place = (uint8_t)count;
}

void tocsin_load_fallback(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)key;
	struct tocsin_ruleset *set = into;
	size_t errors = loader->diagnostics->errors;
	set->fallback_line = node->line;
	set->fallback_file = loader->part;
	tocsin_load_scope(loader, TOCSIN_SCOPE_DEFAULT, node, into);
	if (loader->diagnostics->errors > errors || loader->out_of_memory || !loader->audiences_known ||
		node->cut)
		return;
	for (size_t i = 0; i < set->fallback_count; i++) {
		Tocsin__V1__Sensitivity most = set->audiences[set->fallback[i].audience].max_sensitivity;
		/* One left open is an error of its own. */
		if (most == TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE ||
			most == TOCSIN__V1__SENSITIVITY__SENSITIVITY_UNSPECIFIED)
			return;
	}
	tocsin_load_error(loader, node,
		"'default' names no audience with max_sensitivity severe: what is too sensitive for the "
		"others would reach nobody");
}

static bool make_slots(struct tocsin_loader *loader, size_t rules)
{
	size_t slots = FIRST_SLOTS;
	while (slots < rules * 2)
		slots *= 2;
	loader->rule_slots = malloc(slots * sizeof(*loader->rule_slots));
	if (!loader->rule_slots)
		return false;
	memset(loader->rule_slots, 0xFF, slots * sizeof(*loader->rule_slots));
	loader->rule_slot_mask = slots - 1;
	return true;
}

/* Reports an id that an earlier rule has. */
static void note_id(
	struct tocsin_loader *loader, uint32_t number, const struct tocsin_yaml_node *node)
{
	const struct tocsin_rule *rules = loader->owner->rules;
	const char *id = rules[number].id;
	if (!id)
		return;
	size_t slot = tocsin_gazetteer_hash(id) & loader->rule_slot_mask;
	for (; loader->rule_slots[slot] != UINT32_MAX; slot = (slot + 1) & loader->rule_slot_mask) {
		const struct tocsin_rule *other = &rules[loader->rule_slots[slot]];
		if (strcmp(other->id, id) == 0) {
			const bool here = other->file == loader->part;
			tocsin_load_error(loader, node, "rule '%s' stands twice, first in line %u%s%s", id,
				(unsigned)other->line, here ? "" : " of ",
				here ? "" : loader->owner->set.files[other->file]);
			return;
		}
	}
	loader->rule_slots[slot] = number;
}

void tocsin_load_rules(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_ruleset *set = into;
	const struct tocsin_yaml_node *list =
		need_list(loader, key, node, 0, TOCSIN_MAX_RULES - set->rule_count);
	if (!list)
		return;
	if (!loader->owner->rules) {
		loader->owner->rules = calloc(loader->rule_room + 1, sizeof(*loader->owner->rules));
		if (!loader->owner->rules || !make_slots(loader, loader->rule_room)) {
			loader->out_of_memory = true;
			return;
		}
		set->rules = loader->owner->rules;
	}
	for (const struct tocsin_yaml_node *entry = tocsin_yaml_node(&loader->document, list->first);
		 entry && !loader->out_of_memory;
		 entry = tocsin_yaml_node(&loader->document, entry->next)) {
		struct tocsin_rule *rule = &loader->owner->rules[set->rule_count];
		const struct tocsin_yaml_node *id = tocsin_load_find(loader, entry, "id");
		rule->line = (id ? id : entry)->line;
		rule->file = loader->part;
		tocsin_load_scope(loader, TOCSIN_SCOPE_RULE, entry, rule);
		note_id(loader, (uint32_t)set->rule_count++, id ? id : entry);
	}
}

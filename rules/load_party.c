/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Audiences and senders: mappings by name. */
#include <stdlib.h>
#include <string.h>

#include "proto/text.h"
#include "rules/load.h"
#include "rules/suggest.h"

/* A mapping by name that a key must hold; NULL, and reported, otherwise. */
static const struct tocsin_yaml_node *need_entries(struct tocsin_loader *loader,
	const struct tocsin_key *key, const struct tocsin_yaml_node *node, size_t most)
{
	if (node->kind == TOCSIN_YAML_BROKEN || (node->cut && node->size == 0))
		return NULL;
	if (node->kind != TOCSIN_YAML_MAPPING || node->size == 0)
		tocsin_load_error(loader, node, "'%s' takes a mapping with at least one name", key->name);
	else if (node->size / 2 > most)
		tocsin_load_error(loader, node, "'%s' takes at most %zu names", key->name, most);
	else
		return tocsin_yaml_node(&loader->document, node->first);
	return NULL;
}

static bool is_audience_name(const char *text, size_t length)
{
	return length <= TOCSIN_MAX_NAME && *text != '_' && *text != '-' && length > 0 &&
		strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

static void read_audience(struct tocsin_loader *loader, const struct tocsin_yaml_node *name,
	const struct tocsin_yaml_node *value, struct tocsin_audience *audience)
{
	const char *text = tocsin_load_scalar(loader, name);
	audience->name = tocsin_load_text(loader, text, name->size);
	if (!is_audience_name(text, name->size))
		tocsin_load_error(loader, name,
			"'%.64s' is not a name of an audience: 1 to %d of a-z, 0-9, '_' and '-', starting with "
			"a letter or digit",
			text, TOCSIN_MAX_NAME);
	tocsin_load_scope(loader, TOCSIN_SCOPE_AUDIENCE, value, audience);
	if (audience->detail != TOCSIN_DETAIL_ADM1 &&
		audience->max_sensitivity > TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW)
		tocsin_load_warning(
			loader, value, "'detail' has no effect: it is for audiences of max_sensitivity low");
}

/* Within one file the keys differ; another one may have the name as well. */
static void add_audience(struct tocsin_loader *loader, const struct tocsin_yaml_node *name,
	const struct tocsin_yaml_node *value)
{
	struct tocsin_ruleset *set = &loader->owner->set;
	const char *text = tocsin_load_scalar(loader, name);
	if (tocsin_ruleset_audience(set, text) >= 0)
		tocsin_load_error(loader, name, "audience '%.64s' stands in an earlier file", text);
	struct tocsin_audience *audience = &loader->owner->audiences[set->audience_count];
	audience->line = name->line;
	audience->file = loader->part;
	read_audience(loader, name, value, audience);
	set->audience_count++;
}

void tocsin_load_audiences(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_ruleset *set = into;
	const struct tocsin_yaml_node *name =
		need_entries(loader, key, node, TOCSIN_MAX_AUDIENCES - loader->owner->set.audience_count);
	if (!name)
		return;
	struct tocsin_audience **audiences = &loader->owner->audiences;
	if (!*audiences)
		*audiences = tocsin_load_alloc(loader, TOCSIN_MAX_AUDIENCES * sizeof(**audiences));
	if (!*audiences)
		return;
	set->audiences = *audiences;
	loader->audiences_known &= !node->cut;
	while (name && !loader->out_of_memory) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(&loader->document, name->next);
		if (name->kind == TOCSIN_YAML_SCALAR)
			add_audience(loader, name, value);
		else
			loader->audiences_known = false;
		name = tocsin_yaml_node(&loader->document, value->next);
	}
}

void tocsin_load_audience(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const struct tocsin_ruleset *set = &loader->owner->set;
	const char *text = tocsin_load_need_text(loader, key->name, node, "the name of an audience");
	if (!text || !loader->audiences_known)
		return;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, node->size);
	for (size_t i = 0; i < set->audience_count; i++) {
		if (strcmp(set->audiences[i].name, text) == 0) {
			*((uint8_t *)into + key->at) = (uint8_t)i;
			return;
		}
		tocsin_suggest_offer(&suggest, set->audiences[i].name);
	}
	if (suggest.best)
		tocsin_load_error(
			loader, node, "unknown audience '%.64s': did you mean '%s'?", text, suggest.best);
	else
		tocsin_load_error(
			loader, node, "unknown audience '%.64s': it is not among 'audiences'", text);
}

static void read_sender(struct tocsin_loader *loader, const struct tocsin_yaml_node *name,
	const struct tocsin_yaml_node *value, struct tocsin_sender *sender)
{
	const char *text = tocsin_load_scalar(loader, name);
	sender->name = tocsin_load_text(loader, text, name->size);
	if (!tocsin_text_is_level(text, name->size))
		tocsin_load_error(loader, name,
			"'%.64s' is not a user name that can report: 1 to %d of A-Z, a-z, 0-9, '_' and '-'",
			text, TOCSIN_MAX_NAME);
	if (!tocsin_load_is_empty(loader, value))
		tocsin_load_scope(loader, TOCSIN_SCOPE_SENDER, value, sender);
}

static void note_sender(struct tocsin_loader *loader, const struct tocsin_ruleset *earlier,
	const struct tocsin_yaml_node *name)
{
	const char *text = tocsin_load_scalar(loader, name);
	if (tocsin_ruleset_sender(earlier, text))
		tocsin_load_error(loader, name, "sender '%.64s' stands in an earlier file", text);
}

static int compare_senders(const void *left, const void *right)
{
	const struct tocsin_sender *a = left, *b = right;
	return strcmp(a->name, b->name);
}

static void list_relays(struct tocsin_loader *loader, struct tocsin_ruleset *set)
{
	size_t count = 0;
	for (size_t i = 0; i < set->sender_count; i++)
		count += set->senders[i].relay_count > 0;
	const struct tocsin_sender **relays = tocsin_load_alloc(loader, count * sizeof(*relays));
	if (!relays)
		return;
	set->relays = relays;
	set->relay_count = count;
	for (size_t i = 0; i < set->sender_count; i++) {
		if (set->senders[i].relay_count > 0)
			*relays++ = &set->senders[i];
	}
}

void tocsin_load_senders(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_ruleset *set = into;
	const struct tocsin_yaml_node *name =
		need_entries(loader, key, node, TOCSIN_MAX_SENDERS - loader->owner->set.sender_count);
	if (!name)
		return;
	struct tocsin_sender **senders = &loader->owner->senders;
	if (!*senders)
		*senders = tocsin_load_alloc(loader, loader->sender_room * sizeof(**senders));
	if (!*senders)
		return;
	set->senders = *senders;
	set->senders_listed = true;
	/* Those of earlier files, sorted, while this one's are added behind them. */
	struct tocsin_ruleset earlier = *set;
	while (name && !loader->out_of_memory) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(&loader->document, name->next);
		if (name->kind == TOCSIN_YAML_SCALAR) {
			note_sender(loader, &earlier, name);
			read_sender(loader, name, value, &(*senders)[set->sender_count++]);
		}
		name = tocsin_yaml_node(&loader->document, value->next);
	}
	if (loader->out_of_memory)
		return;
	qsort(*senders, set->sender_count, sizeof(**senders), compare_senders);
	list_relays(loader, set);
}

void tocsin_load_audience_set(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_load_items items;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	uint64_t set = 0;
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items))) {
		uint8_t audience = UINT8_MAX;
		struct tocsin_key one = *key;
		one.at = 0;
		tocsin_load_audience(loader, &one, item, &audience);
		if (audience < TOCSIN_MAX_AUDIENCES)
			set |= UINT64_C(1) << audience;
	}
	*(uint64_t *)(void *)((char *)into + key->at) = set;
}

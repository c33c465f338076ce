/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/suggest.h"

enum { MAX_MESSAGE = 1024 };

static void add(struct tocsin_loader *loader, enum tocsin_note kind,
	const struct tocsin_yaml_node *node, const char *format, va_list args)
{
	char message[MAX_MESSAGE];
	vsnprintf(message, sizeof(message), format, args);
	tocsin_diagnostics_add(
		loader->diagnostics, kind, loader->file, node->line, node->column, "%s", message);
}

void tocsin_load_error(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(loader, TOCSIN_NOTE_ERROR, node, format, args);
	va_end(args);
}

void tocsin_load_warning(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(loader, TOCSIN_NOTE_WARNING, node, format, args);
	va_end(args);
}

void *tocsin_load_alloc(struct tocsin_loader *loader, size_t size)
{
	void *memory = tocsin_pool_alloc(&loader->owner->pool, size);
	if (memory)
		memset(memory, 0, size);
	else
		loader->out_of_memory = true;
	return memory;
}

const char *tocsin_load_text(struct tocsin_loader *loader, const char *text, size_t length)
{
	const char *copy = tocsin_pool_text(&loader->owner->pool, text, length);
	if (!copy)
		loader->out_of_memory = true;
	return copy;
}

const char *tocsin_load_scalar(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	return tocsin_yaml_text(&loader->document, node);
}

bool tocsin_load_is_empty(const struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	if (node->kind != TOCSIN_YAML_SCALAR || !node->plain)
		return false;
	const char *text = tocsin_load_scalar(loader, node);
	return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static const char *kind_name(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	if (node->kind == TOCSIN_YAML_LIST)
		return "a list";
	if (node->kind == TOCSIN_YAML_MAPPING)
		return "a mapping";
	return tocsin_load_is_empty(loader, node) ? "nothing" : "text";
}

const char *tocsin_load_need_text(struct tocsin_loader *loader, const char *key,
	const struct tocsin_yaml_node *node, const char *wanted)
{
	if (node->kind == TOCSIN_YAML_BROKEN || node->cut)
		return NULL;
	if (node->kind == TOCSIN_YAML_SCALAR && !tocsin_load_is_empty(loader, node) && node->size > 0)
		return tocsin_load_scalar(loader, node);
	tocsin_load_error(loader, node, "'%s' takes %s, not %s", key, wanted,
		node->kind == TOCSIN_YAML_SCALAR && !node->plain ? "an empty text"
														 : kind_name(loader, node));
	return NULL;
}

bool tocsin_load_items(struct tocsin_loader *loader, const char *key,
	const struct tocsin_yaml_node *node, struct tocsin_load_items *items)
{
	*items = (struct tocsin_load_items){.next = node, .count = 1, .single = true};
	if (node->kind == TOCSIN_YAML_BROKEN || (node->cut && node->size == 0))
		return false;
	if (node->kind == TOCSIN_YAML_SCALAR && !tocsin_load_is_empty(loader, node))
		return true;
	if (node->kind != TOCSIN_YAML_LIST) {
		tocsin_load_error(loader, node, "'%s' takes one value or a list of them, not %s", key,
			kind_name(loader, node));
		return false;
	}
	if (node->size == 0 || node->size > TOCSIN_MAX_LIST) {
		if (node->size == 0)
			tocsin_load_error(
				loader, node, "'%s' has an empty list: name a value, or leave the key out", key);
		else
			tocsin_load_error(loader, node, "'%s' takes at most %d values", key, TOCSIN_MAX_LIST);
		return false;
	}
	*items = (struct tocsin_load_items){
		.next = tocsin_yaml_node(&loader->document, node->first), .count = node->size};
	return true;
}

const struct tocsin_yaml_node *tocsin_load_item(
	const struct tocsin_loader *loader, struct tocsin_load_items *items)
{
	const struct tocsin_yaml_node *item = items->next;
	if (item)
		items->next = items->single ? NULL : tocsin_yaml_node(&loader->document, item->next);
	return item;
}

static void (*const readers[TOCSIN_KEY_TYPE_COUNT])(struct tocsin_loader *loader,
	const struct tocsin_key *key, const struct tocsin_yaml_node *node, void *into) = {
	[TOCSIN_KEY_VERSION] = tocsin_load_version,
	[TOCSIN_KEY_ID] = tocsin_load_id,
	[TOCSIN_KEY_TEXT] = tocsin_load_note,
	[TOCSIN_KEY_FLAG] = tocsin_load_flag,
	[TOCSIN_KEY_SMALL] = tocsin_load_small,
	[TOCSIN_KEY_COUNT] = tocsin_load_count,
	[TOCSIN_KEY_SPAN] = tocsin_load_span,
	[TOCSIN_KEY_LEAST] = tocsin_load_least,
	[TOCSIN_KEY_CHOICE] = tocsin_load_choice,
	[TOCSIN_KEY_CHOICES] = tocsin_load_choices,
	[TOCSIN_KEY_NAMES] = tocsin_load_names,
	[TOCSIN_KEY_PATTERNS] = tocsin_load_patterns,
	[TOCSIN_KEY_WORDS] = tocsin_load_words,
	[TOCSIN_KEY_LANGUAGES] = tocsin_load_languages,
	[TOCSIN_KEY_REGIONS] = tocsin_load_regions,
	[TOCSIN_KEY_PATHS] = tocsin_load_paths,
	[TOCSIN_KEY_AUDIENCE] = tocsin_load_audience,
	[TOCSIN_KEY_AUDIENCES] = tocsin_load_audiences,
	[TOCSIN_KEY_SENDERS] = tocsin_load_senders,
	[TOCSIN_KEY_RULES] = tocsin_load_rules,
	[TOCSIN_KEY_MATCH] = tocsin_load_match,
	[TOCSIN_KEY_NOT] = tocsin_load_not,
	[TOCSIN_KEY_OUTPUTS] = tocsin_load_outputs,
	[TOCSIN_KEY_FALLBACK] = tocsin_load_fallback,
};

/* What holds where a key is absent: the rest is zero already. */
static void set_defaults(const struct tocsin_key *keys, size_t count, void *into)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i].standard == 0)
			continue;
		char *place = (char *)into + keys[i].at;
		if (keys[i].type == TOCSIN_KEY_FLAG)
			*(bool *)place = true;
		else if (keys[i].type == TOCSIN_KEY_SMALL)
			*(uint8_t *)place = (uint8_t)keys[i].standard;
		else if (keys[i].type == TOCSIN_KEY_CHOICES && keys[i].wide)
			*(uint32_t *)(void *)place = keys[i].standard;
	}
}

/* Says what was probably meant. Returns its place among the scope's keys, or a
 * place beyond them. */
static size_t refuse_unknown(
	struct tocsin_loader *loader, enum tocsin_scope scope, const struct tocsin_yaml_node *node)
{
	const char *written = tocsin_load_scalar(loader, node), *name = tocsin_scope_name(scope);
	if (scope == TOCSIN_SCOPE_NOT && strcmp(written, "not") == 0) {
		tocsin_load_error(loader, node, "a 'not' inside another is not allowed");
		return TOCSIN_MAX_KEYS;
	}
	size_t count, all_count, meant = TOCSIN_MAX_KEYS;
	const struct tocsin_key *keys = tocsin_keys_of(scope, &count);
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, written, node->size);
	for (size_t i = 0; i < count; i++) {
		const char *best = suggest.best;
		tocsin_suggest_offer(&suggest, keys[i].name);
		meant = suggest.best != best ? i : meant;
	}
	if (suggest.best) {
		tocsin_load_error(loader, node, "unknown key '%.64s' in %s: did you mean '%s'?", written,
			name, suggest.best);
		return meant;
	}
	const struct tocsin_key *all = tocsin_keys(&all_count);
	for (size_t i = 0; i < all_count; i++) {
		if (strcmp(all[i].name, written) == 0) {
			tocsin_load_error(loader, node, "unknown key '%.64s' in %s: it belongs in %s", written,
				name, tocsin_scope_name(all[i].scope));
			return TOCSIN_MAX_KEYS;
		}
	}
	tocsin_load_error(loader, node, "unknown key '%.64s' in %s", written, name);
	return TOCSIN_MAX_KEYS;
}

/* The value of each key of a scope, by the key's place. */
struct values {
	const struct tocsin_yaml_node *nodes[TOCSIN_MAX_KEYS];
	bool misspelt[TOCSIN_MAX_KEYS + 1]; /* reported already: not also as missing */
};

static void sort_value(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_key *keys, size_t count, const struct tocsin_yaml_node *name,
	const struct tocsin_yaml_node *value, struct values *values)
{
	size_t i = 0;
	const char *text = tocsin_load_scalar(loader, name);
	while (i < count && strcmp(keys[i].name, text) != 0)
		i++;
	if (i == count || (scope == TOCSIN_SCOPE_NOT && keys[i].type == TOCSIN_KEY_NOT))
		values->misspelt[refuse_unknown(loader, scope, name)] = true;
	else if (keys[i].type == TOCSIN_KEY_LATER)
		tocsin_load_error(loader, name, "'%s' is not yet supported", keys[i].name);
	else
		values->nodes[i] = value;
}

void tocsin_load_scope(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *node, void *into)
{
	size_t count;
	const struct tocsin_key *keys = tocsin_keys_of(scope, &count);
	set_defaults(keys, count, into);
	if (node->kind == TOCSIN_YAML_BROKEN)
		return;
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_load_error(loader, node, "%s is a mapping of keys, not %s", tocsin_scope_name(scope),
			kind_name(loader, node));
		return;
	}
	struct values values = {0};
	const struct tocsin_yaml_node *name = tocsin_yaml_node(&loader->document, node->first);
	while (name) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(&loader->document, name->next);
		if (name->kind == TOCSIN_YAML_SCALAR)
			sort_value(loader, scope, keys, count, name, value, &values);
		name = tocsin_yaml_node(&loader->document, value->next);
	}
	for (size_t i = 0; i < count && !loader->out_of_memory; i++) {
		if (values.nodes[i])
			readers[keys[i].type](loader, &keys[i], values.nodes[i], into);
		else if (keys[i].required && !values.misspelt[i] && !node->cut)
			tocsin_load_error(
				loader, node, "%s lacks the key '%s'", tocsin_scope_name(scope), keys[i].name);
	}
}

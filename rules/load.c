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
	[TOCSIN_KEY_NUMBER] = tocsin_load_number,
	[TOCSIN_KEY_RATE] = tocsin_load_rate,
	[TOCSIN_KEY_SPAN] = tocsin_load_span,
	[TOCSIN_KEY_INSTANT] = tocsin_load_instant,
	[TOCSIN_KEY_ZONE] = tocsin_load_zone,
	[TOCSIN_KEY_BETWEEN] = tocsin_load_between,
	[TOCSIN_KEY_LEAST] = tocsin_load_least,
	[TOCSIN_KEY_CHOICE] = tocsin_load_choice,
	[TOCSIN_KEY_CHOICES] = tocsin_load_choices,
	[TOCSIN_KEY_NAMES] = tocsin_load_names,
	[TOCSIN_KEY_PATTERNS] = tocsin_load_patterns,
	[TOCSIN_KEY_WORDS] = tocsin_load_words,
	[TOCSIN_KEY_LANGUAGES] = tocsin_load_languages,
	[TOCSIN_KEY_REGIONS] = tocsin_load_regions,
	[TOCSIN_KEY_PATHS] = tocsin_load_paths,
	[TOCSIN_KEY_PLACES] = tocsin_load_localities,
	[TOCSIN_KEY_INCLUDE] = tocsin_load_include,
	[TOCSIN_KEY_AUDIENCE] = tocsin_load_audience,
	[TOCSIN_KEY_AUDIENCE_SET] = tocsin_load_audience_set,
	[TOCSIN_KEY_AUDIENCES] = tocsin_load_audiences,
	[TOCSIN_KEY_SENDERS] = tocsin_load_senders,
	[TOCSIN_KEY_RULES] = tocsin_load_rules,
	[TOCSIN_KEY_MATCH] = tocsin_load_match,
	[TOCSIN_KEY_NOT] = tocsin_load_not,
	[TOCSIN_KEY_PART] = tocsin_load_inner,
	[TOCSIN_KEY_DEFAULTS] = tocsin_load_defaults,
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

const struct tocsin_yaml_node *tocsin_load_find(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *mapping, const char *name)
{
	const struct tocsin_yaml_node *key = mapping->kind == TOCSIN_YAML_MAPPING
		? tocsin_yaml_node(&loader->document, mapping->first)
		: NULL;
	while (key) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(&loader->document, key->next);
		if (key->kind == TOCSIN_YAML_SCALAR && strcmp(tocsin_load_scalar(loader, key), name) == 0)
			return value;
		key = tocsin_yaml_node(&loader->document, value->next);
	}
	return NULL;
}

static bool is_key_of(enum tocsin_scope scope, const struct tocsin_key *key)
{
	return scope != TOCSIN_SCOPE_NOT || key->type != TOCSIN_KEY_NOT;
}

static void sort_value(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *name, const struct tocsin_yaml_node *value,
	struct tocsin_load_values *values)
{
	size_t i = 0, count;
	const struct tocsin_key *keys = tocsin_keys_of(scope, &count);
	const char *text = tocsin_load_scalar(loader, name);
	while (i < count && strcmp(keys[i].name, text) != 0)
		i++;
	if (i == count || !is_key_of(scope, &keys[i]))
		values->misspelt[refuse_unknown(loader, scope, name)] = true;
	else if (scope == TOCSIN_SCOPE_INCLUDED && !keys[i].included)
		tocsin_load_error(loader, name,
			"'%s' stands in the rule file itself, not in one that it includes", keys[i].name);
	else
		values->nodes[i] = value;
}

bool tocsin_load_sort(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *node, struct tocsin_load_values *values)
{
	*values = (struct tocsin_load_values){0};
	if (node->kind == TOCSIN_YAML_BROKEN)
		return false;
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_load_error(loader, node, "%s is a mapping of keys, not %s", tocsin_scope_name(scope),
			kind_name(loader, node));
		return false;
	}
	const struct tocsin_yaml_node *name = tocsin_yaml_node(&loader->document, node->first);
	while (name) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(&loader->document, name->next);
		if (name->kind == TOCSIN_YAML_SCALAR)
			sort_value(loader, scope, name, value, values);
		name = tocsin_yaml_node(&loader->document, value->next);
	}
	return true;
}

void tocsin_load_value(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	readers[key->type](loader, key, node, into);
}

void tocsin_load_init_output(struct tocsin_output *output)
{
	size_t count;
	const struct tocsin_key *keys = tocsin_keys_of(TOCSIN_SCOPE_OUTPUT, &count);
	*output = (struct tocsin_output){0};
	set_defaults(keys, count, output);
}

/* What `defaults` says holds where an output does not. */
static bool is_required(
	const struct tocsin_loader *loader, enum tocsin_scope scope, const struct tocsin_key *key)
{
	if (scope == TOCSIN_SCOPE_DEFAULTS)
		return false;
	return key->required && (key->type != TOCSIN_KEY_AUDIENCE || !loader->standard_audience);
}

void tocsin_load_scope(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *node, void *into)
{
	size_t count;
	const struct tocsin_key *keys = tocsin_keys_of(scope, &count);
	if (scope == TOCSIN_SCOPE_OUTPUT)
		*(struct tocsin_output *)into = loader->standard;
	else if (scope != TOCSIN_SCOPE_DEFAULTS)
		set_defaults(keys, count, into);
	struct tocsin_load_values values;
	if (!tocsin_load_sort(loader, scope, node, &values))
		return;
	for (size_t i = 0; i < count && !loader->out_of_memory; i++) {
		if (values.nodes[i])
			tocsin_load_value(loader, &keys[i], values.nodes[i], into);
		else if (is_required(loader, scope, &keys[i]) && !values.misspelt[i] && !node->cut)
			tocsin_load_error(
				loader, node, "%s lacks the key '%s'", tocsin_scope_name(scope), keys[i].name);
	}
}

void tocsin_load_inner(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	if (node->kind == TOCSIN_YAML_BROKEN || (node->cut && node->size == 0))
		return;
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_load_error(loader, node, "'%s' takes a mapping such as %s, not %s", key->name,
			key->example, kind_name(loader, node));
		return;
	}
	size_t errors = loader->diagnostics->errors;
	void *inner = tocsin_load_alloc(loader, key->most);
	if (!inner)
		return;
	*(const void **)(void *)((char *)into + key->at) = inner;
	tocsin_load_scope(loader, key->part, node, inner);
	if (key->part != TOCSIN_SCOPE_TIME || loader->diagnostics->errors > errors || node->cut)
		return;
	const struct tocsin_hours *hours = inner;
	if (hours->days == 0 && !hours->has_between)
		tocsin_load_error(loader, node, "'%s' needs 'days', 'between' or both", key->name);
}

void tocsin_load_defaults(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)key;
	(void)into;
	loader->standard_audience = tocsin_load_find(loader, node, "audience") != NULL;
	tocsin_load_scope(loader, TOCSIN_SCOPE_DEFAULTS, node, &loader->standard);
}

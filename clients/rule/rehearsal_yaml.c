/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearsal_yaml.h"

#include <string.h>

#include "rules/suggest.h"

enum { MAX_MESSAGE = 400 };

void tocsin_rehearsal_error(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *format, ...)
{
	char message[MAX_MESSAGE];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	tocsin_diagnostics_add(reading->diagnostics, TOCSIN_NOTE_ERROR, reading->rehearsal->file,
		node->line, node->column, "%s", message);
}

const struct tocsin_yaml_node *tocsin_rehearsal_next(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	return tocsin_yaml_node(&reading->document, node->next);
}

const struct tocsin_yaml_node *tocsin_rehearsal_first(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	return node->kind == TOCSIN_YAML_LIST || node->kind == TOCSIN_YAML_MAPPING
		? tocsin_yaml_node(&reading->document, node->first)
		: NULL;
}

struct tocsin_rehearsal_at tocsin_rehearsal_at(const struct tocsin_yaml_node *node)
{
	return (struct tocsin_rehearsal_at){node->line, node->column};
}

bool tocsin_rehearsal_empty(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	if (node->kind != TOCSIN_YAML_SCALAR || !node->plain)
		return false;
	const char *text = tocsin_yaml_text(&reading->document, node);
	return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

void *tocsin_rehearsal_alloc(struct tocsin_rehearsal_reading *reading, size_t count, size_t size)
{
	void *memory = tocsin_arena_zero(reading->rehearsal->arena, count ? count : 1, size);
	if (!memory)
		reading->no_memory = true;
	return memory;
}

json_t *tocsin_rehearsal_keep(struct tocsin_rehearsal_reading *reading, json_t *value)
{
	if (value && json_array_append_new(reading->rehearsal->kept, value) == 0)
		return value;
	reading->no_memory = true;
	return NULL;
}

void tocsin_rehearsal_unknown(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, const char *const *names)
{
	const char *text = tocsin_yaml_text(&reading->document, node);
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, node->size);
	for (; *names; names++)
		tocsin_suggest_offer(&suggest, *names);
	if (suggest.best)
		tocsin_rehearsal_error(
			reading, node, "'%.64s' is not %s: did you mean '%s'?", text, what, suggest.best);
	else
		tocsin_rehearsal_error(reading, node, "'%.64s' is not %s", text, what);
}

static void refuse_key(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, const struct tocsin_rehearsal_key *keys)
{
	enum { MAX_KEYS = 32 };
	const char *names[MAX_KEYS + 1] = {NULL};
	char kind[MAX_MESSAGE];
	for (size_t i = 0; i < MAX_KEYS && keys[i].name; i++)
		names[i] = keys[i].name;
	snprintf(kind, sizeof kind, "a key of %s", what);
	tocsin_rehearsal_unknown(reading, node, kind, names);
}

void tocsin_rehearsal_mapping(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, const struct tocsin_rehearsal_key *keys,
	void *into)
{
	if (node->kind == TOCSIN_YAML_BROKEN)
		return;
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_rehearsal_error(reading, node, "%s is a mapping", what);
		return;
	}
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	while (key) {
		const struct tocsin_yaml_node *value = tocsin_rehearsal_next(reading, key);
		if (!value)
			return;
		if (key->kind == TOCSIN_YAML_SCALAR) {
			size_t i = 0;
			while (keys[i].name &&
				strcmp(keys[i].name, tocsin_yaml_text(&reading->document, key)) != 0)
				i++;
			if (!keys[i].name)
				refuse_key(reading, key, what, keys);
			else if (value->kind != TOCSIN_YAML_BROKEN)
				keys[i].read(reading, value, into);
		}
		key = tocsin_rehearsal_next(reading, value);
	}
}

const char *tocsin_rehearsal_text(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, const char *what)
{
	if (node->kind == TOCSIN_YAML_BROKEN)
		return NULL;
	if (node->kind != TOCSIN_YAML_SCALAR || node->size == 0) {
		tocsin_rehearsal_error(reading, node, "%s is a text", what);
		return NULL;
	}
	const char *copy = tocsin_arena_text(
		reading->rehearsal->arena, tocsin_yaml_text(&reading->document, node), node->size);
	if (!copy)
		reading->no_memory = true;
	return copy;
}

bool tocsin_rehearsal_flag(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, const char *what)
{
	const char *text =
		node->kind == TOCSIN_YAML_SCALAR ? tocsin_yaml_text(&reading->document, node) : "";
	const bool yes = strcmp(text, "true") == 0;
	if ((!yes && strcmp(text, "false") != 0) || !node->plain)
		tocsin_rehearsal_error(reading, node, "%s is true or false", what);
	return yes;
}

const char **tocsin_rehearsal_texts(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, size_t *count)
{
	const bool list = node->kind == TOCSIN_YAML_LIST;
	const char **texts = tocsin_rehearsal_alloc(reading, list ? node->size : 1, sizeof(*texts));
	*count = 0;
	if (!texts)
		return NULL;
	const struct tocsin_yaml_node *item = list ? tocsin_rehearsal_first(reading, node) : node;
	while (item) {
		const char *text = tocsin_rehearsal_text(reading, item, what);
		if (text)
			texts[(*count)++] = text;
		item = list ? tocsin_rehearsal_next(reading, item) : NULL;
	}
	return texts;
}

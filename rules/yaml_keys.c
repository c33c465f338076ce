/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/yaml_keys.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 32 }; /* keys that are compared each with each */

struct checking {
	struct tocsin_yaml *document;
	const char *file;
	struct tocsin_diagnostics *diagnostics;
	size_t *errors;
};

static bool is_text(const struct tocsin_yaml_node *node)
{
	return node->kind == TOCSIN_YAML_SCALAR;
}

static bool same_text(const struct tocsin_yaml *document, const struct tocsin_yaml_node *a,
	const struct tocsin_yaml_node *b)
{
	return a->size == b->size &&
		memcmp(tocsin_yaml_text(document, a), tocsin_yaml_text(document, b), a->size) == 0;
}

static void refuse_repeated(
	struct checking *checking, const struct tocsin_yaml_node *first, struct tocsin_yaml_node *again)
{
	tocsin_diagnostics_add(checking->diagnostics, TOCSIN_NOTE_ERROR, checking->file, again->line,
		again->column, "key '%.64s' stands twice, first in line %u",
		tocsin_yaml_text(checking->document, first), first->line);
	++*checking->errors;
	again->kind = TOCSIN_YAML_BROKEN;
}

static void check_form(struct checking *checking, struct tocsin_yaml_node *key)
{
	const char *problem = NULL;
	if ((key->kind == TOCSIN_YAML_LIST || key->kind == TOCSIN_YAML_MAPPING) && !key->cut)
		problem = "a key is plain text";
	else if (is_text(key) && key->plain && key->size == 2 &&
		memcmp(tocsin_yaml_text(checking->document, key), "<<", 2) == 0)
		problem = "merge keys are not allowed";
	if (!problem)
		return;
	tocsin_diagnostics_add(checking->diagnostics, TOCSIN_NOTE_ERROR, checking->file, key->line,
		key->column, "%s", problem);
	++*checking->errors;
	key->kind = TOCSIN_YAML_BROKEN;
}

static void compare_all(struct checking *checking, struct tocsin_yaml_node **keys, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (is_text(keys[i]) && is_text(keys[j]) &&
				same_text(checking->document, keys[i], keys[j])) {
				refuse_repeated(checking, keys[j], keys[i]);
				break;
			}
		}
	}
}

static int compare_keys(const void *left, const void *right, void *context)
{
	const struct tocsin_yaml *document = context;
	const struct tocsin_yaml_node *a = *(struct tocsin_yaml_node *const *)left;
	const struct tocsin_yaml_node *b = *(struct tocsin_yaml_node *const *)right;
	if (is_text(a) != is_text(b))
		return is_text(a) ? -1 : 1;
	int order =
		is_text(a) ? strcmp(tocsin_yaml_text(document, a), tocsin_yaml_text(document, b)) : 0;
	return order != 0 ? order : (a > b) - (a < b);
}

static void compare_sorted(struct checking *checking, struct tocsin_yaml_node **keys, size_t count)
{
	qsort_r(keys, count, sizeof(*keys), compare_keys, checking->document);
	const struct tocsin_yaml_node *first = keys[0];
	for (size_t i = 1; i < count && is_text(keys[i]); i++) {
		if (is_text(first) && same_text(checking->document, first, keys[i]))
			refuse_repeated(checking, first, keys[i]);
		else
			first = keys[i];
	}
}

enum tocsin_status tocsin_yaml_check_keys(struct tocsin_yaml *document, uint32_t mapping,
	const char *file, struct tocsin_diagnostics *diagnostics, size_t *errors)
{
	struct checking checking = {
		.document = document, .file = file, .diagnostics = diagnostics, .errors = errors};
	size_t count = document->nodes[mapping].size / 2;
	struct tocsin_yaml_node *few[FEW], **keys = few;
	if (count > FEW)
		keys = malloc(count * sizeof(struct tocsin_yaml_node *));
	if (!keys)
		return TOCSIN_NO_MEMORY;
	uint32_t node = document->nodes[mapping].first;
	for (size_t i = 0; i < count; i++) {
		keys[i] = &document->nodes[node];
		check_form(&checking, keys[i]);
		node = document->nodes[keys[i]->next].next;
	}
	if (count > FEW)
		compare_sorted(&checking, keys, count);
	else
		compare_all(&checking, keys, count);
	if (keys != few)
		free(keys);
	return TOCSIN_OK;
}

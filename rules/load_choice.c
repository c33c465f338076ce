/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Keys that take one or some of a few words. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rules/load.h"
#include "rules/suggest.h"

enum { MAX_WORDS = 512 };

/* "low, moderate, high, severe" */
static void list_words(const struct tocsin_choices *choices, char words[MAX_WORDS])
{
	size_t used = 0;
	int value;
	const char *word;
	words[0] = '\0';
	for (size_t i = 0; (word = tocsin_choice(choices, i, &value)) && used < MAX_WORDS; i++)
		used += (size_t)snprintf(words + used, MAX_WORDS - used, "%s%s", i ? ", " : "", word);
}

/* "food, displacement" and "food or displacement": several words where one stands. */
static bool begins_list(const struct tocsin_choices *choices, const char *text)
{
	size_t length = strcspn(text, " ,;/");
	int value;
	const char *word;
	for (size_t i = 0; text[length] && (word = tocsin_choice(choices, i, &value)); i++) {
		if (strlen(word) == length && strncasecmp(word, text, length) == 0)
			return true;
	}
	return false;
}

static void refuse(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, const char *text)
{
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, node->size);
	int value;
	const char *word;
	for (size_t i = 0; (word = tocsin_choice(&key->choices, i, &value)); i++) {
		tocsin_suggest_offer(&suggest, word);
		/* "friday", where fri is meant. */
		if (key->choices.words && strlen(word) >= 3 && strncasecmp(word, text, strlen(word)) == 0)
			suggest.best = word;
	}
	if (suggest.best) {
		tocsin_load_error(loader, node, "'%.64s' is not a value of '%s': did you mean '%s'?", text,
			key->name, suggest.best);
		return;
	}
	if (key->type == TOCSIN_KEY_CHOICES && begins_list(&key->choices, text)) {
		tocsin_load_error(loader, node,
			"'%.64s' is not a value of '%s': several are a list, such as [a, b]", text, key->name);
		return;
	}
	char words[MAX_WORDS];
	list_words(&key->choices, words);
	tocsin_load_error(
		loader, node, "'%.64s' is not a value of '%s': one of %s", text, key->name, words);
}

static bool read_choice(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, int *value)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a word");
	if (!text)
		return false;
	const char *word;
	for (size_t i = 0; (word = tocsin_choice(&key->choices, i, value)); i++) {
		if (tocsin_suggest_same(word, text))
			return true;
	}
	refuse(loader, key, node, text);
	return false;
}

void tocsin_load_choice(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	int value;
	if (read_choice(loader, key, node, &value))
		*(int *)(void *)((char *)into + key->at) = value;
}

void tocsin_load_least(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	if (node->kind == TOCSIN_YAML_SCALAR &&
		tocsin_suggest_same(tocsin_load_scalar(loader, node), "unknown")) {
		tocsin_load_error(loader, node,
			"'unknown' is not on the scale of '%s': match it with '%s: unknown'", key->name,
			key->name + strlen("min_"));
		return;
	}
	int value;
	if (read_choice(loader, key, node, &value))
		*((uint8_t *)into + key->at) = (uint8_t)value;
}

void tocsin_load_choices(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_load_items items;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	uint32_t mask = 0;
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items))) {
		int value;
		if (read_choice(loader, key, item, &value))
			mask |= TOCSIN_BIT(value);
	}
	if (key->wide)
		*(uint32_t *)(void *)((char *)into + key->at) = mask;
	else
		*(uint16_t *)(void *)((char *)into + key->at) = (uint16_t)mask;
}

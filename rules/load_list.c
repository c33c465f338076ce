/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Keys that take one or some texts. */
#include <string.h>

#include "proto/limits.h"
#include "proto/text.h"
#include "rules/load.h"
#include "rules/lower.h"
#include "rules/sender.h"
#include "rules/suggest.h"

static void store_count(const struct tocsin_key *key, void *into, size_t count)
{
	char *place = (char *)into + key->count_at;
	if (key->wide)
		*(size_t *)(void *)place = count;
	else
		*(uint16_t *)(void *)place = (uint16_t)count;
}

/* keep makes the text that is kept of one value; NULL, and reported, where it is not
 * of the form. */
static void read_texts(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into,
	const char *(*keep)(struct tocsin_loader *loader, const struct tocsin_yaml_node *node))
{
	struct tocsin_load_items items;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	const char **texts = tocsin_load_alloc(loader, items.count * sizeof(*texts));
	if (!texts)
		return;
	size_t count = 0;
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items))) {
		if (!tocsin_load_need_text(loader, key->name, item, "a text"))
			continue;
		const char *text = keep(loader, item);
		if (text)
			texts[count++] = text;
	}
	*(const char ***)(void *)((char *)into + key->at) = texts;
	store_count(key, into, count);
}

static const char *keep_name(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	const char *text = tocsin_load_scalar(loader, node);
	if (tocsin_text_is_level(text, node->size))
		return tocsin_load_text(loader, text, node->size);
	tocsin_load_error(loader, node,
		"'%.64s' is not a user name that can report: 1 to %d of A-Z, a-z, 0-9, '_' and '-'", text,
		TOCSIN_MAX_NAME);
	return NULL;
}

static const char *keep_pattern(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	char plain[TOCSIN_MAX_NAME + 1];
	const char *text = tocsin_load_scalar(loader, node);
	bool fits = node->size <= TOCSIN_MAX_NAME;
	for (size_t i = 0; fits && i < node->size; i++)
		plain[i] = text[i] == '*' ? '-' : text[i];
	if (fits && tocsin_text_is_level(plain, node->size))
		return tocsin_load_text(loader, text, node->size);
	tocsin_load_error(loader, node,
		"'%.64s' is not a pattern of user names: 1 to %d of A-Z, a-z, 0-9, '_', '-' and '*'", text,
		TOCSIN_MAX_NAME);
	return NULL;
}

static const char *keep_word(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	const char *text = tocsin_load_scalar(loader, node);
	size_t code_points;
	(void)tocsin_text_check(text, node->size, &code_points);
	if (code_points > TOCSIN_MAX_TEXT) {
		tocsin_load_error(loader, node, "a text has at most %d characters", TOCSIN_MAX_TEXT);
		return NULL;
	}
	char folded[TOCSIN_MAX_TEXT * 4 + 1];
	tocsin_lower(text, node->size, folded);
	return tocsin_load_text(loader, folded, strlen(folded));
}

static const char *keep_language(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	enum { LEAST = 2, MOST = 8 }; /* letters of a primary subtag, RFC 5646 */
	char folded[TOCSIN_MAX_TEXT + 1];
	const char *text = tocsin_load_scalar(loader, node);
	if (tocsin_text_is_level(text, node->size) && !memchr(text, '_', node->size)) {
		tocsin_lower(text, node->size, folded);
		size_t length = strspn(folded, "abcdefghijklmnopqrstuvwxyz");
		if (length >= LEAST && length <= MOST && (folded[length] == '\0' || folded[length] == '-'))
			return tocsin_load_text(loader, folded, length);
	}
	tocsin_load_error(loader, node, "'%.64s' is not a language tag such as fr", text);
	return NULL;
}

/* Where only listed senders may report, a name in a match that is neither one of them nor
 * one that they speak for never matches. */
static void note_stranger(struct tocsin_loader *loader, const struct tocsin_yaml_node *node)
{
	const struct tocsin_ruleset *set = &loader->owner->set;
	const char *text = tocsin_load_scalar(loader, node);
	if (tocsin_ruleset_sender(set, text) || tocsin_ruleset_relay(set, text, NULL))
		return;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, node->size);
	for (size_t i = 0; i < set->sender_count && loader->hints > 0; i++)
		tocsin_suggest_offer(&suggest, set->senders[i].name);
	loader->hints -= loader->hints > 0;
	if (suggest.best)
		tocsin_load_warning(
			loader, node, "'%.64s' is not among 'senders': did you mean '%s'?", text, suggest.best);
	else
		tocsin_load_warning(loader, node, "'%.64s' is not among 'senders'", text);
}

void tocsin_load_names(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const struct tocsin_ruleset *set = &loader->owner->set;
	size_t errors = loader->diagnostics->errors;
	read_texts(loader, key, node, into, keep_name);
	if (key->scope != TOCSIN_SCOPE_MATCH || !set->senders_listed || set->open_senders ||
		loader->diagnostics->errors > errors || loader->out_of_memory)
		return;
	struct tocsin_load_items items;
	const struct tocsin_yaml_node *item;
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	while ((item = tocsin_load_item(loader, &items)))
		note_stranger(loader, item);
}

void tocsin_load_patterns(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	read_texts(loader, key, node, into, keep_pattern);
}

void tocsin_load_words(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	read_texts(loader, key, node, into, keep_word);
}

void tocsin_load_languages(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	read_texts(loader, key, node, into, keep_language);
}

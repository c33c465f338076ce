/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Keys that take one scalar. */
#include <string.h>

#include "proto/text.h"
#include "rules/load.h"

#define SECOND_MS INT64_C(1000)
#define LONGEST_SPAN_MS (INT64_C(3650) * 24 * 60 * 60 * SECOND_MS)

/* Decimal digits without sign or leading zero, as JSON has them. */
static bool read_whole(const char *text, uint64_t most, uint64_t *number)
{
	if (*text == '\0' || (*text == '0' && text[1] != '\0'))
		return false;
	uint64_t value = 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > most)
			return false;
	}
	*number = value;
	return true;
}

static bool read_number(struct tocsin_loader *loader, const char *key,
	const struct tocsin_yaml_node *node, uint64_t most, uint64_t *number)
{
	const char *text = tocsin_load_need_text(loader, key, node, "a whole number");
	if (!text)
		return false;
	if (node->plain && read_whole(text, most, number))
		return true;
	tocsin_load_error(loader, node, "'%s' takes a whole number from 0 to %llu%s, not '%.64s'", key,
		(unsigned long long)most, node->plain ? "" : " without quotes", text);
	return false;
}

void tocsin_load_version(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	(void)into;
	const char *text = tocsin_load_need_text(loader, key->name, node, "the number 1");
	if (text && (!node->plain || strcmp(text, "1") != 0))
		tocsin_load_error(
			loader, node, "this Tocsin reads version 1 of the rule language, not '%.64s'", text);
}

static bool is_id(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	return length > 0 && length <= TOCSIN_MAX_NAME && text[length] == '\0' && *text != '_' &&
		*text != '-';
}

void tocsin_load_id(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a name");
	if (!text)
		return;
	if (!is_id(text)) {
		tocsin_load_error(loader, node,
			"'%.64s' is not a name: 1 to %d of a-z, 0-9, '_' and '-', starting with a letter or "
			"digit",
			text, TOCSIN_MAX_NAME);
		return;
	}
	*(const char **)(void *)((char *)into + key->at) = tocsin_load_text(loader, text, node->size);
}

void tocsin_load_note(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a text");
	if (!text)
		return;
	size_t code_points;
	(void)tocsin_text_check(text, node->size, &code_points);
	if (code_points > key->most) {
		tocsin_load_error(
			loader, node, "'%s' takes at most %u characters", key->name, (unsigned)key->most);
		return;
	}
	*(const char **)(void *)((char *)into + key->at) = tocsin_load_text(loader, text, node->size);
}

/* The spellings of YAML 1.2's core schema. */
static bool read_flag(const char *text, bool *flag)
{
	static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*flag = i >= sizeof(words) / sizeof(*words) / 2;
			return true;
		}
	}
	return false;
}

void tocsin_load_flag(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "true or false");
	bool flag;
	if (!text)
		return;
	if (!node->plain || !read_flag(text, &flag)) {
		tocsin_load_error(loader, node, "'%s' takes true or false%s, not '%.64s'", key->name,
			node->plain ? "" : " without quotes", text);
		return;
	}
	*(bool *)((char *)into + key->at) = flag;
}

void tocsin_load_small(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	uint64_t number;
	if (read_number(loader, key->name, node, key->most, &number))
		*((uint8_t *)into + key->at) = (uint8_t)number;
}

void tocsin_load_count(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	uint64_t number;
	if (!read_number(loader, key->name, node, key->most, &number))
		return;
	*(uint32_t *)(void *)((char *)into + key->at) = (uint32_t)number;
	*(bool *)((char *)into + key->count_at) = true;
}

static bool read_span(const char *text, int64_t *span_ms)
{
	static const char units[] = "smhd";
	static const int64_t unit_ms[] = {
		SECOND_MS, 60 * SECOND_MS, 3600 * SECOND_MS, 24 * 3600 * SECOND_MS};
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	if (digits == 0 || digits > 9 || !unit || text[digits + 1] != '\0')
		return false;
	int64_t number = 0;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (text[i] - '0');
	*span_ms = number * unit_ms[unit - units];
	return true;
}

void tocsin_load_span(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a duration");
	if (!text)
		return;
	int64_t span_ms;
	if (!read_span(text, &span_ms))
		tocsin_load_error(loader, node,
			"'%.64s' is not a duration: a number and s, m, h or d, such as 24h", text);
	else if (span_ms < SECOND_MS || span_ms > LONGEST_SPAN_MS)
		tocsin_load_error(loader, node, "'%s' lies between 1s and 3650d", key->name);
	else
		*(int64_t *)(void *)((char *)into + key->at) = span_ms;
}

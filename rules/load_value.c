/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Keys that take one scalar. */
#include <stdio.h>
#include <string.h>

#include "proto/instant.h"
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

static bool read_number(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, uint64_t *number)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a whole number");
	if (!text)
		return false;
	if (node->plain && read_whole(text, key->most, number) && *number >= key->least)
		return true;
	tocsin_load_error(loader, node, "'%s' takes a whole number from %u to %u%s, not '%.64s'",
		key->name, (unsigned)key->least, (unsigned)key->most, node->plain ? "" : " without quotes",
		text);
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
	if (read_number(loader, key, node, &number))
		*((uint8_t *)into + key->at) = (uint8_t)number;
}

void tocsin_load_count(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	uint64_t number;
	if (!read_number(loader, key, node, &number))
		return;
	*(uint32_t *)(void *)((char *)into + key->at) = (uint32_t)number;
	*(bool *)((char *)into + key->count_at) = true;
}

void tocsin_load_number(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	uint64_t number;
	if (read_number(loader, key, node, &number))
		*(uint32_t *)(void *)((char *)into + key->at) = (uint32_t)number;
}

static bool read_rate(const char *text, struct tocsin_rate *rate)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"s", SECOND_MS}, {"min", 60 * SECOND_MS}, {"h", 3600 * SECOND_MS}};
	char number[8]; /* digits of the ceiling, and NUL */
	uint64_t most;
	size_t digits = strspn(text, "0123456789");
	if (text[digits] != '/' || digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!read_whole(number, TOCSIN_MAX_RATE, &most) || most == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(units[i].unit, text + digits + 1) == 0) {
			*rate = (struct tocsin_rate){(uint32_t)most, units[i].ms};
			return true;
		}
	}
	return false;
}

/* "60/minute" and "60 per min" mean 60/min. */
static bool guess_rate(const char *text, char guess[16])
{
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits + strspn(text + digits, " /");
	unit += strncmp(unit, "per ", 4) == 0 ? 4 : 0;
	if (digits == 0 || digits > 7 || *text == '0' || *unit == '\0' || !strchr("smhSMH", *unit))
		return false;
	const char letter = *unit;
	snprintf(guess, 16, "%.*s/%s", (int)digits, text,
		letter == 's' || letter == 'S'       ? "s"
			: letter == 'm' || letter == 'M' ? "min"
											 : "h");
	struct tocsin_rate rate;
	return read_rate(guess, &rate);
}

void tocsin_load_rate(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a rate");
	char guess[16];
	if (!text || read_rate(text, (struct tocsin_rate *)(void *)((char *)into + key->at)))
		return;
	if (guess_rate(text, guess))
		tocsin_load_error(loader, node, "'%.64s' is not a rate: did you mean '%s'?", text, guess);
	else
		tocsin_load_error(loader, node,
			"'%.64s' is not a rate: a number from 1 to %d and /s, /min or /h, such as 60/min", text,
			TOCSIN_MAX_RATE);
}

void tocsin_load_instant(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const char *text = tocsin_load_need_text(loader, key->name, node, "a time");
	if (!text)
		return;
	if (!tocsin_instant_read(text, node->size, &time)) {
		tocsin_load_error(loader, node,
			"'%.64s' is not a time with its offset from UTC, such as 2026-01-01T18:00:00Z", text);
		return;
	}
	*(int64_t *)(void *)((char *)into + key->at) = tocsin_instant_ms(&time);
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

/* "24 h", "24H" and "24hours" mean 24h. */
static bool guess_span(const char *text, char guess[12])
{
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits + strspn(text + digits, " ");
	if (digits == 0 || digits > 9 || *unit == '\0' || !strchr("smhdSMHD", *unit))
		return false;
	const char letter = *unit;
	snprintf(guess, 12, "%.*s%c", (int)digits, text,
		letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter);
	return true;
}

void tocsin_load_span(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_load_need_text(loader, key->name, node, "a duration");
	if (!text)
		return;
	int64_t span_ms;
	char guess[12];
	if (!read_span(text, &span_ms) && guess_span(text, guess))
		tocsin_load_error(
			loader, node, "'%.64s' is not a duration: did you mean '%s'?", text, guess);
	else if (!read_span(text, &span_ms))
		tocsin_load_error(loader, node,
			"'%.64s' is not a duration: a number and s, m, h or d, such as 24h", text);
	else if (span_ms < SECOND_MS || span_ms > LONGEST_SPAN_MS)
		tocsin_load_error(loader, node, "'%s' lies between 1s and 3650d", key->name);
	else
		*(int64_t *)(void *)((char *)into + key->at) = span_ms;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/keys_schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "proto/limits.h"
#include "rules/keys.h"
#include "rules/keys_takes.h"
#include "rules/limits.h"

#define NAME_PATTERN "^[a-z0-9][a-z0-9_-]{0,63}$"
#define LEVEL_PATTERN "^[A-Za-z0-9_-]{1,64}$"

enum { MAX_PATTERN = 512 };

static const char *const definitions[TOCSIN_SCOPE_COUNT] = {
	[TOCSIN_SCOPE_AUDIENCE] = "audience",
	[TOCSIN_SCOPE_SENDER] = "sender",
	[TOCSIN_SCOPE_RULE] = "rule",
	[TOCSIN_SCOPE_MATCH] = "match",
	[TOCSIN_SCOPE_NOT] = "not",
	[TOCSIN_SCOPE_INCLUDED] = "included",
	[TOCSIN_SCOPE_TIME] = "time",
	[TOCSIN_SCOPE_OUTPUT] = "output",
	[TOCSIN_SCOPE_DEFAULTS] = "defaults",
	[TOCSIN_SCOPE_THROTTLE] = "throttle",
	[TOCSIN_SCOPE_CORROBORATE] = "corroborate",
	[TOCSIN_SCOPE_SILENCE] = "silence",
	[TOCSIN_SCOPE_DEFAULT] = "default",
};

static json_t *reference(enum tocsin_scope scope)
{
	return json_pack("{s:s+}", "$ref", "#/definitions/", definitions[scope]);
}

static json_t *text_of(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

/* One value, or a list of them. */
static json_t *one_or_list(json_t *item, int most)
{
	json_t *list = json_pack(
		"{s:s, s:O, s:i, s:i}", "type", "array", "items", item, "minItems", 1, "maxItems", most);
	return json_pack("{s:[o, o]}", "anyOf", item, list);
}

static json_t *or_null(json_t *value)
{
	return json_pack("{s:[o, {s:s}]}", "anyOf", value, "type", "null");
}

/* Words are read without regard to case; the list is what editors complete. */
static json_t *words_of(const struct tocsin_choices *choices)
{
	json_t *words = json_array();
	char pattern[MAX_PATTERN * 4] = "^(";
	size_t used = strlen(pattern);
	int value;
	const char *word;
	for (size_t i = 0; (word = tocsin_choice(choices, i, &value)); i++) {
		json_array_append_new(words, json_string(word));
		if (i > 0)
			pattern[used++] = '|';
		for (; *word && used + 8 < sizeof(pattern); word++) {
			if (isalpha((unsigned char)*word))
				used += (size_t)snprintf(pattern + used, sizeof(pattern) - used, "[%c%c]", *word,
					toupper((unsigned char)*word));
			else
				pattern[used++] = *word;
		}
	}
	snprintf(pattern + used, sizeof(pattern) - used, ")$");
	return json_pack(
		"{s:[{s:o}, {s:s, s:s}]}", "anyOf", "enum", words, "type", "string", "pattern", pattern);
}

static json_t *number(json_int_t least, json_int_t most)
{
	return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", least, "maximum", most);
}

static json_t *entries(enum tocsin_scope scope, const char *names, int most, bool may_be_empty)
{
	json_t *entry = may_be_empty ? or_null(reference(scope)) : reference(scope);
	return json_pack("{s:s, s:{s:s}, s:o, s:i, s:i}", "type", "object", "propertyNames", "pattern",
		names, "additionalProperties", entry, "minProperties", 1, "maxProperties", most);
}

static json_t *list_of(enum tocsin_scope scope, int least, int most)
{
	return json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", reference(scope), "minItems",
		least, "maxItems", most);
}

static json_t *value_of(const struct tocsin_key *key)
{
	switch (key->type) {
	case TOCSIN_KEY_VERSION:
		return json_pack("{s:i}", "const", 1);
	case TOCSIN_KEY_ID:
	case TOCSIN_KEY_AUDIENCE:
		return text_of(NAME_PATTERN);
	case TOCSIN_KEY_TEXT:
		return json_pack(
			"{s:s, s:i, s:i}", "type", "string", "minLength", 1, "maxLength", (int)key->most);
	case TOCSIN_KEY_FLAG:
		return json_pack("{s:s, s:b}", "type", "boolean", "default", (int)key->standard);
	case TOCSIN_KEY_SMALL:
	case TOCSIN_KEY_COUNT:
	case TOCSIN_KEY_NUMBER:
		return number(key->least, key->most);
	case TOCSIN_KEY_RATE:
		return text_of("^([1-9][0-9]{0,5}|1000000)/(s|min|h)$");
	case TOCSIN_KEY_INSTANT:
		return text_of("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}");
	case TOCSIN_KEY_ZONE:
		return text_of("^[A-Za-z0-9_+-][A-Za-z0-9_+/-]{0,63}$");
	case TOCSIN_KEY_BETWEEN:
		return text_of("^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$");
	case TOCSIN_KEY_SPAN:
		return text_of("^0*[1-9][0-9]*[smhd]$");
	case TOCSIN_KEY_LEAST:
	case TOCSIN_KEY_CHOICE:
		return words_of(&key->choices);
	case TOCSIN_KEY_CHOICES:
		return one_or_list(words_of(&key->choices), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_NAMES:
		return one_or_list(text_of(LEVEL_PATTERN), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_PATTERNS:
		return one_or_list(text_of("^[A-Za-z0-9_*-]{1,64}$"), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_WORDS:
		return one_or_list(json_pack("{s:s, s:i, s:i}", "type", "string", "minLength", 1,
							   "maxLength", TOCSIN_MAX_TEXT),
			TOCSIN_MAX_LIST);
	case TOCSIN_KEY_LANGUAGES:
		return one_or_list(text_of("^[A-Za-z]{2,8}(-[A-Za-z0-9-]*)?$"), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_REGIONS:
		return one_or_list(text_of("^[A-Z0-9]{1,20}( .*)?$"), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_PATHS:
		return one_or_list(
			json_pack("{s:s, s:i}", "type", "string", "minLength", 1), TOCSIN_MAX_GAZETTEERS);
	case TOCSIN_KEY_INCLUDE:
		return one_or_list(
			json_pack("{s:s, s:i}", "type", "string", "minLength", 1), TOCSIN_MAX_INCLUDES);
	case TOCSIN_KEY_PLACES:
		return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
	case TOCSIN_KEY_AUDIENCE_SET:
		return one_or_list(text_of(NAME_PATTERN), TOCSIN_MAX_LIST);
	case TOCSIN_KEY_PART:
		return json_pack("{s:[o]}", "allOf", reference(key->part));
	case TOCSIN_KEY_DEFAULTS:
		return json_pack("{s:[o]}", "allOf", reference(TOCSIN_SCOPE_DEFAULTS));
	case TOCSIN_KEY_AUDIENCES:
		return entries(TOCSIN_SCOPE_AUDIENCE, NAME_PATTERN, TOCSIN_MAX_AUDIENCES, false);
	case TOCSIN_KEY_SENDERS:
		return entries(TOCSIN_SCOPE_SENDER, LEVEL_PATTERN, TOCSIN_MAX_SENDERS, true);
	case TOCSIN_KEY_RULES:
		return list_of(TOCSIN_SCOPE_RULE, 0, TOCSIN_MAX_RULES);
	case TOCSIN_KEY_OUTPUTS:
		return list_of(TOCSIN_SCOPE_OUTPUT, 1, TOCSIN_MAX_OUTPUTS);
	case TOCSIN_KEY_MATCH:
		return or_null(reference(TOCSIN_SCOPE_MATCH));
	case TOCSIN_KEY_NOT:
		/* Beside a $ref draft-07 looks at nothing else. */
		return json_pack("{s:[o]}", "allOf", reference(TOCSIN_SCOPE_NOT));
	case TOCSIN_KEY_FALLBACK:
		return json_pack("{s:[o]}", "allOf", reference(TOCSIN_SCOPE_DEFAULT));
	default:
		return NULL;
	}
}

static void describe(const struct tocsin_key *key, json_t *value)
{
	char text[TOCSIN_MAX_TAKES], all[TOCSIN_MAX_TAKES * 2];
	tocsin_key_default(key, text);
	snprintf(all, sizeof(all), "%s%s%s%s Example: %s", key->doc, *text ? " Default: " : "", text,
		*text ? "." : "", key->example);
	json_object_set_new(value, "description", json_string(all));
}

static bool is_in(enum tocsin_scope scope, const struct tocsin_key *key)
{
	return (scope != TOCSIN_SCOPE_NOT || key->type != TOCSIN_KEY_NOT) &&
		(scope != TOCSIN_SCOPE_INCLUDED || key->included);
}

/* An output's audience may come from `defaults`, see need_audiences. */
static bool is_required(enum tocsin_scope scope, const struct tocsin_key *key)
{
	return key->required && scope != TOCSIN_SCOPE_INCLUDED && scope != TOCSIN_SCOPE_DEFAULTS &&
		scope != TOCSIN_SCOPE_OUTPUT;
}

/* What holds of a mapping as a whole. */
static void close_scope(enum tocsin_scope scope, json_t *schema)
{
	if (scope == TOCSIN_SCOPE_NOT)
		json_object_set_new(schema, "minProperties", json_integer(1));
	if (scope == TOCSIN_SCOPE_TIME)
		json_object_set_new(schema, "anyOf",
			json_pack("[{s:[s]}, {s:[s]}]", "required", "days", "required", "between"));
}

/* A mapping with the keys of a scope. */
static json_t *scope_schema(enum tocsin_scope scope)
{
	size_t count;
	const struct tocsin_key *keys = tocsin_keys_of(scope, &count);
	json_t *properties = json_object(), *required = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *value = is_in(scope, &keys[i]) ? value_of(&keys[i]) : NULL;
		if (!value)
			continue;
		describe(&keys[i], value);
		json_object_set_new(properties, keys[i].name, value);
		if (is_required(scope, &keys[i]))
			json_array_append_new(required, json_string(keys[i].name));
	}
	json_t *schema = json_pack(
		"{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
	if (json_array_size(required) > 0)
		json_object_set(schema, "required", required);
	json_decref(required);
	close_scope(scope, schema);
	return schema;
}

/* Every output names its audience, unless `defaults` does. */
static void need_audiences(json_t *schema)
{
	json_t *named =
		json_pack("{s:{s:{s:{s:[s]}}}}", "properties", "alert", "items", "required", "audience");
	json_t *all =
		json_pack("{s:{s:{s:O}, s:O}}", "properties", "rules", "items", named, "default", named);
	json_decref(named);
	json_object_set_new(schema, "if",
		json_pack("{s:[s], s:{s:{s:[s]}}}", "required", "defaults", "properties", "defaults",
			"required", "audience"));
	json_object_set_new(schema, "then", json_true());
	json_object_set_new(schema, "else", all);
}

json_t *tocsin_keys_schema(void)
{
	json_t *schema = json_pack("{s:s, s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
		"title", "Tocsin rule file");
	json_t *top = scope_schema(TOCSIN_SCOPE_TOP), *shared = json_object();
	for (int scope = TOCSIN_SCOPE_INCLUDED; scope < TOCSIN_SCOPE_COUNT; scope++)
		json_object_set_new(shared, definitions[scope], scope_schema((enum tocsin_scope)scope));
	need_audiences(top);
	if (!schema || !top || json_object_update(schema, top) != 0 ||
		json_object_set(schema, "definitions", shared) != 0) {
		json_decref(schema);
		schema = NULL;
	}
	json_decref(top);
	json_decref(shared);
	return schema;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/keys.h"

#include <assert.h>

#include "proto/enum_name.h"
#include "proto/limits.h"
#include "rules/limits.h"
#include "rules/ruleset.h"
#include "rules/silence.h"
#include "rules/yaml.h"

#define CHOICES(name)                                                                              \
	{                                                                                              \
		.type = &tocsin__v1__##name##__descriptor, .first = 1                                      \
	}
#define SCALE(name)                                                                                \
	{                                                                                              \
		.type = &tocsin__v1__##name##__descriptor, .first = 2                                      \
	}

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const char *const per[] = {"region", "adm1", "event", "sender", "severity", NULL};
static const char *const independent[] = {"sender", NULL};
static const char *const formats[] = {"protobuf", "json", NULL};
static const char *const details[] = {"adm1", "adm2", NULL};

static const struct tocsin_key keys[] = {
#define KEY(scope_, name_, type_, ...)                                                             \
	{.scope = TOCSIN_SCOPE_##scope_, .name = #name_, .type = TOCSIN_KEY_##type_, __VA_ARGS__},
#include "rules/keys.inc"
#undef KEY
};

static const char *const scope_names[TOCSIN_SCOPE_COUNT] = {
	[TOCSIN_SCOPE_TOP] = "the file",
	[TOCSIN_SCOPE_INCLUDED] = "an included file",
	[TOCSIN_SCOPE_AUDIENCE] = "audience",
	[TOCSIN_SCOPE_SENDER] = "sender",
	[TOCSIN_SCOPE_RULE] = "rule",
	[TOCSIN_SCOPE_MATCH] = "match",
	[TOCSIN_SCOPE_NOT] = "not",
	[TOCSIN_SCOPE_TIME] = "time",
	[TOCSIN_SCOPE_OUTPUT] = "alert",
	[TOCSIN_SCOPE_DEFAULTS] = "defaults",
	[TOCSIN_SCOPE_THROTTLE] = "throttle",
	[TOCSIN_SCOPE_CORROBORATE] = "corroborate",
	[TOCSIN_SCOPE_DEFAULT] = "default",
	[TOCSIN_SCOPE_SILENCE] = "silence",
};

const struct tocsin_key *tocsin_keys(size_t *count)
{
	*count = sizeof(keys) / sizeof(*keys);
	return keys;
}

const struct tocsin_key *tocsin_keys_of(enum tocsin_scope scope, size_t *count)
{
	size_t total = sizeof(keys) / sizeof(*keys), first = 0, last;
	if (scope == TOCSIN_SCOPE_NOT)
		scope = TOCSIN_SCOPE_MATCH;
	else if (scope == TOCSIN_SCOPE_DEFAULTS)
		scope = TOCSIN_SCOPE_OUTPUT;
	else if (scope == TOCSIN_SCOPE_INCLUDED)
		scope = TOCSIN_SCOPE_TOP;
	while (first < total && keys[first].scope != scope)
		first++;
	for (last = first; last < total && keys[last].scope == scope;)
		last++;
	*count = last - first;
	return &keys[first];
}

const char *tocsin_scope_name(enum tocsin_scope scope)
{
	return scope_names[scope];
}

const char *tocsin_choice(const struct tocsin_choices *choices, size_t place, int *value)
{
	int number = (int)place + choices->first;
	if (choices->words) {
		*value = (int)place;
		return choices->words[place];
	}
	*value = number;
	return number < (int)choices->type->n_values ? tocsin_enum_name(choices->type, number) : NULL;
}

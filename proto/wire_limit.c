/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/wire.h"

#include <string.h>

#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

struct limit {
	const ProtobufCMessageDescriptor *type;
	const char *field;
	size_t most;
};

static const struct limit text_limits[] = {
	{&tocsin__v1__alert__descriptor, "description", TOCSIN_MAX_DESCRIPTION},
	{&tocsin__v1__alert__descriptor, "headline", TOCSIN_MAX_HEADLINE},
	{&tocsin__v1__alert__descriptor, "instruction", TOCSIN_MAX_INSTRUCTION},
	{&tocsin__v1__alert__descriptor, "text", TOCSIN_MAX_HEADLINE},
	{&tocsin__v1__attribution__descriptor, "statement", TOCSIN_MAX_STATEMENT},
	{&tocsin__v1__close__descriptor, "note", TOCSIN_MAX_NOTE},
	{&tocsin__v1__incident__descriptor, "description", TOCSIN_MAX_DESCRIPTION},
	{&tocsin__v1__incident__descriptor, "headline", TOCSIN_MAX_HEADLINE},
	{&tocsin__v1__incident__descriptor, "instruction", TOCSIN_MAX_INSTRUCTION},
	{&tocsin__v1__source__descriptor, "url", TOCSIN_MAX_URL},
};

static const struct limit count_limits[] = {
	{&tocsin__v1__alert__descriptor, "actors", TOCSIN_MAX_ACTORS},
	{&tocsin__v1__alert__descriptor, "casualty_claims", TOCSIN_MAX_CLAIMS},
	{&tocsin__v1__alert__descriptor, "displacement", TOCSIN_MAX_DISPLACEMENT},
	{&tocsin__v1__alert__descriptor, "impacts", TOCSIN_MAX_REPEATED},
	{&tocsin__v1__alert__descriptor, "needs", TOCSIN_MAX_REPEATED},
	{&tocsin__v1__alert__descriptor, "sources", TOCSIN_MAX_SOURCES},
	{&tocsin__v1__incident__descriptor, "actors", TOCSIN_MAX_ACTORS},
	{&tocsin__v1__incident__descriptor, "casualty_claims", TOCSIN_MAX_CLAIMS},
	{&tocsin__v1__incident__descriptor, "displacement", TOCSIN_MAX_DISPLACEMENT},
	{&tocsin__v1__incident__descriptor, "sources", TOCSIN_MAX_SOURCES},
	{&tocsin__v1__receipt__descriptor, "violations", TOCSIN_MAX_VIOLATIONS},
};

/* The hub itself writes these, as long as the rules and chains behind them. */
static bool is_outbound(const ProtobufCMessageDescriptor *type)
{
	static const ProtobufCMessageDescriptor *const types[] = {
		&tocsin__v1__alert__descriptor,
		&tocsin__v1__area__descriptor,
		&tocsin__v1__digest__descriptor,
		&tocsin__v1__digest_group__descriptor,
		&tocsin__v1__receipt__descriptor,
		&tocsin__v1__replay_end__descriptor,
		&tocsin__v1__violation__descriptor,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i] == type) {
			return true;
		}
	}
	return false;
}

static size_t find_limit(const struct limit *limits, size_t count,
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, size_t usual)
{
	for (size_t i = 0; i < count; i++) {
		if (limits[i].type == type && strcmp(limits[i].field, field->name) == 0) {
			return limits[i].most;
		}
	}
	return is_outbound(type) ? SIZE_MAX : usual;
}

size_t tocsin_wire_text_limit(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	return find_limit(
		text_limits, sizeof(text_limits) / sizeof(text_limits[0]), type, field, TOCSIN_MAX_TEXT);
}

size_t tocsin_wire_count_limit(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	return find_limit(count_limits, sizeof(count_limits) / sizeof(count_limits[0]), type, field,
		TOCSIN_MAX_REPEATED);
}

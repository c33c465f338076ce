/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts and digests from Tocsin JSON, with the quotes of C spared: ' stands for ". */
#pragma once

#include "suite.h"

#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"

static inline struct tocsin_arena *rig_arena(void)
{
	struct tocsin_arena *arena = tocsin_arena_create(8 << 20, &tocsin_heap);
	assert_non_null(arena);
	return arena;
}

static inline ProtobufCMessage *rig_message(
	const ProtobufCMessageDescriptor *type, struct tocsin_arena *arena, const char *text)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	size_t length = strlen(text);
	char *json = tocsin_arena_text(arena, text, length);
	assert_non_null(json);
	for (size_t i = 0; i < length; i++)
		if (json[i] == '\'')
			json[i] = '"';
	tocsin_violations_init(&violations, arena);
	if (tocsin_json_read(type, json, length, arena, &violations, &message) != TOCSIN_OK)
		fail_msg("not a %s: %s", type->short_name, json);
	return message;
}

static inline Tocsin__V1__Alert *rig_alert(struct tocsin_arena *arena, const char *text)
{
	return (Tocsin__V1__Alert *)rig_message(&tocsin__v1__alert__descriptor, arena, text);
}

static inline Tocsin__V1__Digest *rig_digest(struct tocsin_arena *arena, const char *text)
{
	return (Tocsin__V1__Digest *)rig_message(&tocsin__v1__digest__descriptor, arena, text);
}

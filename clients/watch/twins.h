/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Messages that carry no id and come in two forms, protobuf and JSON: which of them are
 * twins. Two that say the same may both be true, so each counts in its own form, and only
 * what the other form has not brought yet is new. Bounded: of the newest. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/sha256.h"

enum { TOCSIN_MAX_TWINS = 256 };

struct tocsin_twin {
	uint8_t hash[TOCSIN_SHA256];
	uint32_t came[2]; /* in protobuf, in JSON */
};

/* Starts all zero. */
struct tocsin_twins {
	struct tocsin_twin items[TOCSIN_MAX_TWINS];
	size_t next;
};

/* One came in this form. False where its twin was taken; without memory it is taken for
 * new. Fields unknown to this program make no difference: JSON is read without them. */
bool tocsin_twins_take(struct tocsin_twins *twins, const ProtobufCMessage *message, bool json,
	struct tocsin_arena *arena);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Messages to protobuf bytes, byte for byte as protobuf-c packs them, but in one pass
 * from the last field to the first: what is nested is written before its length, which
 * then need not be measured, at each level anew, beforehand. For proto3 and the types
 * that our messages have; unknown fields are left out. Source: Protocol Buffers, Encoding. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"

/* The bytes live in arena, with room beside them that is not given back. NULL at its
 * ceiling. A message without fields gives no bytes, but not NULL. */
const uint8_t *tocsin_pack(
	const ProtobufCMessage *message, struct tocsin_arena *arena, size_t *size);

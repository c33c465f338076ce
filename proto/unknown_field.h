/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* protobuf-c keeps fields that it does not know and packs them again. What came
 * in unknown must never go out, so they are dropped before anybody copies a part
 * of the message. */
#pragma once

#include <protobuf-c/protobuf-c.h>

/* Drops the unknown fields of a message and of all messages in it. Their memory
 * stays the allocator's. */
void tocsin_unknown_fields_drop(ProtobufCMessage *message);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Incidents of a given size, as field apps publish them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "proto/decode.h"

/* The hub's clock in all measurements: two minutes after the incidents were sent. */
#define PAYLOAD_NOW_MS INT64_C(1767268920000)

enum { PAYLOAD_SIZES = 3, PAYLOAD_MIDDLE = 1 };
extern const size_t payload_sizes[PAYLOAD_SIZES]; /* bytes as protobuf: 300, 600, 4096 */

struct payload {
	enum tocsin_form form;
	uint8_t *bytes;
	size_t size;
};

/* The incident of one of the sizes; its JSON form says the same in more bytes. */
struct payload payload_make(size_t size, enum tocsin_form form);
void payload_finish(struct payload *payload);

/* Gives a protobuf payload another id. */
void payload_number(struct payload *payload, uint64_t number);

/* Decodes it; ends the program where it is refused. */
Tocsin__V1__Incident *payload_decode(const struct payload *payload, struct tocsin_arena *arena,
	struct tocsin_violations *violations);

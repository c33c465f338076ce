/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "parts.h"
#include "payload.h"

enum { ARENA = 1 << 20 };

struct decoding {
	struct payload payload;
	struct tocsin_arena *arena;
	struct tocsin_violations violations;
};

static void decode(void *ctx)
{
	struct decoding *decoding = ctx;

	tocsin_arena_reset(decoding->arena);
	(void)payload_decode(&decoding->payload, decoding->arena, &decoding->violations);
}

static void measure_form(const struct measuring *measuring, enum tocsin_form form, const char *name)
{
	for (size_t i = 0; i < PAYLOAD_SIZES; i++) {
		struct decoding decoding = {.payload = payload_make(payload_sizes[i], form),
			.arena = tocsin_arena_create(ARENA, NULL)};
		const struct measured measured = {
			.step = "decode", .variant = name, .axis = "bytes", .at = payload_sizes[i]};

		measure_require(decoding.arena != NULL, "out of memory");
		measure(measuring, &measured, decode, &decoding);
		tocsin_arena_destroy(decoding.arena);
		payload_finish(&decoding.payload);
	}
}

void measure_decoding(const struct measuring *measuring)
{
	measure_form(measuring, TOCSIN_FORM_PROTOBUF, "protobuf");
	measure_form(measuring, TOCSIN_FORM_JSON, "JSON");
}

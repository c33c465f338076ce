/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/decode.h"

#include "proto/json.h"
#include "proto/unknown_field.h"
#include "proto/wire.h"

struct bytes {
	const uint8_t *data;
	size_t size;
};

static enum tocsin_status refuse(struct tocsin_violations *violations, enum tocsin_check check)
{
	tocsin_violations_add(violations, check, "", NULL);
	return TOCSIN_INVALID;
}

static enum tocsin_status refuse_memory(struct tocsin_violations *violations)
{
	(void)refuse(violations, TOCSIN_CHECK_PAYLOAD_MEMORY);
	return TOCSIN_NO_MEMORY;
}

/* What the JSON says, packed. No data where there is no object to pack. */
static enum tocsin_status pack_json(struct bytes text, struct tocsin_arena *arena,
	struct tocsin_violations *violations, struct bytes *packed)
{
	ProtobufCMessage *message = NULL;
	const enum tocsin_status status = tocsin_json_read(&tocsin__v1__incident__descriptor,
		(const char *)text.data, text.size, arena, violations, &message);

	if (status == TOCSIN_NO_MEMORY || !message) {
		return status == TOCSIN_OK ? TOCSIN_INVALID : status;
	}
	const size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *data = tocsin_arena_alloc(arena, size);
	if (!data) {
		return TOCSIN_NO_MEMORY;
	}
	(void)protobuf_c_message_pack(message, data);
	*packed = (struct bytes){data, size};
	return TOCSIN_OK;
}

static enum tocsin_status unpack(struct bytes bytes, struct tocsin_arena *arena,
	struct tocsin_violations *violations, Tocsin__V1__Incident **incident)
{
	const size_t warnings = violations->warnings;

	if (!tocsin_wire_walk(&tocsin__v1__incident__descriptor, bytes.data, bytes.size, violations)) {
		return TOCSIN_INVALID;
	}
	Tocsin__V1__Incident *unpacked =
		tocsin__v1__incident__unpack(tocsin_arena_protobuf(arena), bytes.size, bytes.data);
	if (!unpacked) {
		return tocsin_arena_full(arena) ? TOCSIN_NO_MEMORY
										: refuse(violations, TOCSIN_CHECK_PAYLOAD_MALFORMED);
	}
	/* The walk warns of nothing but unknown fields. */
	if (violations->warnings > warnings) {
		tocsin_unknown_fields_drop(&unpacked->base);
	}
	*incident = unpacked;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_incident_decode(enum tocsin_form form, const uint8_t *data, size_t size,
	struct tocsin_arena *arena, struct tocsin_violations *violations,
	Tocsin__V1__Incident **incident)
{
	struct bytes bytes = {data, size};
	enum tocsin_status status = TOCSIN_OK;

	*incident = NULL;
	if (size == 0) {
		return refuse(violations, TOCSIN_CHECK_PAYLOAD_EMPTY);
	}
	if (size > TOCSIN_HARD_MAX_PAYLOAD) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_SIZE, "", ": at most %d bytes",
			(int)TOCSIN_HARD_MAX_PAYLOAD);
		return TOCSIN_INVALID;
	}
	if (form == TOCSIN_FORM_JSON) {
		status = pack_json((struct bytes){data, size}, arena, violations, &bytes);
	}
	if (status == TOCSIN_OK) {
		status = unpack(bytes, arena, violations, incident);
	}
	if (status == TOCSIN_NO_MEMORY || violations->short_of_memory) {
		return refuse_memory(violations);
	}
	return status == TOCSIN_OK && !tocsin_violations_pass(violations) ? TOCSIN_INVALID : status;
}

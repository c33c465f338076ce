/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/text.h"

static struct tocsin_outcome *submit(struct tocsin_engine *engine, const struct tocsin_act *act,
	const uint8_t *bytes, size_t size, int64_t now_ms)
{
	const char *sender =
		tocsin_text_is_level(act->author, strlen(act->author)) ? act->author : "operator";
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.form = TOCSIN_FORM_PROTOBUF,
		.payload = bytes,
		.payload_size = size,
		.by_operator = true,
		.reviews = act->reviews,
	};

	return tocsin_engine_submit(engine, &submission, now_ms);
}

struct tocsin_outcome *tocsin_act(struct tocsin_engine *engine, const struct tocsin_act *act,
	Tocsin__V1__Incident *incident, int64_t now_ms)
{
	Tocsin__V1__Reference reference = TOCSIN__V1__REFERENCE__INIT;
	Tocsin__V1__Reference *references[] = {&reference};
	Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	tocsin_instant_set(&sent, now_ms);
	reference.sender = (char *)(uintptr_t)act->owner;
	reference.id = (char *)(uintptr_t)act->version;
	incident->id = (char *)(uintptr_t)act->id;
	incident->sent = &sent;
	incident->n_references = 1;
	incident->references = references;
	const size_t size = tocsin__v1__incident__get_packed_size(incident);
	uint8_t *bytes = engine->heap->alloc(engine->heap->ctx, size);
	if (!bytes) {
		return NULL;
	}
	tocsin__v1__incident__pack(incident, bytes);
	struct tocsin_outcome *made = submit(engine, act, bytes, size, now_ms);
	engine->heap->free(engine->heap->ctx, bytes);
	return made;
}

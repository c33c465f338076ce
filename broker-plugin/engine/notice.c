/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <jansson.h>
#include <stdlib.h>

#include "engine/state.h"
#include "proto/instant.h"

static json_t *violations_json(const struct tocsin_violations *violations)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < violations->count; ++i) {
		const struct tocsin_violation *violation = &violations->items[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s}", "field", violation->field, "check", violation->id, "level",
				tocsin_level_name(violation->level)));
	}
	return list;
}

static char *notice_text(const struct tocsin_draft *draft)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char received[TOCSIN_INSTANT_TEXT];

	tocsin_instant_set(&time, draft->now_ms);
	tocsin_instant_write(&time, received);
	json_t *notice = json_pack("{s:s, s:s*, s:s, s:s, s:I, s:s, s:o}", "sender", draft->sender,
		"relay", draft->relay_name, "incident_id", draft->undo->incident_id, "time", received,
		"size", (json_int_t)draft->submission->payload_size, "hash", draft->undo->hash,
		"violations", violations_json(&draft->violations));
	char *text = notice ? json_dumps(notice, JSON_COMPACT) : NULL;

	json_decref(notice);
	return text;
}

/* Frees text; NULL: there was no memory for it. */
static enum tocsin_status send(struct tocsin_draft *draft, const char *sender, char *text)
{
	struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_NOTICE, .form = TOCSIN_FORM_JSON, .qos = 1};

	like.topic =
		tocsin_arena_format(draft->arena, "%s/ops/quarantine/%s", draft->engine->root, sender);
	const enum tocsin_status status =
		text && like.topic ? tocsin_publish_text(draft, &like, text) : TOCSIN_NO_MEMORY;

	free(text);
	return status;
}

enum tocsin_status tocsin_notice_refused(struct tocsin_draft *draft)
{
	return draft->speakable ? send(draft, draft->sender, notice_text(draft)) : TOCSIN_OK;
}

enum tocsin_status tocsin_notice_counted(
	struct tocsin_draft *draft, const struct tocsin_noisy *noisy)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char received[TOCSIN_INSTANT_TEXT];

	tocsin_instant_set(&time, noisy->second * 1000);
	tocsin_instant_write(&time, received);
	json_t *notice = json_pack("{s:s, s:s, s:I}", "sender", noisy->sender, "time", received,
		"refused_more", (json_int_t)noisy->counted_only);
	char *text = notice ? json_dumps(notice, JSON_COMPACT) : NULL;

	json_decref(notice);
	return send(draft, noisy->sender, text);
}

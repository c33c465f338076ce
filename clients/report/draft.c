/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/tongue.h"
#include "clients/report/draft_judge.h"
#include "engine/uuid.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "tocsin/v1/incident.pb-c.h"

/* Above what the hub takes, so that its own limit is what speaks. */
enum { MAX_FILE = 1 << 20, MAX_MEMORY = 16 << 20 };

static enum tocsin_exit fail(const char *what)
{
	fprintf(stderr, _("tocsin report: %s\n"), what);
	return TOCSIN_EXIT_REFUSED;
}

static char *sent_text(struct tocsin_arena *arena, int64_t now_ms)
{
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&now, tocsin_instant_floor(now_ms, 1000));
	tocsin_instant_write(&now, text);
	return tocsin_arena_text(arena, text, strlen(text));
}

static bool lacks(const json_t *incident, const char *name)
{
	const json_t *value = json_object_get(incident, name);
	return !value || json_is_null(value);
}

/* Only what the officer cannot know better is filled in. From flags alone it is
 * also plain that a report of now is meant. */
static bool complete(
	struct tocsin_draft *draft, json_t *incident, int64_t now_ms, bool from_flags_alone)
{
	char id[TOCSIN_UUID_TEXT];
	bool fine = true;
	draft->made_id = lacks(incident, "id");
	if (draft->made_id)
		fine = tocsin_uuid_make(id) && json_object_set_new(incident, "id", json_string(id)) == 0;
	if (fine && lacks(incident, "sent")) {
		char *now = sent_text(draft->arena, now_ms);
		fine = now && json_object_set_new(incident, "sent", json_string(now)) == 0;
	}
	if (fine && from_flags_alone && lacks(incident, "status"))
		fine = json_object_set_new(incident, "status", json_string("actual")) == 0;
	if (fine && from_flags_alone && lacks(incident, "msg_type"))
		fine = json_object_set_new(incident, "msg_type", json_string("alert")) == 0;
	return fine;
}

static enum tocsin_exit take_bytes(
	struct tocsin_draft *draft, enum tocsin_form form, const void *bytes, size_t size)
{
	void *copy = tocsin_arena_text(draft->arena, bytes, size);
	if (!copy)
		return fail(_("the message is too large"));
	draft->form = form;
	draft->bytes = copy;
	draft->size = size;
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit pack_message(struct tocsin_draft *draft, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = tocsin_arena_alloc(draft->arena, size + 1);
	if (!bytes)
		return fail(_("the message is too large"));
	protobuf_c_message_pack(message, bytes);
	draft->form = TOCSIN_FORM_PROTOBUF;
	draft->bytes = bytes;
	draft->size = size;
	return TOCSIN_EXIT_OK;
}

/* Protobuf from the JSON: only where every field could be read, since what was
 * not would be lost without a word. */
static enum tocsin_exit pack(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source, const json_t *incident)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	tocsin_violations_init(&violations, draft->arena);
	enum tocsin_status status = tocsin_json_read_value(
		&tocsin__v1__incident__descriptor, incident, draft->arena, &violations, &message);
	if (status != TOCSIN_OK || !message || !tocsin_violations_pass(&violations)) {
		if (source->no_validate)
			return fail(_("cannot be written as protobuf: --as json sends it as it is"));
		const char *id = json_string_value(json_object_get(incident, "id"));
		draft->verdict = tocsin_draft_verdict(draft->arena, id, &violations, NULL, 0);
		return draft->verdict ? TOCSIN_EXIT_OK : fail(_("out of memory"));
	}
	return pack_message(draft, message);
}

static enum tocsin_exit write_out(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source, const json_t *incident)
{
	if (source->form == TOCSIN_FORM_PROTOBUF)
		return pack(draft, source, incident);
	char *text = json_dumps(incident, JSON_COMPACT | JSON_REAL_PRECISION(15));
	if (!text)
		return fail(_("out of memory"));
	enum tocsin_exit code = take_bytes(draft, TOCSIN_FORM_JSON, text, strlen(text));
	free(text);
	return code;
}

/* Nothing to add: the text goes out as it was written. */
static bool is_whole(const struct tocsin_draft_source *source, const json_t *incident)
{
	return source->form == TOCSIN_FORM_JSON && source->flags->given == 0 &&
		!lacks(incident, "id") && !lacks(incident, "sent");
}

static enum tocsin_exit take_json(struct tocsin_draft *draft,
	const struct tocsin_draft_source *source, const struct tocsin_input *input)
{
	/* Why it is none is said later, by the hub's own reader. */
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
	json_t *incident =
		input ? json_loadb((const char *)input->data, input->size, flags, NULL) : json_object();
	if (input && !json_is_object(incident)) {
		json_decref(incident);
		incident = NULL;
	}
	if (!incident && !input)
		return fail(_("out of memory"));
	if (!incident || (input && is_whole(source, incident))) {
		json_decref(incident);
		return take_bytes(draft, TOCSIN_FORM_JSON, input->data, input->size);
	}
	enum tocsin_exit code;
	if (tocsin_incident_flags_lay(source->flags, incident) &&
		complete(draft, incident, source->now_ms, !input))
		code = write_out(draft, source, incident);
	else
		code = fail(_("out of memory"));
	json_decref(incident);
	return code;
}

/* A message without an id could not be asked for again. */
static enum tocsin_exit take_protobuf(struct tocsin_draft *draft,
	const struct tocsin_draft_source *source, const struct tocsin_input *input)
{
	Tocsin__V1__Incident *incident = NULL;
	Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct tocsin_violations ignored;
	char id[TOCSIN_UUID_TEXT];
	tocsin_violations_init(&ignored, draft->arena);
	if (tocsin_incident_decode(TOCSIN_FORM_PROTOBUF, input->data, input->size, draft->arena,
			&ignored, &incident) != TOCSIN_OK ||
		(*incident->id && incident->sent))
		return take_bytes(draft, TOCSIN_FORM_PROTOBUF, input->data, input->size);
	if (!*incident->id) {
		if (!tocsin_uuid_make(id))
			return fail(_("the system gives no random numbers"));
		incident->id = id;
		draft->made_id = true;
	}
	if (!incident->sent) {
		tocsin_instant_set(&sent, tocsin_instant_floor(source->now_ms, 1000));
		incident->sent = &sent;
	}
	return pack_message(draft, &incident->base);
}

static enum tocsin_exit make_from_file(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source)
{
	bool protobuf = source->protobuf_path != NULL;
	const char *path = protobuf ? source->protobuf_path : source->json_path;
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_FILE);
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code =
		protobuf ? take_protobuf(draft, source, &input) : take_json(draft, source, &input);
	tocsin_input_finish(&input);
	return code;
}

enum tocsin_exit tocsin_draft_make(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source)
{
	*draft = (struct tocsin_draft){.id = ""};
	draft->arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	if (!draft->arena)
		return fail(_("out of memory"));
	enum tocsin_exit code = source->json_path || source->protobuf_path
		? make_from_file(draft, source)
		: take_json(draft, source, NULL);
	if (code == TOCSIN_EXIT_OK && !draft->verdict)
		code = tocsin_draft_judge(draft, source);
	return code;
}

void tocsin_draft_finish(struct tocsin_draft *draft)
{
	if (!draft)
		return;
	tocsin_arena_destroy(draft->arena);
	*draft = (struct tocsin_draft){.id = ""};
}

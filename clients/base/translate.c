/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* tocsin decode and tocsin encode: one message between protobuf and Tocsin JSON,
 * for mosquitto_sub, mosquitto_pub and scripts. */
#include "clients/commands.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/json_out.h"
#include "clients/base/options.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/report/violation_words.h"
#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/incident.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

enum { MAX_MESSAGE = 4 << 20, MAX_MEMORY = 64 << 20 };

static const struct tocsin_option own_options[] = {
	{"type", 't', "TYPE", N_("alert, receipt, incident, digest, replay_request or replay_end")},
};

struct type {
	const char *name;
	const ProtobufCMessageDescriptor *descriptor;
};

static const struct type types[] = {
	{"alert", &tocsin__v1__alert__descriptor},
	{"receipt", &tocsin__v1__receipt__descriptor},
	{"incident", &tocsin__v1__incident__descriptor},
	{"digest", &tocsin__v1__digest__descriptor},
	{"replay_request", &tocsin__v1__replay_request__descriptor},
	{"replay_end", &tocsin__v1__replay_end__descriptor},
};

static const char *take(void *ctx, size_t index, char *value)
{
	const ProtobufCMessageDescriptor **type = ctx;
	(void)index;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].name, value) == 0) {
			*type = types[i].descriptor;
			return NULL;
		}
	}
	return N_("knows alert, receipt, incident, digest, replay_request and replay_end");
}

static enum tocsin_exit decode(const ProtobufCMessageDescriptor *type,
	const struct tocsin_input *input, struct tocsin_arena *arena)
{
	ProtobufCMessage *message =
		protobuf_c_message_unpack(type, tocsin_arena_protobuf(arena), input->size, input->data);
	if (!message) {
		fprintf(stderr, _("tocsin decode: not a well-formed %s\n"), type->short_name);
		return TOCSIN_EXIT_REFUSED;
	}
	if (!tocsin_json_line(message, stdout)) {
		fprintf(stderr, _("tocsin decode: the %s holds what JSON cannot\n"), type->short_name);
		return TOCSIN_EXIT_REFUSED;
	}
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit encode(const ProtobufCMessageDescriptor *type,
	const struct tocsin_input *input, struct tocsin_arena *arena)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	struct tocsin_paper paper = {stderr, false};
	tocsin_violations_init(&violations, arena);
	enum tocsin_status status = tocsin_json_read(
		type, (const char *)input->data, input->size, arena, &violations, &message);
	for (size_t i = 0; i < violations.count; i++) {
		const struct tocsin_violation *violation = &violations.items[i];
		char said[TOCSIN_VIOLATION_TEXT];
		tocsin_violation_words(violation->id, violation->message, said, sizeof(said));
		tocsin_put(&paper, violation->field);
		tocsin_say(&paper, "%s%s [%s]\n", *violation->field ? _(": ") : "", said, violation->id);
	}
	if (status != TOCSIN_OK || !message || !tocsin_violations_pass(&violations))
		return TOCSIN_EXIT_REFUSED;
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = tocsin_arena_alloc(arena, size + 1);
	if (!bytes) {
		fprintf(stderr, _("tocsin encode: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	protobuf_c_message_pack(message, bytes);
	return fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0 ? TOCSIN_EXIT_OK
																		 : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit translate(int argc, char **argv, const char *example,
	const ProtobufCMessageDescriptor *type, bool to_json)
{
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {{"Options", own_options, 1, take, &type}};
	const struct tocsin_usage usage = {
		.command = to_json ? "decode" : "encode",
		.synopsis = N_("[--type TYPE] [FILE]"),
		.summary = to_json
			? N_("Read one protobuf message (an alert) and print it as Tocsin JSON.")
			: N_("Read one Tocsin JSON object (an incident) and write protobuf bytes."),
		.example = example,
		.notes = N_("Without FILE it reads standard input. Exit: 0 done, 1 not such a message, "
					"2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	const char *path = operands.count ? operands.items[0] : "-";
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, MAX_MESSAGE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_MESSAGE);
		return TOCSIN_EXIT_REFUSED;
	}
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	code = TOCSIN_EXIT_REFUSED;
	if (arena)
		code = to_json ? decode(type, &input, arena) : encode(type, &input, arena);
	tocsin_arena_destroy(arena);
	tocsin_input_finish(&input);
	return code;
}

enum tocsin_exit tocsin_run_decode(int argc, char **argv)
{
	return translate(argc, argv,
		"  mosquitto_sub -C 1 -N -t 'tocsin/v1/to/partners/alert/#' | tocsin decode",
		&tocsin__v1__alert__descriptor, true);
}

enum tocsin_exit tocsin_run_encode(int argc, char **argv)
{
	return translate(argc, argv,
		"  tocsin encode incident.json | mosquitto_pub -q 1 -s -u me -t tocsin/v1/from/me/incident",
		&tocsin__v1__incident__descriptor, false);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One engine, one stream of incidents; out comes every alert in each form that the
 * command exports, for corpus_test.py and for whoever wants to look at them.
 *   {"name": "case", "at_ms": 0, "sender": "a", "form": "json", "path": "incident.json"}
 * FOLDER then holds {name}.{audience}.{number}.json, .xml and .geojson, and for each
 * audience all of them in {audience}.geojson. A Cancel that ends nothing which an
 * audience saw has no .xml.
 * Usage: exports RULES FOLDER */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clients/alert/cap.h"
#include "clients/alert/geojson.h"
#include "clients/base/input.h"
#include "engine/engine.h"
#include "proto/json.h"

enum { MAX_MEMORY = 64 << 20, MAX_FILE = 1 << 20, MAX_REFERENCES = 4096, MAX_PATH = 4096 };

struct exports {
	const char *folder;
	struct tocsin_engine *engine;
	struct tocsin_arena *arena;
	struct {
		char *id, *reference;
	} written[MAX_REFERENCES];
	size_t written_count;
};

static const char *find(void *ctx, const char *id)
{
	const struct exports *exports = ctx;
	for (size_t i = 0; i < exports->written_count; i++)
		if (strcmp(exports->written[i].id, id) == 0)
			return exports->written[i].reference;
	return NULL;
}

static void need(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "exports: %s\n", what);
		abort();
	}
}

static void save(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "wx");
	need(file && fwrite(text, 1, length, file) == length && fclose(file) == 0, path);
}

static void export_cap(struct exports *exports, const Tocsin__V1__Alert *alert, const char *base)
{
	const struct tocsin_cap_options options = {.sender = "hub@corpus.example",
		.web = "https://hub.corpus.example/alerts",
		.find = find,
		.ctx = exports};
	char *text, *reference, path[MAX_PATH];
	size_t length;
	enum tocsin_status status = tocsin_cap_write(alert, &options, exports->arena, &text, &length);
	if (status == TOCSIN_NOT_FOUND)
		return;
	need(status == TOCSIN_OK, "no CAP");
	need(tocsin_cap_reference(alert, &options, exports->arena, &reference) == TOCSIN_OK,
		"no reference");
	need(exports->written_count < MAX_REFERENCES, "too many alerts");
	exports->written[exports->written_count].id = strdup(alert->id);
	exports->written[exports->written_count++].reference = strdup(reference);
	snprintf(path, sizeof(path), "%s.xml", base);
	save(path, text, length);
}

static void export_alert(struct exports *exports, const Tocsin__V1__Alert *alert, const char *name)
{
	char base[MAX_PATH - 16], path[MAX_PATH];
	char *text;
	size_t length;
	if (find(exports, alert->id))
		return; /* one alert, several topics */
	snprintf(base, sizeof(base), "%s/%s.%s.%llu", exports->folder, name, alert->audience,
		(unsigned long long)alert->sequence);
	snprintf(path, sizeof(path), "%s.json", base);
	need(tocsin_json_write(&alert->base, exports->arena, &text, &length) == TOCSIN_OK, "no JSON");
	save(path, text, length);
	snprintf(path, sizeof(path), "%s.geojson", base);
	need(tocsin_geojson_feature(alert, exports->arena, &text, &length) == TOCSIN_OK, "no GeoJSON");
	save(path, text, length);
	snprintf(path, sizeof(path), "%s/%s.geojson", exports->folder, alert->audience);
	need(tocsin_geojson_append(path, alert) == TOCSIN_OK, "no collection");
	export_cap(exports, alert, base);
}

static void take(struct exports *exports, struct tocsin_outcome *outcome, const char *name)
{
	need(outcome != NULL, "no outcome");
	for (size_t i = 0; i < outcome->publication_count; i++) {
		const struct tocsin_publication *publication = &outcome->publications[i];
		struct tocsin_violations violations;
		ProtobufCMessage *message = NULL;
		if (publication->kind != TOCSIN_PUBLISH_ALERT || publication->payload_size == 0)
			continue;
		tocsin_violations_init(&violations, exports->arena);
		if (publication->form == TOCSIN_FORM_PROTOBUF)
			message = protobuf_c_message_unpack(&tocsin__v1__alert__descriptor,
				tocsin_arena_protobuf(exports->arena), publication->payload_size,
				publication->payload);
		else
			need(tocsin_json_read(&tocsin__v1__alert__descriptor, publication->payload,
					 publication->payload_size, exports->arena, &violations, &message) == TOCSIN_OK,
				"unreadable");
		need(message != NULL, "unreadable");
		export_alert(exports, (const Tocsin__V1__Alert *)message, name);
	}
	tocsin_engine_settle(exports->engine, outcome);
	tocsin_outcome_destroy(exports->engine, outcome);
}

static void submit(struct exports *exports, const json_t *line)
{
	const char *sender = json_string_value(json_object_get(line, "sender"));
	const char *form = json_string_value(json_object_get(line, "form"));
	const char *path = json_string_value(json_object_get(line, "path"));
	const char *name = json_string_value(json_object_get(line, "name"));
	const int64_t now_ms = json_integer_value(json_object_get(line, "at_ms"));
	struct tocsin_input input;
	need(sender && form && path && name, "a line lacks a key");
	need(tocsin_input_read(path, MAX_FILE, &input) == TOCSIN_OK, path);
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.client_id = sender,
		.form = strcmp(form, "json") == 0 ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF,
		.payload = input.data,
		.payload_size = input.size,
	};
	tocsin_arena_reset(exports->arena);
	take(exports, tocsin_engine_submit(exports->engine, &submission, now_ms), name);
	tocsin_input_finish(&input);
}

int main(int count, char **words)
{
	static struct exports exports;
	const struct tocsin_engine_config config = {.root = "tocsin/v1"};
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	json_t *line;
	tocsin_diagnostics_init(&diagnostics);
	if (count != 3 ||
		tocsin_ruleset_load(words[1], &tocsin_disk, &diagnostics, &ruleset) != TOCSIN_OK) {
		tocsin_diagnostics_print(&diagnostics, stderr);
		return 2;
	}
	tocsin_diagnostics_finish(&diagnostics);
	exports.folder = words[2];
	exports.engine = tocsin_engine_create(&config, ruleset);
	exports.arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	need(exports.engine && exports.arena, "out of memory");
	while ((line = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL))) {
		submit(&exports, line);
		json_decref(line);
	}
	tocsin_engine_destroy(exports.engine);
	tocsin_arena_destroy(exports.arena);
	for (size_t i = 0; i < exports.written_count; i++) {
		free(exports.written[i].id);
		free(exports.written[i].reference);
	}
	return 0;
}

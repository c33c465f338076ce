/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearsal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/rule/rehearsal_yaml.h"
#include "proto/instant.h"
#include "rules/files.h"

enum { MAX_MEMORY = 256 << 20 };

static void read_advance(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	const char *text = tocsin_rehearsal_text(reading, node, "advance");
	step->kind = TOCSIN_REHEARSAL_ADVANCE;
	if (text && (!tocsin_duration_read(text, &step->span_ms) || step->span_ms <= 0))
		tocsin_rehearsal_error(
			reading, node, "'%.64s' is not a duration: a number and s, m, h or d", text);
}

/* "for: 6h" instead of "until", and a name of its own, are the scenario's; the rest
 * is the silence as an operator gives it. */
static void read_silence(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	step->kind = TOCSIN_REHEARSAL_SILENCE;
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_rehearsal_error(reading, node, "silence is a mapping");
		return;
	}
	step->silence = tocsin_rehearsal_keep(reading, tocsin_rehearsal_plain(reading, node));
	const char *span = json_string_value(json_object_get(step->silence, "for"));
	const char *name = json_string_value(json_object_get(step->silence, "name"));
	if (span && (!tocsin_duration_read(span, &step->span_ms) || step->span_ms <= 0))
		tocsin_rehearsal_error(
			reading, node, "'%.64s' is not a duration: a number and s, m, h or d", span);
	if (name) {
		step->name = tocsin_arena_text(reading->rehearsal->arena, name, strlen(name));
		json_object_set_new(reading->silences, name, json_true());
	}
	json_object_del(step->silence, "for");
	json_object_del(step->silence, "name");
}

static void read_end_silence(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	static const char made[] = "silence-"; /* ids that the engine gives */
	struct tocsin_rehearsal_step *step = into;
	step->kind = TOCSIN_REHEARSAL_END_SILENCE;
	step->ended = tocsin_rehearsal_text(reading, node, "end_silence");
	if (step->ended && strncmp(step->ended, made, sizeof made - 1) != 0 &&
		!json_object_get(reading->silences, step->ended))
		tocsin_rehearsal_error(
			reading, node, "no silence before this step is called '%.64s'", step->ended);
}

static void read_reload(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	step->kind = TOCSIN_REHEARSAL_RELOAD;
	step->path = tocsin_rehearsal_beside(reading, tocsin_rehearsal_text(reading, node, "reload"));
}

static void read_step_expect(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	tocsin_rehearsal_read_expect(reading, node, &((struct tocsin_rehearsal_step *)into)->expect);
}

static const struct tocsin_rehearsal_key step_keys[] = {
	{"publish", tocsin_rehearsal_read_publish},
	{"advance", read_advance},
	{"silence", read_silence},
	{"end_silence", read_end_silence},
	{"reload", read_reload},
	{"expect", read_step_expect},
	{NULL, NULL},
};

/* Keys of one step, expect apart. */
static size_t count_actions(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	size_t count = 0;
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	while (key && tocsin_rehearsal_next(reading, key)) {
		if (key->kind == TOCSIN_YAML_SCALAR &&
			strcmp(tocsin_yaml_text(&reading->document, key), "expect") != 0)
			count++;
		key = tocsin_rehearsal_next(reading, tocsin_rehearsal_next(reading, key));
	}
	return count;
}

static void read_steps(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal *rehearsal = into;
	if (node->kind != TOCSIN_YAML_LIST || node->size > TOCSIN_MAX_REHEARSAL_STEPS) {
		tocsin_rehearsal_error(
			reading, node, "steps are a list of at most %d", TOCSIN_MAX_REHEARSAL_STEPS);
		return;
	}
	rehearsal->steps = tocsin_rehearsal_alloc(reading, node->size, sizeof(*rehearsal->steps));
	const struct tocsin_yaml_node *item = tocsin_rehearsal_first(reading, node);
	for (; rehearsal->steps && item; item = tocsin_rehearsal_next(reading, item)) {
		struct tocsin_rehearsal_step *step = &rehearsal->steps[rehearsal->step_count++];
		step->at = tocsin_rehearsal_at(item);
		tocsin_rehearsal_mapping(reading, item, "a step", step_keys, step);
		if (item->kind == TOCSIN_YAML_MAPPING && count_actions(reading, item) != 1)
			tocsin_rehearsal_error(reading, item,
				"a step does one thing: publish, advance, silence, end_silence or reload");
	}
}

static void read_rules(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal *)into)->rules =
		tocsin_rehearsal_beside(reading, tocsin_rehearsal_text(reading, node, "rules"));
}

static void read_start(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_rehearsal_text(reading, node, "start");
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	if (text && !tocsin_instant_read(text, strlen(text), &time))
		tocsin_rehearsal_error(
			reading, node, "'%.64s' is not a time such as 2024-08-07T18:00:00Z", text);
	else if (text)
		((struct tocsin_rehearsal *)into)->start_ms = tocsin_instant_ms(&time);
}

static void read_document(struct tocsin_rehearsal_reading *reading)
{
	static const struct tocsin_rehearsal_key keys[] = {
		{"rules", read_rules},
		{"start", read_start},
		{"steps", read_steps},
		{NULL, NULL},
	};
	struct tocsin_rehearsal *rehearsal = reading->rehearsal;
	const struct tocsin_yaml_node *root = &reading->document.nodes[0];
	rehearsal->start_ms = INT64_MIN;
	tocsin_rehearsal_mapping(reading, root, "a scenario", keys, rehearsal);
	if (root->kind != TOCSIN_YAML_MAPPING || reading->diagnostics->errors > 0)
		return;
	if (rehearsal->start_ms == INT64_MIN)
		tocsin_rehearsal_error(reading, root, "a scenario wants a 'start', the clock's time");
	if (rehearsal->step_count == 0)
		tocsin_rehearsal_error(reading, root, "a scenario wants 'steps'");
}

enum tocsin_status tocsin_rehearsal_read(
	const char *path, struct tocsin_diagnostics *diagnostics, struct tocsin_rehearsal *rehearsal)
{
	struct tocsin_rehearsal_reading reading = {.rehearsal = rehearsal, .diagnostics = diagnostics};
	char *text = NULL;
	size_t length = 0;
	*rehearsal = (struct tocsin_rehearsal){.file = path, .kept = json_array()};
	rehearsal->arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	reading.names = json_object();
	reading.silences = json_object();
	enum tocsin_status status =
		rehearsal->kept && rehearsal->arena && reading.names && reading.silences
		? tocsin_disk.read(tocsin_disk.ctx, path, TOCSIN_MAX_REHEARSAL_FILE, &text, &length)
		: TOCSIN_NO_MEMORY;
	const size_t before = diagnostics->errors;
	if (status == TOCSIN_NOT_FOUND || status == TOCSIN_IO || status == TOCSIN_LIMIT)
		tocsin_diagnostics_add(diagnostics, TOCSIN_NOTE_ERROR, path, 0, 0, "%s",
			status == TOCSIN_LIMIT           ? "the file is too large"
				: status == TOCSIN_NOT_FOUND ? "no such file"
											 : strerror(errno));
	if (status == TOCSIN_OK)
		status = tocsin_yaml_read(path, text, length, diagnostics, &reading.document);
	if (status == TOCSIN_OK)
		read_document(&reading);
	tocsin_yaml_finish(&reading.document);
	json_decref(reading.names);
	json_decref(reading.silences);
	free(text);
	if (reading.no_memory && diagnostics->errors == before)
		return TOCSIN_NO_MEMORY;
	return diagnostics->errors > before ? TOCSIN_INVALID : status;
}

void tocsin_rehearsal_finish(struct tocsin_rehearsal *rehearsal)
{
	if (!rehearsal)
		return;
	tocsin_arena_destroy(rehearsal->arena);
	json_decref(rehearsal->kept);
	*rehearsal = (struct tocsin_rehearsal){.file = NULL};
}

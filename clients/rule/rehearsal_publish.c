/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a step of a scenario publishes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/rule/rehearsal_yaml.h"
#include "proto/limits.h"
#include "proto/text.h"
#include "rules/files.h"
#include "tocsin/v1/incident.pb-c.h"

/* Paths in a scenario start at its own folder. */
const char *tocsin_rehearsal_beside(struct tocsin_rehearsal_reading *reading, const char *path)
{
	const char *slash = strrchr(reading->rehearsal->file, '/');
	if (!path || *path == '/' || !slash)
		return path;
	const char *joined = tocsin_arena_format(reading->rehearsal->arena, "%.*s/%s",
		(int)(slash - reading->rehearsal->file), reading->rehearsal->file, path);
	if (!joined)
		reading->no_memory = true;
	return joined;
}

static void read_sender(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_rehearsal_text(reading, node, "sender");
	if (text && !tocsin_text_is_level(text, strlen(text)))
		tocsin_rehearsal_error(reading, node, "a sender is 1 to 64 of A-Z a-z 0-9 _ -");
	((struct tocsin_rehearsal_step *)into)->sender = text;
}

static void read_name(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_step *)into)->name = tocsin_rehearsal_text(reading, node, "name");
}

static void read_incident(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	step->filled = true;
	step->incident = tocsin_rehearsal_keep(
		reading, tocsin_rehearsal_body(reading, &tocsin__v1__incident__descriptor, node));
}

/* A file that is not JSON is sent as it is, as protobuf. */
static void read_file(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	const char *path =
		tocsin_rehearsal_beside(reading, tocsin_rehearsal_text(reading, node, "file"));
	char *text = NULL;
	size_t length = 0;
	if (!path)
		return;
	const enum tocsin_status status =
		tocsin_disk.read(tocsin_disk.ctx, path, TOCSIN_HARD_MAX_PAYLOAD, &text, &length);
	if (status != TOCSIN_OK) {
		tocsin_rehearsal_error(reading, node, "%s: %s", path,
			status == TOCSIN_LIMIT           ? "too large for an incident"
				: status == TOCSIN_NOT_FOUND ? "no such file"
											 : strerror(errno));
		return;
	}
	if (text[strspn(text, " \t\r\n")] == '{') {
		json_error_t error;
		json_t *incident = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
		if (incident)
			step->incident = tocsin_rehearsal_keep(reading, incident);
		else
			tocsin_rehearsal_error(
				reading, node, "%s:%d:%d: is not JSON", path, error.line, error.column);
	} else {
		step->bytes = tocsin_arena_text(reading->rehearsal->arena, text, length);
		step->size = length;
		reading->no_memory |= !step->bytes;
	}
	free(text);
}

/* "with" is read after all else: it changes what the other keys gave. */
static void skip(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	(void)reading;
	(void)node;
	(void)into;
}

static void read_again(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_step *step = into;
	step->again = tocsin_rehearsal_text(reading, node, "again");
	const json_t *sender = step->again ? json_object_get(reading->names, step->again) : NULL;
	if (step->again && !sender)
		tocsin_rehearsal_error(
			reading, node, "no step before this one is called '%.64s'", step->again);
	if (sender && !step->sender)
		step->sender = tocsin_arena_text(
			reading->rehearsal->arena, json_string_value(sender), json_string_length(sender));
}

/* Overrides: mappings are merged, all else is replaced, an empty value takes out. */
static void merge(json_t *into, const json_t *over)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)over, name, value)
	{
		json_t *old = json_object_get(into, name);
		if (json_is_null(value))
			json_object_del(into, name);
		else if (json_is_object(old) && json_is_object(value))
			merge(old, value);
		else
			json_object_set(into, name, value);
	}
}

static void override(struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node,
	struct tocsin_rehearsal_step *step)
{
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	const struct tocsin_yaml_node *over = NULL;
	while (key && tocsin_rehearsal_next(reading, key)) {
		const struct tocsin_yaml_node *value = tocsin_rehearsal_next(reading, key);
		if (key->kind == TOCSIN_YAML_SCALAR &&
			strcmp(tocsin_yaml_text(&reading->document, key), "with") == 0)
			over = value;
		key = tocsin_rehearsal_next(reading, value);
	}
	if (!over)
		return;
	json_t *changes = tocsin_rehearsal_body(reading, &tocsin__v1__incident__descriptor, over);
	if (changes)
		tocsin_rehearsal_keep(reading, changes);
	if (step->incident && changes)
		merge(step->incident, changes);
	else if (!step->incident)
		tocsin_rehearsal_error(reading, over, "'with' changes a 'file' that is JSON");
}

void tocsin_rehearsal_read_publish(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	static const struct tocsin_rehearsal_key keys[] = {
		{"sender", read_sender},
		{"name", read_name},
		{"incident", read_incident},
		{"file", read_file},
		{"with", skip},
		{"again", read_again},
		{NULL, NULL},
	};
	struct tocsin_rehearsal_step *step = into;
	step->kind = TOCSIN_REHEARSAL_PUBLISH;
	tocsin_rehearsal_mapping(reading, node, "publish", keys, step);
	if (node->kind != TOCSIN_YAML_MAPPING)
		return;
	override(reading, node, step);
	const int ways = (step->incident != NULL) + (step->bytes != NULL) + (step->again != NULL);
	if (ways != 1 && reading->diagnostics->errors == 0)
		tocsin_rehearsal_error(
			reading, node, "publish wants one of 'incident', 'file' and 'again'");
	if (!step->sender)
		tocsin_rehearsal_error(reading, node, "publish wants a 'sender'");
	if (step->name && json_object_get(reading->names, step->name))
		tocsin_rehearsal_error(reading, node, "the name '%.64s' is taken", step->name);
	else if (step->name)
		json_object_set_new(
			reading->names, step->name, json_string(step->sender ? step->sender : ""));
}

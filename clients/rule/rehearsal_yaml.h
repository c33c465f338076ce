/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Reading YAML nodes by tables of keys. Not for other rooms. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "clients/rule/rehearsal.h"
#include "rules/yaml.h"

struct tocsin_rehearsal_reading {
	struct tocsin_rehearsal *rehearsal;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_yaml document;
	json_t *names;    /* of the publishes so far: sender by name */
	json_t *silences; /* names of the silences so far */
	bool no_memory;
};

typedef void tocsin_rehearsal_reader(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into);

struct tocsin_rehearsal_key {
	const char *name;
	tocsin_rehearsal_reader *read;
};

void tocsin_rehearsal_error(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *format, ...) TOCSIN_PRINTF(3, 4);

/* Reads a mapping; what it is called for errors. Keys end with a name of NULL. */
void tocsin_rehearsal_mapping(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, const struct tocsin_rehearsal_key *keys,
	void *into);

const struct tocsin_yaml_node *tocsin_rehearsal_next(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node);
const struct tocsin_yaml_node *tocsin_rehearsal_first(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node);

struct tocsin_rehearsal_at tocsin_rehearsal_at(const struct tocsin_yaml_node *node);

/* The text of a scalar, kept; reports and returns NULL where it is none. */
const char *tocsin_rehearsal_text(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what);
bool tocsin_rehearsal_flag(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what);

/* A scalar, or a list of them; *count of them. NULL, and reported, where it is not. */
const char **tocsin_rehearsal_texts(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, size_t *count);

/* A scalar left empty, or null. */
bool tocsin_rehearsal_empty(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node);

void *tocsin_rehearsal_alloc(struct tocsin_rehearsal_reading *reading, size_t count, size_t size);

/* Hands a JSON value to the scenario, which then owns it. */
json_t *tocsin_rehearsal_keep(struct tocsin_rehearsal_reading *reading, json_t *value);

/* "'x' is not a ... : did you mean 'y'?" with the nearest of names, NULL at the end. */
void tocsin_rehearsal_unknown(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, const char *const *names);

/* A mapping as a message of Tocsin JSON, typed by the descriptor: a plain scalar is
 * text where the field is one. An empty value is null. New, or NULL (reported). */
json_t *tocsin_rehearsal_body(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node);

/* A mapping from paths in a message, such as area.pcodes or displacement[0].figure,
 * to values. New, or NULL (reported). */
json_t *tocsin_rehearsal_fields(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node);

/* A mapping as JSON of its own: plain true, false and numbers as such, all else as
 * text. */
json_t *tocsin_rehearsal_plain(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node);

/* A path that starts at the scenario's folder, kept; NULL for NULL. */
const char *tocsin_rehearsal_beside(struct tocsin_rehearsal_reading *reading, const char *path);

/* Into the step. */
tocsin_rehearsal_reader tocsin_rehearsal_read_publish;

/* Into its expectations. */
tocsin_rehearsal_reader tocsin_rehearsal_read_expect;

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* YAML as Tocsin takes it: one document of mappings, lists and scalars, every node
 * with its place. Aliases, anchors, tags, merge keys, duplicate keys and more than
 * one document are refused; a plain scalar is text until its key types it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/diagnostics.h"

enum tocsin_yaml_kind {
	TOCSIN_YAML_BROKEN, /* refused, and already reported */
	TOCSIN_YAML_SCALAR,
	TOCSIN_YAML_LIST,
	TOCSIN_YAML_MAPPING,
};

#define TOCSIN_YAML_NONE UINT32_MAX

/* Nodes are named by their number in the document. In a mapping keys and values
 * take turns. */
struct tocsin_yaml_node {
	uint32_t line, column; /* from 1; columns count code points */
	uint32_t next;         /* next child of the same parent, or TOCSIN_YAML_NONE */
	uint32_t first;        /* first child; of a scalar the offset of its text */
	uint32_t size;         /* entries; of a scalar bytes */
	uint8_t kind;          /* enum tocsin_yaml_kind */
	bool plain;            /* a scalar without quotes */
	bool cut;              /* a syntax error ended it early */
};

struct tocsin_yaml {
	struct tocsin_yaml_node *nodes; /* the root first */
	size_t count, capacity;
	char *texts; /* each scalar's bytes and NUL */
	size_t text_size, text_capacity;
};

/* Reads a whole text. All that is wrong is added to diagnostics; a syntax error
 * ends the reading. TOCSIN_INVALID where anything was refused; document then holds
 * what could be read (count may be 0) and is finished by the caller all the same. */
TOCSIN_MUST_USE enum tocsin_status tocsin_yaml_read(const char *file, const char *text,
	size_t length, struct tocsin_diagnostics *diagnostics, struct tocsin_yaml *document);
void tocsin_yaml_finish(struct tocsin_yaml *document);

/* A scalar's text, NUL-terminated, without control characters but tab and line feed. */
static inline const char *tocsin_yaml_text(
	const struct tocsin_yaml *document, const struct tocsin_yaml_node *node)
{
	return document->texts + node->first;
}

/* The first child, the next one, or NULL. */
static inline const struct tocsin_yaml_node *tocsin_yaml_node(
	const struct tocsin_yaml *document, uint32_t node)
{
	return node == TOCSIN_YAML_NONE ? NULL : &document->nodes[node];
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* JSON text to jansson's tree. */
#pragma once

#include <stddef.h>

#include <jansson.h>

#include "proto/status.h"
#include "proto/violations.h"

/* Parses one object. Refused, as payload.json with line and column: what is not
 * RFC 8259, bad UTF-8, a name given twice, a byte after the object; as
 * payload.depth: nesting beyond TOCSIN_MAX_JSON_DEPTH. TOCSIN_NO_MEMORY is also
 * reported as payload.memory. The caller owns the tree (json_decref). The tree
 * lies on the heap, not in an arena, and may take a hundred times the text: the
 * caller bounds the length. */
TOCSIN_MUST_USE enum tocsin_status tocsin_json_parse(
	const char *text, size_t length, struct tocsin_violations *violations, json_t **tree);

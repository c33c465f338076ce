/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The JSON Schema (draft-07) of rule files, from the table of keys. */
#pragma once

#include <jansson.h>

/* The caller's (json_decref), or NULL without memory. */
json_t *tocsin_keys_schema(void);

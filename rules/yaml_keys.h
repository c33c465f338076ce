/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The keys of one mapping: plain text, no merge key, none twice. */
#pragma once

#include "rules/yaml.h"

/* Adds what is wrong to diagnostics and to *errors. A pair that must not be read
 * gets the kind TOCSIN_YAML_BROKEN on its key. */
TOCSIN_MUST_USE enum tocsin_status tocsin_yaml_check_keys(struct tocsin_yaml *document,
	uint32_t mapping, const char *file, struct tocsin_diagnostics *diagnostics, size_t *errors);

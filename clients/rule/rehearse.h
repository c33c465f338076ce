/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A rule file and the scenarios that are about it. */
#pragma once

#include <jansson.h>

#include "clients/rule/rehearsal_find.h"

struct tocsin_rehearse_want {
	const char *rules; /* the file to load; NULL: each scenario's own */
	/* The name that scenarios know the file by; NULL: rules. It differs where a
	 * changed copy is tried before it is installed. */
	const char *rules_name;
	const struct tocsin_rehearsal_files *scenarios;
	bool skip_others; /* leave out scenarios that name another rule file */
};

/* Runs them. The value, new: {"ok", "scenarios": [...], "coverage"} as in
 * clients/README.md; NULL where memory is short. A scenario or rule file that cannot
 * be read has said so on stderr, and ok is false. */
json_t *tocsin_rehearse(const struct tocsin_rehearse_want *want);

/* For people, on stdout. */
void tocsin_rehearse_print(const json_t *result);

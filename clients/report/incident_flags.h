/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An incident written as command-line options. They are put together as Tocsin
 * JSON, so that flags, files and standard input all take the same way after. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "clients/base/options.h"
#include "clients/base/words.h"

struct tocsin_incident_flags {
	json_t *incident;     /* object; owned */
	int64_t now_ms;       /* what "now" and "-2h" count from */
	size_t given;         /* options taken */
	char why[TOCSIN_WHY]; /* what was wrong with the last one */
};

/* False without memory. */
bool tocsin_incident_flags_init(struct tocsin_incident_flags *flags, int64_t now_ms);
void tocsin_incident_flags_finish(struct tocsin_incident_flags *flags);

struct tocsin_option_set tocsin_incident_options(struct tocsin_incident_flags *flags);

/* Whether an option (with its dashes) says what stands in a field of the incident,
 * such as casualty_claims[0].claimant. */
bool tocsin_incident_option_feeds(const char *option, const char *field);

/* Lays what the options said over an incident from a file: texts and numbers are
 * replaced, list entries added. False without memory. */
bool tocsin_incident_flags_lay(const struct tocsin_incident_flags *flags, json_t *incident);

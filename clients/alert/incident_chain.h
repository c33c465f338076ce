/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Incidents as they were sent know only what they refer to: which of them are
 * versions of one, and in which order. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"
#include "tocsin/v1/incident.pb-c.h"

struct tocsin_incident_version {
	const Tocsin__V1__Incident *incident;
	const char *chain; /* id of the first version, which may be missing */
	uint32_t revision; /* from 1; 2 or more where an earlier one is missing */
};

/* Fills in chain and revision of all; incident is given. Repeats of an id get its
 * first one's chain and a revision of their own. versions is put in another order:
 * chain by chain, each from its first version on. */
TOCSIN_MUST_USE enum tocsin_status tocsin_incident_chains(
	struct tocsin_incident_version *versions, size_t count, struct tocsin_arena *arena);

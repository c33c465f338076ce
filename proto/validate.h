/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The checks of a decoded incident that need neither state nor identity: all
 * violations, by the table in check.inc. */
#pragma once

#include <stdint.h>

#include "proto/place.h"
#include "proto/violations.h"
#include "tocsin/v1/incident.pb-c.h"

/* now_ms is the hub's clock, milliseconds since 1970. A Cancel needs only id,
 * status, msg_type, sent and references; the rest is its predecessor's, and judged by
 * its form alone. */
void tocsin_incident_validate(const Tocsin__V1__Incident *incident,
	const struct tocsin_places *places, int64_t now_ms, struct tocsin_violations *violations);

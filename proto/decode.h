/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Bytes from the network to an Incident. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "proto/violations.h"
#include "tocsin/v1/incident.pb-c.h"

enum tocsin_form { TOCSIN_FORM_PROTOBUF, TOCSIN_FORM_JSON };

/* Decodes one incident of at most TOCSIN_HARD_MAX_PAYLOAD bytes; the ceiling of the
 * hub's option is the caller's to check. JSON goes through the same walk as protobuf, since it is
 * packed first. Unknown fields are dropped. The incident lives in arena; it is NULL where the
 * structure is too broken to go on. Otherwise it is set even when violations has errors, so that
 * validation can report the rest; it must then not be used for anything else. data may be NULL
 * where size is 0. TOCSIN_INVALID when violations has an error, TOCSIN_NO_MEMORY when the arena is
 * at its ceiling (also as a violation). */
TOCSIN_MUST_USE enum tocsin_status tocsin_incident_decode(enum tocsin_form form,
	const uint8_t *data, size_t size, struct tocsin_arena *arena,
	struct tocsin_violations *violations, Tocsin__V1__Incident **incident);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Ids that leave the hub: HMAC-SHA-256 under the hub's key, as UUIDs of version 8
 * (RFC 9562, 5.8). The same for the same incident version and audience on every
 * hub with this key; they confirm no guess to whoever lacks it. */
#pragma once

#include <stdint.h>

#include "engine/uuid.h"
#include "proto/sha256.h"
#include "proto/status.h"

/* The id of the alert that an audience gets of one incident version. */
TOCSIN_MUST_USE enum tocsin_status tocsin_alert_id(const struct tocsin_hmac_key *key,
	const char *audience, const uint8_t incident[TOCSIN_UUID], uint8_t id[TOCSIN_UUID]);

/* The id of a Cancel's alert when that follows a version which came after the
 * Cancel: one Cancel may have to follow several. */
TOCSIN_MUST_USE enum tocsin_status tocsin_follow_up_id(const struct tocsin_hmac_key *key,
	const char *audience, const uint8_t cancel[TOCSIN_UUID], const uint8_t version[TOCSIN_UUID],
	uint8_t id[TOCSIN_UUID]);

/* The name of a chain for an audience that may not know the true one. */
TOCSIN_MUST_USE enum tocsin_status tocsin_incident_pseudonym(const struct tocsin_hmac_key *key,
	const char *audience, const uint8_t chain[TOCSIN_UUID], uint8_t id[TOCSIN_UUID]);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/pseudonym.h"

#include <stdbool.h>
#include <string.h>

#include "proto/limits.h"

enum { PURPOSE = 16, INPUT = PURPOSE + TOCSIN_MAX_LEVEL_NAME + 1 + 2 * TOCSIN_UUID };

/* Purpose, audience and ids at fixed places: no two inputs are written alike. */
static enum tocsin_status keyed_id(const struct tocsin_hmac_key *key, const char *purpose,
	const char *audience, const uint8_t *first, const uint8_t *second, uint8_t id[TOCSIN_UUID])
{
	uint8_t input[INPUT] = {0};
	uint8_t mac[TOCSIN_SHA256];
	const size_t length = strnlen(audience, TOCSIN_MAX_LEVEL_NAME + 1);

	if (length > TOCSIN_MAX_LEVEL_NAME) {
		return TOCSIN_LIMIT;
	}
	memcpy(input, purpose, strlen(purpose));
	memcpy(input + PURPOSE, audience, length);
	memcpy(input + INPUT - 2 * TOCSIN_UUID, first, TOCSIN_UUID);
	if (second) {
		memcpy(input + INPUT - TOCSIN_UUID, second, TOCSIN_UUID);
	}
	const enum tocsin_status status = tocsin_hmac(key, input, sizeof(input), mac);
	if (status != TOCSIN_OK) {
		return status;
	}
	memcpy(id, mac, TOCSIN_UUID);
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x80);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	return TOCSIN_OK;
}

enum tocsin_status tocsin_alert_id(const struct tocsin_hmac_key *key, const char *audience,
	const uint8_t incident[TOCSIN_UUID], uint8_t id[TOCSIN_UUID])
{
	return keyed_id(key, "alert", audience, incident, NULL, id);
}

enum tocsin_status tocsin_follow_up_id(const struct tocsin_hmac_key *key, const char *audience,
	const uint8_t cancel[TOCSIN_UUID], const uint8_t version[TOCSIN_UUID], uint8_t id[TOCSIN_UUID])
{
	return keyed_id(key, "follow-up", audience, cancel, version, id);
}

enum tocsin_status tocsin_incident_pseudonym(const struct tocsin_hmac_key *key,
	const char *audience, const uint8_t chain[TOCSIN_UUID], uint8_t id[TOCSIN_UUID])
{
	return keyed_id(key, "incident", audience, chain, NULL, id);
}

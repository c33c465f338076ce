/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Targets: tocsin_incident_decode, tocsin_wire_walk, tocsin_incident_validate and
 * the readings. The first byte picks the form: even is protobuf, odd is JSON. */
#include <string.h>

#include "fuzz.h"
#include "proto/decode.h"
#include "proto/reading.h"
#include "proto/validate.h"
#include "proto/wire.h"

#define NOW_MS 1723055000000LL

/* A gazetteer whose answers depend on the code alone. */
static struct tocsin_place find(const void *ctx, const char *pcode, const char *version)
{
	struct tocsin_place place = {.version_unfit = version && version[0] == '1', .country = "ML"};

	(void)ctx;
	place.match = (enum tocsin_place_match)(strlen(pcode) % 4);
	return place;
}

static const struct tocsin_box *box(const void *ctx, const char *country)
{
	static const struct tocsin_box mali = {10.1, -12.3, 25.1, 4.3};

	(void)ctx;
	return strcmp(country, "ML") == 0 ? &mali : NULL;
}

static void check_list(const struct tocsin_violations *list)
{
	size_t errors = 0;

	for (size_t i = 0; i < list->count; i++) {
		FUZZ_HOLDS(list->items[i].field && strlen(list->items[i].field) < TOCSIN_MAX_FIELD_PATH);
		FUZZ_HOLDS(list->items[i].id && list->items[i].id[0] != '.');
		FUZZ_HOLDS(list->items[i].message && list->items[i].message[0] != '\0');
		errors += list->items[i].level == TOCSIN_LEVEL_ERROR;
	}
	FUZZ_HOLDS(list->count <= TOCSIN_MAX_VIOLATIONS);
	FUZZ_HOLDS(errors <= list->errors && (errors > 0) == (list->errors > 0));
}

/* What goes out holds nothing that this version does not know. */
static void check_packed(const Tocsin__V1__Incident *incident, struct tocsin_arena *arena)
{
	static uint8_t packed[2 * TOCSIN_MAX_PAYLOAD];
	const size_t size = tocsin__v1__incident__get_packed_size(incident);
	struct tocsin_violations list;

	FUZZ_HOLDS(size <= sizeof(packed));
	FUZZ_HOLDS(tocsin__v1__incident__pack(incident, packed) == size);
	tocsin_violations_init(&list, arena);
	FUZZ_HOLDS(tocsin_wire_walk(&tocsin__v1__incident__descriptor, packed, size, &list));
	FUZZ_HOLDS(list.count == 0);
}

static void check_accepted(const Tocsin__V1__Incident *incident)
{
	const bool cancel = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;

	FUZZ_HOLDS(strlen(incident->id) == 36 && incident->sent);
	FUZZ_HOLDS(!incident->expires || tocsin_incident_expires_ms(incident, NOW_MS) > NOW_MS);
	FUZZ_HOLDS(tocsin_incident_sensitivity(incident) != 0);
	FUZZ_HOLDS(cancel || tocsin_incident_severity(incident) != 0);
	FUZZ_HOLDS(cancel || tocsin_incident_certainty(incident) != 0);
	FUZZ_HOLDS(cancel || (incident->location && incident->event));
}

void fuzz_input(const uint8_t *data, size_t size)
{
	const struct tocsin_places places = {NULL, find, box};
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
	Tocsin__V1__Incident *incident = NULL;
	struct tocsin_violations list;

	if (size == 0 || !arena) {
		tocsin_arena_destroy(arena);
		return;
	}
	tocsin_violations_init(&list, arena);
	const enum tocsin_form form = data[0] % 2 ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
	const enum tocsin_status status =
		tocsin_incident_decode(form, data + 1, size - 1, arena, &list, &incident);
	FUZZ_HOLDS((status == TOCSIN_OK) == tocsin_violations_pass(&list));
	FUZZ_HOLDS(status != TOCSIN_OK || incident);
	if (incident) {
		tocsin_incident_validate(incident, &places, NOW_MS, &list);
	}
	check_list(&list);
	FUZZ_HOLDS(tocsin_arena_used(arena) <= TOCSIN_MAX_INCIDENT_MEMORY);
	if (tocsin_violations_pass(&list)) {
		FUZZ_HOLDS(incident);
		check_accepted(incident);
		check_packed(incident, arena);
	}
	tocsin_arena_destroy(arena);
}

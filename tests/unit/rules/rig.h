/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A small gazetteer, a good incident changed by a patch in Tocsin JSON (RFC 7396),
 * and its facts. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/json.h"
#include "rules/facts.h"
#include "rules/ruleset.h"

/* 2024-08-08T12:00:00Z, a Thursday: the clock on receipt. */
#define RIG_NOW_MS INT64_C(1723118400000)

/* A list of our own: real codes where the domain has them, ML050399 is made up. */
static const char rig_list[] = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,"
							   "Replaces,Latitude,Longitude,Household size\n"
							   "MLI,1,ML05,Mopti,MLI,2021-12-20,,,,\n"
							   "MLI,2,ML0503,Djenné,ML05,2021-12-20,,13.906083,-4.553321,\n"
							   "MLI,2,ML0506,Mopti,ML05,2021-12-20,ML0596,,,\n"
							   "MLI,3,ML050399,Kéwa,ML0503,2021-12-20,,,,\n"
							   "MLI,4,ML05039901,Kouakourou quartier,ML050399,2021-12-20,,,,\n"
							   "MLI,1,ML08,Kidal,MLI,2021-12-20,,,,\n"
							   "MLI,2,ML0801,Abeibara,ML08,2021-12-20,,,,\n"
							   "BFA,1,BF49,Centre-Nord,BFA,2020-03-23,,,,\n"
							   "BFA,2,BF4903,Sanmatenga,BF49,2020-03-23,,,,7\n"
							   "SDN,1,SD02,North Darfur,SDN,2020-08-31,,,,\n"
							   "SDN,2,SD02114,Al Fasher,SD02,2020-08-31,,,,\n"
							   "SDN,2,SD02170,Tawila,SD02,2020-08-31,,,,\n";

static const char rig_incident_json[] =
	"{\"id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\", \"status\": \"actual\","
	" \"msg_type\": \"alert\", \"sent\": \"2024-08-07T18:40:00Z\","
	" \"event\": {\"type\": \"battles\"}, \"severity\": \"severe\","
	" \"certainty\": \"observed\", \"location\": {\"country\": \"ML\", \"pcode\": \"ML0503\"},"
	" \"sensitivity\": \"moderate\"}";

struct rig {
	struct tocsin_arena *arena;
	struct tocsin_gazetteer *gazetteer;
};

static inline int rig_setup(void **state)
{
	static struct rig rig;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	rig.arena = tocsin_arena_create(64 << 20, &tocsin_heap);
	rig.gazetteer = tocsin_gazetteer_create();
	assert_non_null(rig.gazetteer);
	assert_int_equal(
		tocsin_gazetteer_add(rig.gazetteer, "list.csv", rig_list, strlen(rig_list), &diagnostics),
		TOCSIN_OK);
	assert_int_equal(tocsin_gazetteer_finish(rig.gazetteer, &diagnostics), TOCSIN_OK);
	tocsin_diagnostics_print(&diagnostics, stderr);
	assert_int_equal(diagnostics.errors, 0);
	tocsin_diagnostics_finish(&diagnostics);
	*state = &rig;
	return 0;
}

static inline int rig_teardown(void **state)
{
	struct rig *rig = *state;
	tocsin_arena_destroy(rig->arena);
	tocsin_gazetteer_destroy(rig->gazetteer);
	return 0;
}

static inline void rig_patch(json_t *target, const json_t *patch)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)patch, key, value)
	{
		json_t *old = json_object_get(target, key);

		if (json_is_null(value)) {
			(void)json_object_del(target, key);
		} else if (json_is_object(value) && json_is_object(old)) {
			rig_patch(old, value);
		} else {
			assert_int_equal(json_object_set(target, key, value), 0);
		}
	}
}

/* patch with ' for ", or NULL. */
static inline Tocsin__V1__Incident *rig_incident(struct rig *rig, const char *patch)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	json_t *value = json_loads(rig_incident_json, 0, NULL);
	assert_non_null(value);
	if (patch != NULL) {
		char *text = strdup(patch);
		assert_non_null(text);
		for (char *at = strchr(text, '\''); at != NULL; at = strchr(at, '\'')) {
			*at = '"';
		}
		json_error_t error;
		json_t *changes = json_loads(text, 0, &error);
		if (changes == NULL) {
			fail_msg("%s at %d in %s", error.text, error.position, text);
		}
		rig_patch(value, changes);
		json_decref(changes);
		free(text);
	}
	tocsin_violations_init(&violations, rig->arena);
	enum tocsin_status status = tocsin_json_read_value(
		&tocsin__v1__incident__descriptor, value, rig->arena, &violations, &message);
	json_decref(value);
	for (size_t i = 0; i < violations.count; i++) {
		print_error("%s %s\n", violations.items[i].field, violations.items[i].id);
	}
	assert_int_equal(status, TOCSIN_OK);
	assert_non_null(message);
	return (Tocsin__V1__Incident *)message;
}

static inline struct tocsin_facts rig_facts(
	struct rig *rig, const Tocsin__V1__Incident *incident, const char *sender)
{
	struct tocsin_facts facts;
	assert_int_equal(
		tocsin_facts_read(incident, sender, RIG_NOW_MS, rig->gazetteer, rig->arena, &facts),
		TOCSIN_OK);
	return facts;
}

static inline uint32_t rig_region(const struct rig *rig, const char *code)
{
	uint32_t region = tocsin_gazetteer_find(rig->gazetteer, code, "").region;
	if (region == TOCSIN_NO_REGION) {
		fail_msg("no region %s", code);
	}
	return region;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts of rig incidents, read back as Tocsin JSON, so that a test says what a
 * subscriber would see. */
#pragma once

#include "rules/rig.h"

#include "rules/render.h"

/* 2024-08-07T18:46:31.250Z, and a day later. */
#define RIG_RECEIVED_MS INT64_C(1723056391250)
#define RIG_EXPIRES_MS INT64_C(1723142791250)

enum { RIG_LOW = 1, RIG_MODERATE, RIG_HIGH, RIG_SEVERE };

static const char *const rig_rule_ids[] = {"mopti-violence", "all"};
static const char *const rig_references[] = {"alert-0"};

static inline struct tocsin_audience rig_audience(int level)
{
	static const char *const names[] = {"", "public", "network", "partners", "coordination"};
	return (struct tocsin_audience){.name = names[level],
		.max_sensitivity = (Tocsin__V1__Sensitivity)level,
		.formats = TOCSIN_FORMAT_PROTOBUF | TOCSIN_FORMAT_JSON};
}

static inline struct tocsin_version rig_version(void)
{
	return (struct tocsin_version){
		.alert_id = "alert-1",
		.incident_id = "chain-1",
		.revision = 2,
		.references = rig_references,
		.reference_count = 1,
		.hub = "mopti-hub",
		.received_ms = RIG_RECEIVED_MS,
		.expires_ms = RIG_EXPIRES_MS,
		.rules = rig_rule_ids,
		.rule_count = 2,
		.sequence = 7,
	};
}

/* In the arena, since alerts borrow from it. */
static inline struct tocsin_ruleset *rig_ruleset(const struct rig *rig)
{
	struct tocsin_ruleset *ruleset = tocsin_arena_zero(rig->arena, 1, sizeof *ruleset);
	*ruleset = (struct tocsin_ruleset){.gazetteer = rig->gazetteer, .version = "0123456789abcdef"};
	return ruleset;
}

static inline Tocsin__V1__Alert *rig_render_for(struct rig *rig, const char *patch,
	const struct tocsin_audience *audience, const struct tocsin_version *version)
{
	Tocsin__V1__Alert *alert = NULL;
	struct tocsin_ruleset *ruleset = rig_ruleset(rig);
	const Tocsin__V1__Incident *incident = rig_incident(rig, patch);
	struct tocsin_facts *facts = tocsin_arena_zero(rig->arena, 1, sizeof *facts);
	*facts = rig_facts(rig, incident, "mopti-17");
	assert_int_equal(
		tocsin_render_alert(incident, facts, ruleset, audience, version, rig->arena, &alert),
		TOCSIN_OK);
	assert_non_null(alert);
	return alert;
}

static inline Tocsin__V1__Alert *rig_render(struct rig *rig, const char *patch, int level)
{
	struct tocsin_audience *audience = tocsin_arena_zero(rig->arena, 1, sizeof *audience);
	struct tocsin_version version = rig_version();
	*audience = rig_audience(level);
	return rig_render_for(rig, patch, audience, &version);
}

static inline Tocsin__V1__Alert *rig_figure(
	struct rig *rig, const char *patch, size_t entry, int level)
{
	Tocsin__V1__Alert *alert = (Tocsin__V1__Alert *)1; /* must be written */
	struct tocsin_ruleset *ruleset = rig_ruleset(rig);
	struct tocsin_audience audience = rig_audience(level);
	struct tocsin_version version = rig_version();
	const Tocsin__V1__Incident *incident = rig_incident(rig, patch);
	struct tocsin_facts facts = rig_facts(rig, incident, "mopti-17");
	assert_int_equal(tocsin_render_figure(
						 incident, entry, &facts, ruleset, &audience, &version, rig->arena, &alert),
		TOCSIN_OK);
	return alert;
}

static inline char *rig_json(struct rig *rig, const Tocsin__V1__Alert *alert)
{
	char *text;
	size_t length;
	assert_int_equal(tocsin_json_write(&alert->base, rig->arena, &text, &length), TOCSIN_OK);
	return text;
}

/* One member of the alert as compact JSON with ' for ", keys sorted; "-" where it
 * is absent. path may go one level down: "area.name". */
static inline char *rig_member(struct rig *rig, const Tocsin__V1__Alert *alert, const char *path)
{
	char first[64];
	json_t *root = json_loads(rig_json(rig, alert), 0, NULL);
	assert_non_null(root);
	size_t length = strcspn(path, ".");
	memcpy(first, path, length);
	first[length] = '\0';
	json_t *value = json_object_get(root, first);
	if (path[length] == '.') {
		value = json_object_get(value, path + length + 1);
	}
	char *text = value == NULL
		? strdup("-")
		: json_dumps(
			  value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
	assert_non_null(text);
	for (char *at = strchr(text, '"'); at != NULL; at = strchr(at, '"')) {
		*at = '\'';
	}
	char *kept = tocsin_arena_text(rig->arena, text, strlen(text));
	free(text);
	json_decref(root);
	return kept;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An engine over a small rule set that tells audiences of every level of whatever
 * comes, and what holds of all that it publishes. */
#pragma once

#include <string.h>

#include "engine/engine.h"
#include "fuzz.h"
#include "proto/text.h"

#define HUB_ROOT "tocsin/v1"
#define HUB_NOW_MS INT64_C(1723056060000) /* 2024-08-07T18:41:00Z */

static const char hub_places[] = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n"
								 "MLI,1,ML05,Mopti,MLI,2021-12-20\n"
								 "MLI,2,ML0503,Djenne,ML05,2021-12-20\n"
								 "MLI,3,ML050301,Kewa,ML0503,2021-12-20\n"
								 "MLI,1,ML08,Kidal,MLI,2021-12-20\n"
								 "SDN,1,SD02,North Darfur,SDN,2021-12-20\n"
								 "SDN,2,SD02114,Al Fasher,SD02,2021-12-20\n";

static const char hub_rules[] = "version: 1\n"
								"gazetteer: [places.csv]\n"
								"hub: fuzz\n"
								"open_senders: true\n"
								"audiences:\n"
								"  coordination: {max_sensitivity: severe}\n"
								"  partners: {max_sensitivity: high}\n"
								"  monitors: {max_sensitivity: moderate}\n"
								"  public: {max_sensitivity: low, detail: adm2}\n"
								"rules:\n"
								"  - id: all\n"
								"    match: {min_severity: minor}\n"
								"    alert: [{audience: coordination, open: true},\n"
								"            {audience: partners, open: true, downgrade: true},\n"
								"            {audience: monitors, open: true, downgrade: true},\n"
								"            {audience: public, open: true, downgrade: true}]\n"
								"default: {alert: [{audience: coordination}]}\n";

static inline enum tocsin_status hub_read(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	const char *from = strcmp(path, "rules.yaml") == 0 ? hub_rules
		: strstr(path, "places.csv")                   ? hub_places
													   : NULL;

	(void)ctx;
	(void)ceiling;
	if (!from)
		return TOCSIN_NOT_FOUND;
	*text = strdup(from);
	FUZZ_HOLDS(*text != NULL);
	*length = strlen(from);
	return TOCSIN_OK;
}

static inline struct tocsin_engine *hub_create(void)
{
	struct tocsin_engine_config config = {.root = HUB_ROOT, .durable = true};
	const struct tocsin_files files = {.read = hub_read};
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;

	memset(config.key, 7, sizeof(config.key));
	tocsin_diagnostics_init(&diagnostics);
	FUZZ_HOLDS(tocsin_ruleset_load("rules.yaml", &files, &diagnostics, &ruleset) == TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	struct tocsin_engine *engine = tocsin_engine_create(&config, ruleset);
	FUZZ_HOLDS(engine != NULL);
	return engine;
}

static inline bool hub_is_beneath(const char *topic, const char *folder)
{
	return strncmp(topic, folder, strlen(folder)) == 0;
}

/* Every level that Tocsin fills has the form of one: no wildcard, no control. */
static inline void hub_check_levels(const char *topic)
{
	FUZZ_HOLDS(hub_is_beneath(topic, HUB_ROOT "/"));
	for (const char *at = topic; *at;) {
		const size_t length = strcspn(at, "/");
		FUZZ_HOLDS(tocsin_text_is_level(at, length));
		at += length;
		FUZZ_HOLDS(!*at || at[1] != '\0');
		at += *at == '/';
	}
}

/* What holds of any publication but a receipt. */
static inline void hub_check_publication(const struct tocsin_publication *publication)
{
	const char *topic = publication->topic;

	hub_check_levels(topic);
	FUZZ_HOLDS(!publication->client_id && !publication->correlation);
	FUZZ_HOLDS(publication->expires_ms == 0 || publication->expires_ms > HUB_NOW_MS);
	if (publication->kind == TOCSIN_PUBLISH_NOTICE)
		FUZZ_HOLDS(hub_is_beneath(topic, HUB_ROOT "/ops/quarantine/"));
	else
		FUZZ_HOLDS(hub_is_beneath(topic, HUB_ROOT "/to/"));
	const bool retained =
		publication->kind == TOCSIN_PUBLISH_OPEN || publication->kind == TOCSIN_PUBLISH_FIGURE;
	FUZZ_HOLDS(publication->retain == retained);
	FUZZ_HOLDS(publication->payload_size > 0 || retained);
}

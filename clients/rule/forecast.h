/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the hub would do with one incident, by the hub's own engine. */
#pragma once

#include "engine/engine.h"
#include "rules/explain.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

struct tocsin_forecast_delivery {
	const char *audience;
	const Tocsin__V1__Alert *alert; /* redacted; its ids are placeholders */
	const char *const *topics;      /* of its own form; the JSON twins are not listed */
	size_t topic_count;
	unsigned qos;
	bool open;
	bool twin; /* the JSON twin goes out, too */
};

/* Whoever makes forecasts: a rule set in an engine with an empty memory. */
struct tocsin_forecaster {
	struct tocsin_ruleset *ruleset; /* the engine's */
	struct tocsin_engine *engine;
	struct tocsin_arena *arena; /* of the forecast at hand */
	bool open_senders;          /* as the rules say */
};

/* Takes ruleset. On failure says why on stderr; finish it all the same. */
bool tocsin_forecaster_start(
	struct tocsin_forecaster *forecaster, struct tocsin_ruleset *ruleset, const char *root);
void tocsin_forecaster_finish(struct tocsin_forecaster *forecaster);

struct tocsin_forecast {
	struct tocsin_arena *arena; /* holds all of it */
	const struct tocsin_ruleset *ruleset;
	const Tocsin__V1__Incident *incident; /* NULL where the bytes are none */
	const Tocsin__V1__Receipt *receipt;
	struct tocsin_facts facts;            /* where there are rules */
	const struct tocsin_explained *rules; /* in file order; none where refused */
	size_t rule_count;
	struct tocsin_forecast_delivery deliveries[TOCSIN_MAX_AUDIENCES];
	size_t delivery_count;
};

struct tocsin_forecast_want {
	enum tocsin_form form;
	const uint8_t *bytes;
	size_t size;
	const char *sender; /* NULL: nobody in particular, who may report anything */
	int64_t now_ms;
	bool rules; /* also why each rule did or did not fire */
};

/* What is forecast lives until the forecaster's next forecast; nothing of it is
 * remembered then. On failure says why on stderr. */
bool tocsin_forecast_make(struct tocsin_forecast *forecast, struct tocsin_forecaster *forecaster,
	const struct tocsin_forecast_want *want);

void tocsin_forecast_print(const struct tocsin_forecast *forecast, bool full);

/* The object of clients/README.md, as one line. */
bool tocsin_forecast_print_json(const struct tocsin_forecast *forecast);

/* The decision alone: no rules, no alerts. */
bool tocsin_forecast_print_line(const struct tocsin_forecast *forecast);

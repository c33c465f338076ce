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

struct tocsin_forecast {
	struct tocsin_arena *arena; /* holds all of it */
	const struct tocsin_ruleset *ruleset;
	const Tocsin__V1__Incident *incident; /* NULL where the bytes are none */
	const Tocsin__V1__Receipt *receipt;
	const struct tocsin_explained *rules; /* in file order; none where refused */
	size_t rule_count;
	struct tocsin_forecast_delivery deliveries[TOCSIN_MAX_AUDIENCES];
	size_t delivery_count;
	struct tocsin_engine *engine;
};

struct tocsin_forecast_want {
	enum tocsin_form form;
	const uint8_t *bytes;
	size_t size;
	const char *sender; /* NULL: nobody in particular, who may report anything */
	const char *root;
	int64_t now_ms;
};

/* Takes ruleset. On failure says why on stderr; finish it all the same. */
bool tocsin_forecast_make(struct tocsin_forecast *forecast, struct tocsin_ruleset *ruleset,
	const struct tocsin_forecast_want *want);
void tocsin_forecast_finish(struct tocsin_forecast *forecast);

void tocsin_forecast_print(const struct tocsin_forecast *forecast, bool full);

/* The object of clients/README.md, as one line. */
bool tocsin_forecast_print_json(const struct tocsin_forecast *forecast);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What other rules would have done with the incidents accepted last. */
#pragma once

#include <jansson.h>

#include "mosquitto/control_recent.h"
#include "rules/ruleset.h"

/* {"incidents", "changed", "lost", "gained", "moved", "extremes_fewer", "loses",
 * "lines": [...]}, the lines for people. Any thread. NULL without memory. */
json_t *tocsin_control_impact(const struct tocsin_recent *recent,
	const struct tocsin_ruleset *before, const struct tocsin_ruleset *after);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every incident accounted for, since the broker's start:
 *   received = accepted + rejected + duplicate + deferred + pending
 *   accepted = routed + defaulted + held */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "proto/arena.h"

struct tocsin_ledger {
	uint64_t received, accepted, rejected, duplicate, deferred, pending;
	uint64_t routed, defaulted, held;
	uint64_t alerts;   /* alert publishes, JSON twins apart */
	uint64_t reserved; /* publishes and wills denied as topic.reserved */
	uint64_t guarded;  /* deliveries and subscriptions that the guard denied */
};

/* Both equations hold. */
bool tocsin_ledger_adds_up(const struct tocsin_ledger *ledger);

/* One line of JSON in arena, or NULL at its ceiling. */
char *tocsin_ledger_json(const struct tocsin_ledger *ledger, struct tocsin_arena *arena);

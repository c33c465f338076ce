/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether an incident's claims contradict each other. */
#pragma once

#include <stdbool.h>

#include "tocsin/v1/incident.pb-c.h"

/* Disputed is an incident where
 *   - two casualty claims of the same kind and group give tolls that no number
 *     meets (a claim reaches from low to high; without low from 0, without high
 *     without end, unless it is qualified as exact), or
 *   - of one kind, somebody reports no toll while somebody else gives one, or
 *   - an actor's attribution is graded 4 (doubtful) or 5 (improbable).
 * Claims of no stated kind are compared with nothing. */
bool tocsin_disputed(const Tocsin__V1__Incident *incident);

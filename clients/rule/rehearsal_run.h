/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Scenarios on the hub's own engine, with a clock that they move themselves. What
 * comes out is JSON; its form is in clients/README.md. */
#pragma once

#include <stdio.h>

#include "clients/rule/rehearsal.h"
#include "clients/rule/rehearsal_coverage.h"
#include "rules/ruleset.h"

/* Runs one scenario under the rules at path, which are loaded for it. coverage may
 * be NULL; it counts what is judged by exactly those rules. The value, new: {file,
 * ok, steps, expectations, failures[] {line, column, step, what, differences[]
 * {field, expected, actual}}}; NULL, and said on stderr, where it could not run. */
json_t *tocsin_rehearsal_run(const struct tocsin_rehearsal *rehearsal, const char *rules,
	struct tocsin_rehearsal_coverage *coverage);

/* What one step must have done against what it did. happened: {"receipt": Receipt,
 * "alerts": [{"audience", "id", "topics", "open", "qos", "alert"}], "digests":
 * [Digest], "cleared": [topic], "reload": "accepted" or "refused"}. Failures are
 * appended to the list, each without its step. Returns the number of expectations. */
size_t tocsin_rehearsal_judge(
	const struct tocsin_rehearsal_step *step, const json_t *happened, json_t *failures);

/* The incident of a publish, new: with id and sent made up where they are missing (the
 * same ones each time), references by name resolved. number is the step's, from 1; sent
 * holds earlier publishes by name: {"sender", "id", "sent"}. NULL without memory. */
json_t *tocsin_rehearsal_incident(
	const struct tocsin_rehearsal_step *step, size_t number, int64_t now_ms, const json_t *sent);

/* Appends what differs between fields (value by path) and a message: {"field",
 * "expected", "actual"}. */
void tocsin_rehearsal_compare(const json_t *fields, const json_t *message, json_t *differences);

/* One such entry, new. Takes both values. */
json_t *tocsin_rehearsal_difference(const char *field, json_t *expected, json_t *actual);

struct tocsin_outcome;

/* Adds what an outcome publishes to what happened. False without memory. */
bool tocsin_rehearsal_collect(
	struct tocsin_arena *arena, const struct tocsin_outcome *outcome, json_t *happened);

/* Whether an MQTT filter with + and # takes a topic. */
bool tocsin_rehearsal_topic_fits(const char *filter, const char *topic);

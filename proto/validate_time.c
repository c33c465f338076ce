/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>

#include "proto/instant.h"
#include "proto/validate_part.h"

/* True where the time is there and within range. */
static bool check(const struct tocsin_validation *validation,
	const Google__Protobuf__Timestamp *time, const char *field)
{
	if (time && !tocsin_instant_valid(time)) {
		tocsin_violations_add(validation->violations, TOCSIN_CHECK_TIME_RANGE, field,
			": years 1 to 9999, nanos 0 to 999999999");
		return false;
	}
	return time != NULL;
}

static void check_at(const struct tocsin_validation *validation,
	const Google__Protobuf__Timestamp *time, const char *list, size_t index, const char *field)
{
	if (time && !tocsin_instant_valid(time)) {
		char path[TOCSIN_MAX_FIELD_PATH];

		(void)snprintf(path, sizeof(path), "%s[%zu].%s", list, index, field);
		(void)check(validation, time, path);
	}
}

static void check_entries(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;

	for (size_t i = 0; i < incident->n_references; i++) {
		check_at(validation, incident->references[i]->sent, "references", i, "sent");
	}
	for (size_t i = 0; i < incident->n_displacement; i++) {
		const Tocsin__V1__Displacement *entry = incident->displacement[i];

		check_at(validation, entry->cumulative_since, "displacement", i, "cumulative_since");
		check_at(validation, entry->as_of, "displacement", i, "as_of");
	}
	for (size_t i = 0; i < incident->n_sources; i++) {
		check_at(validation, incident->sources[i]->published, "sources", i, "published");
	}
}

static void check_sent(const struct tocsin_validation *validation)
{
	const int64_t sent_ms = tocsin_instant_ms(validation->incident->sent);

	if (sent_ms > validation->now_ms + TOCSIN_CLOCK_AHEAD_MS ||
		sent_ms < validation->now_ms - TOCSIN_CLOCK_BEHIND_MS) {
		tocsin_validation_add(validation, TOCSIN_CHECK_SENT_CLOCK, "sent");
	}
}

void tocsin_validate_time(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;
	const Tocsin__V1__Period *occurred = incident->occurred;
	const bool sent = check(validation, incident->sent, "sent");

	tocsin_validation_require(validation, incident->sent, "sent", NULL);
	if (sent) {
		check_sent(validation);
	}
	if (occurred) {
		const bool start = check(validation, occurred->start, "occurred.start");
		const bool end = check(validation, occurred->end, "occurred.end");

		if (start && end && tocsin_instant_compare(occurred->end, occurred->start) < 0) {
			tocsin_validation_add(validation, TOCSIN_CHECK_OCCURRED_ORDER, "occurred.end");
		}
	}
	/* A Cancel may repeat what has run out since. */
	if (check(validation, incident->expires, "expires") && !validation->cancel) {
		if (sent && tocsin_instant_compare(incident->expires, incident->sent) <= 0) {
			tocsin_validation_add(validation, TOCSIN_CHECK_EXPIRES_ORDER, "expires");
		} else if (tocsin_instant_ms(incident->expires) <= validation->now_ms) {
			tocsin_validation_add(validation, TOCSIN_CHECK_EXPIRES_PAST, "expires");
		}
	}
	check_entries(validation);
}

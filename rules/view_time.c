/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/instant.h"
#include "rules/render.h"
#include "rules/view.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS };

/* How far a treatment cuts, in ms; 1 where it keeps, 0 where it drops. */
static int64_t unit_of(enum tocsin_treatment treatment)
{
	switch (treatment) {
	case TOCSIN_TREAT_KEEP:
		return 1;
	case TOCSIN_TREAT_MINUTE:
		return MINUTE_MS;
	case TOCSIN_TREAT_HOUR:
		return HOUR_MS;
	case TOCSIN_TREAT_DAY:
		return INT64_C(24) * HOUR_MS;
	default:
		return 0;
	}
}

int64_t tocsin_render_expires(const struct tocsin_audience *audience, int64_t expires_ms)
{
	int64_t unit = unit_of(tocsin_redaction(TOCSIN_REDACTED_EXPIRES, audience->max_sensitivity));
	return unit > 1 ? tocsin_instant_floor(expires_ms + unit - 1, unit) : expires_ms;
}

Google__Protobuf__Timestamp *tocsin_view_instant(
	struct tocsin_view *view, enum tocsin_redacted field, int64_t ms)
{
	int64_t unit = unit_of(tocsin_view_treatment(view, field));
	if (unit == 0) {
		return NULL;
	}
	Google__Protobuf__Timestamp *time = tocsin_view_alloc(view, 1, sizeof *time);
	if (time != NULL) {
		*time = (Google__Protobuf__Timestamp)GOOGLE__PROTOBUF__TIMESTAMP__INIT;
		tocsin_instant_set(time, tocsin_instant_floor(ms, unit));
	}
	return time;
}

Google__Protobuf__Timestamp *tocsin_view_time(
	struct tocsin_view *view, enum tocsin_redacted field, const Google__Protobuf__Timestamp *time)
{
	return time == NULL ? NULL : tocsin_view_instant(view, field, tocsin_instant_ms(time));
}

/* A time that was cut is known no closer than the cut. What a sender left open
 * stays open where only seconds went. */
static Tocsin__V1__TimePrecision precision_of(
	Tocsin__V1__TimePrecision precision, enum tocsin_treatment treatment)
{
	Tocsin__V1__TimePrecision finest = treatment == TOCSIN_TREAT_HOUR
		? TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_HOUR
		: treatment == TOCSIN_TREAT_DAY ? TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_DAY
										: TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_UNSPECIFIED;
	return precision < finest ? finest : precision;
}

Tocsin__V1__Period *tocsin_view_period(struct tocsin_view *view, const Tocsin__V1__Period *period)
{
	if (period == NULL) {
		return NULL;
	}
	Tocsin__V1__Period *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = (Tocsin__V1__Period)TOCSIN__V1__PERIOD__INIT;
	copy->start = tocsin_view_time(view, TOCSIN_REDACTED_OCCURRED, period->start);
	copy->end = tocsin_view_time(view, TOCSIN_REDACTED_OCCURRED_END, period->end);
	copy->precision =
		precision_of(period->precision, tocsin_view_treatment(view, TOCSIN_REDACTED_OCCURRED));
	return copy;
}

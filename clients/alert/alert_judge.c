/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/alert_judge.h"

#include <string.h>

static bool lies_in(const Tocsin__V1__Area *area, const char *code)
{
	if (!area)
		return false;
	if (strcmp(area->country, code) == 0)
		return true;
	for (size_t i = 0; i < area->n_pcodes; i++)
		if (strcmp(area->pcodes[i], code) == 0)
			return true;
	return false;
}

static bool lies_in_any(const struct tocsin_alert_want *want, const Tocsin__V1__Area *area)
{
	for (size_t i = 0; i < want->region_count; i++) {
		const struct tocsin_region_path *path = &want->regions[i];
		if (path->count && lies_in(area, path->levels[path->count - 1]))
			return true;
	}
	return want->region_count == 0;
}

struct tocsin_alert_judgement tocsin_alert_judge(
	const struct tocsin_alert_want *want, const Tocsin__V1__Alert *alert)
{
	int event = alert->event ? (int)alert->event->type : 0;
	struct tocsin_alert_judgement judgement = {
		.in_region = lies_in_any(want, alert->area),
		/* A value newer than this program is above its scale, not below. */
		.severe_enough = alert->severity >= want->least,
		.event_wanted =
			want->events == 0 || event < 0 || event > 31 || (want->events >> event & 1) != 0,
		.severity_unknown = alert->severity <= TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN,
	};
	return judgement;
}

bool tocsin_alert_wanted(const struct tocsin_alert_judgement *judgement)
{
	return judgement->in_region && judgement->event_wanted &&
		(judgement->severe_enough || judgement->severity_unknown);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/reading.h"

#include "proto/instant.h"

static bool has_figure(const Tocsin__V1__Displacement *entry)
{
	return entry->figure_presence_case == TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
}

bool tocsin_incident_may_omit_severity(const Tocsin__V1__Incident *incident)
{
	if (!incident->event ||
		(incident->event->type != TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_DISPLACEMENT &&
			incident->event->type != TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD)) {
		return false;
	}
	for (size_t i = 0; i < incident->n_displacement; i++) {
		if (has_figure(incident->displacement[i])) {
			return true;
		}
	}
	return false;
}

Tocsin__V1__Severity tocsin_incident_severity(const Tocsin__V1__Incident *incident)
{
	return incident->severity == TOCSIN__V1__SEVERITY__SEVERITY_UNSPECIFIED &&
			tocsin_incident_may_omit_severity(incident)
		? TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN
		: incident->severity;
}

Tocsin__V1__Certainty tocsin_incident_certainty(const Tocsin__V1__Incident *incident)
{
	return incident->certainty == TOCSIN__V1__CERTAINTY__CERTAINTY_UNSPECIFIED &&
			tocsin_incident_may_omit_severity(incident)
		? TOCSIN__V1__CERTAINTY__CERTAINTY_UNKNOWN
		: incident->certainty;
}

Tocsin__V1__Sensitivity tocsin_incident_sensitivity(const Tocsin__V1__Incident *incident)
{
	return incident->sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_UNSPECIFIED
		? TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE
		: incident->sensitivity;
}

int64_t tocsin_incident_expires_ms(const Tocsin__V1__Incident *incident, int64_t received_ms)
{
	if (!incident->expires || !tocsin_instant_valid(incident->expires)) {
		return 0;
	}
	const int64_t expires_ms = tocsin_instant_ms(incident->expires);
	if (expires_ms > received_ms || !incident->sent || !tocsin_instant_valid(incident->sent)) {
		return expires_ms;
	}
	const int64_t span_ms = expires_ms - tocsin_instant_ms(incident->sent);
	return received_ms + (span_ms > 0 ? span_ms : 1);
}

int64_t tocsin_incident_start_ms(const Tocsin__V1__Incident *incident)
{
	return tocsin_instant_ms(incident->occurred && incident->occurred->start
			? incident->occurred->start
			: incident->sent);
}

bool tocsin_displacement_counted(const Tocsin__V1__Displacement *entry)
{
	return entry->role != TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_TRIANGULATION && has_figure(entry) &&
		entry->unit != TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_UNSPECIFIED &&
		entry->population != TOCSIN__V1__POPULATION__POPULATION_UNSPECIFIED &&
		entry->flow_or_stock != TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_UNSPECIFIED;
}

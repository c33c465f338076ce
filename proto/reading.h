/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How Tocsin reads a field that a sender may leave out. Rules, topics and alerts
 * all use these, so that they can never differ. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tocsin/v1/incident.pb-c.h"

/* A displacement or food incident with a figure may leave severity and certainty
 * out: unspecified is read as UNKNOWN. */
bool tocsin_incident_may_omit_severity(const Tocsin__V1__Incident *incident);
Tocsin__V1__Severity tocsin_incident_severity(const Tocsin__V1__Incident *incident);
Tocsin__V1__Certainty tocsin_incident_certainty(const Tocsin__V1__Incident *incident);

/* Unspecified is read as SEVERE. */
Tocsin__V1__Sensitivity tocsin_incident_sensitivity(const Tocsin__V1__Incident *incident);

/* When the incident itself expires, in ms since 1970; 0 where it does not say.
 * One already past on receipt counts its span from sent from received_ms on. */
int64_t tocsin_incident_expires_ms(const Tocsin__V1__Incident *incident, int64_t received_ms);

/* occurred.start, else sent, in ms since 1970. */
int64_t tocsin_incident_start_ms(const Tocsin__V1__Incident *incident);

/* Counted: role is not triangulation, and unit, population, flow_or_stock and
 * figure are all given. */
bool tocsin_displacement_counted(const Tocsin__V1__Displacement *entry);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A report in words, before it is kept. */
#pragma once

#include "clients/base/paper.h"
#include "tocsin/v1/incident.pb-c.h"

void tocsin_incident_print(const struct tocsin_paper *paper, const Tocsin__V1__Incident *incident);

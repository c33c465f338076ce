/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hub's status for Prometheus. */
#pragma once

#include <stdio.h>

#include <jansson.h>

/* Writes what a status says in the text exposition format (prometheus.io, 0.0.4).
 * status NULL: there is no sign of a hub, which is a metric as well. What it does not
 * say is left out. Labels are audience and state, never who sent. */
void tocsin_status_prometheus(const json_t *status, FILE *out);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A turn of the broker's loop (MOSQ_EVT_TICK), and its SIGHUP (MOSQ_EVT_RELOAD).
 * userdata is a struct tocsin_host. */
#pragma once

/* Always MOSQ_ERR_SUCCESS. */
int tocsin_tick_take(int event, void *event_data, void *userdata);

/* Asks the worker for a load; the tick swaps. 2.0 wants MOSQ_ERR_PLUGIN_DEFER, so
 * that the next plugin is asked too and logins go on; 2.1 ends the broker on
 * everything but success. */
int tocsin_reload_take(int event, void *event_data, void *userdata);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Mosquitto's headers, in the one order that compiles from 2.0.11 to 2.1, and what
 * differs between them. 2.1 moved them, and its shims at the old places warn. The
 * header at build time and the broker at run time may be of different versions, so
 * behaviour is asked of the running broker. */
#pragma once

#if __has_include(<mosquitto/broker_plugin.h>)
#include <mosquitto.h>
#else
/* clang-format off: mosquitto_plugin.h needs mosquitto_broker.h before it */
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <mqtt_protocol.h>
/* clang-format on */
#endif

#include <stdbool.h>

#if LIBMOSQUITTO_VERSION_NUMBER < 2001000
int mosquitto_plugin_set_info(
	mosquitto_plugin_id_t *identifier, const char *plugin_name, const char *plugin_version);
#endif
#pragma weak mosquitto_plugin_set_info

/* The running broker is 2.1 or later: only those have mosquitto_plugin_set_info. */
static inline bool tocsin_compat_is_2_1(void)
{
	return mosquitto_plugin_set_info != NULL;
}

/* MOSQ_ERR_PLUGIN_IGNORE: decided as if the callback were not registered. 2.1 alone
 * knows it; 2.0 closes the connection. */
enum { TOCSIN_COMPAT_IGNORE = 32 };

/* Asks for the next tick within ms. 2.0 ignores it, and has the field at the same
 * place under another name. */
static inline void tocsin_compat_next_tick(struct mosquitto_evt_tick *tick, long ms)
{
#if LIBMOSQUITTO_VERSION_NUMBER < 2001000
	tick->next_ns = ms;
#else
	tick->next_ms = ms;
#endif
	tick->next_s = 0;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/tick.h"

#include "mosquitto/clock.h"
#include "mosquitto/host.h"

enum {
	TICK_MS = 100,    /* 2.1 without websockets would else sleep for hours */
	AWAKE_MS = 1,     /* 2.1 gives no tick before its time, whatever wakes the loop */
	LISTEN_MS = 1000, /* so long after a message the next is expected */
};

static long next_tick_ms(const struct tocsin_host *host)
{
	bool listens = tocsin_clock_steady_ms() - host->heard_steady_ms < LISTEN_MS;

	return host->pulse.pace != TOCSIN_PACE_REST || listens ? AWAKE_MS : TICK_MS;
}

int tocsin_tick_take(int event, void *event_data, void *userdata)
{
	struct tocsin_host *host = userdata;

	(void)event;
	host->ticked = true;
	tocsin_host_turn(host, tocsin_clock_ms());
	tocsin_compat_next_tick(event_data, next_tick_ms(host));
	return MOSQ_ERR_SUCCESS;
}

int tocsin_reload_take(int event, void *event_data, void *userdata)
{
	struct tocsin_host *host = userdata;

	(void)event;
	(void)event_data;
	tocsin_log(MOSQ_LOG_NOTICE, "reloading the rules in %s", host->options.rules_file);
	tocsin_reload_request(host->reload);
	return tocsin_compat_is_2_1() ? MOSQ_ERR_SUCCESS : MOSQ_ERR_PLUGIN_DEFER;
}

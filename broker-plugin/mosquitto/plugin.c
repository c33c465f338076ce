/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The three functions that the broker looks up. Everything else is hidden: brokers
 * before 2.1 load plugins into one name space with themselves. */
#include <stdatomic.h>
#include <stddef.h>

#include "mosquitto/compat.h"
#include "mosquitto/control.h"
#include "mosquitto/guard.h"
#include "mosquitto/host.h"
#include "mosquitto/message.h"
#include "mosquitto/tick.h"

#define ENTRY __attribute__((visibility("default")))

enum { ABI_VERSION = 5 };

/* A second plugin line loads the same image: two hosts would then answer each
 * message, and own one journal. */
static atomic_flag loaded = ATOMIC_FLAG_INIT;

static const struct {
	int event;
	MOSQ_FUNC_generic_callback take;
	const char *topic; /* of MOSQ_EVT_CONTROL */
} callbacks[] = {
	{MOSQ_EVT_MESSAGE, tocsin_message_take, NULL},
	{MOSQ_EVT_TICK, tocsin_tick_take, NULL},
	{MOSQ_EVT_RELOAD, tocsin_reload_take, NULL},
	{MOSQ_EVT_CONTROL, tocsin_control_take, TOCSIN_CONTROL_TOPIC},
	{MOSQ_EVT_ACL_CHECK, tocsin_guard_take, NULL},
};

enum { CALLBACKS = sizeof(callbacks) / sizeof(callbacks[0]) };

/* Without admins nobody is listened to, so the broker need not know the topic. A
 * registered access check changes the broker's answers to everybody. */
static bool is_wanted(const struct tocsin_host *host, size_t callback)
{
	switch (callbacks[callback].event) {
	case MOSQ_EVT_CONTROL:
		return host->control;
	case MOSQ_EVT_ACL_CHECK:
		return host->options.guard != TOCSIN_GUARD_OFF;
	default:
		return true;
	}
}

static void unregister(struct tocsin_host *host, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_wanted(host, i))
			(void)mosquitto_callback_unregister(
				host->identifier, callbacks[i].event, callbacks[i].take, callbacks[i].topic);
	}
}

static int register_all(struct tocsin_host *host)
{
	for (size_t i = 0; i < CALLBACKS; i++) {
		if (!is_wanted(host, i))
			continue;
		int rc = mosquitto_callback_register(
			host->identifier, callbacks[i].event, callbacks[i].take, callbacks[i].topic, host);

		if (rc != MOSQ_ERR_SUCCESS) {
			tocsin_log(MOSQ_LOG_ERR, "the broker does not take callback %d (error %d)",
				callbacks[i].event, rc);
			unregister(host, i);
			return rc;
		}
	}
	return MOSQ_ERR_SUCCESS;
}

ENTRY int mosquitto_plugin_version(int supported_version_count, const int *supported_versions)
{
	for (int i = 0; i < supported_version_count; i++) {
		if (supported_versions[i] == ABI_VERSION)
			return ABI_VERSION;
	}
	return -1;
}

ENTRY int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **userdata,
	struct mosquitto_opt *options, int option_count)
{
	struct tocsin_host *host = NULL;

	*userdata = NULL;
	if (atomic_flag_test_and_set(&loaded)) {
		tocsin_log(MOSQ_LOG_ERR, "the plugin is loaded twice: leave one plugin line");
		return MOSQ_ERR_INVAL;
	}
	if (tocsin_compat_is_2_1())
		(void)mosquitto_plugin_set_info(identifier, "tocsin", TOCSIN_VERSION);
	enum tocsin_status status = tocsin_host_create(identifier, options, option_count, &host);
	if (status == TOCSIN_OK && register_all(host) == MOSQ_ERR_SUCCESS) {
		tocsin_log(MOSQ_LOG_NOTICE, "ready: version %s, root %s, journal %s, guard %s",
			TOCSIN_VERSION, host->options.topic_root,
			host->options.journal_file ? host->options.journal_file : "none",
			tocsin_guard_name(host->options.guard));
		*userdata = host;
		return MOSQ_ERR_SUCCESS;
	}
	tocsin_host_destroy(host);
	atomic_flag_clear(&loaded);
	return status == TOCSIN_NO_MEMORY ? MOSQ_ERR_NOMEM : MOSQ_ERR_INVAL;
}

ENTRY int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count)
{
	struct tocsin_host *host = userdata;

	(void)options;
	(void)option_count;
	/* 2.1 also cleans up after a failed init, which has left nothing. */
	if (!host)
		return MOSQ_ERR_SUCCESS;
	unregister(host, CALLBACKS);
	tocsin_host_destroy(host);
	atomic_flag_clear(&loaded);
	return MOSQ_ERR_SUCCESS;
}

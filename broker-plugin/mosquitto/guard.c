/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/guard.h"

#include <string.h>

#include "engine/guard.h"
#include "mosquitto/host.h"

#define SHARE "$share/"
#define CONTROL_TREE "$CONTROL/tocsin"

/* The filter of a shared subscription stands behind the name of the share. */
static const char *without_share(const char *filter)
{
	if (strncmp(filter, SHARE, strlen(SHARE)) != 0)
		return filter;
	const char *slash = strchr(filter + strlen(SHARE), '/');
	return slash ? slash + 1 : "";
}

/* Requests alone are written there, and answers go to the asking client. A will on any
 * topic there would pass the plugin by, to whoever may read it. */
static bool denies_control(const struct tocsin_access *access)
{
	if (access->kind == TOCSIN_ACCESS_WRITE)
		return strcmp(access->topic, TOCSIN_CONTROL_TOPIC) != 0;
	return !access->admin;
}

static bool is_control(const char *topic)
{
	const size_t length = strlen(CONTROL_TREE);

	return strncmp(topic, CONTROL_TREE, length) == 0 &&
		(topic[length] == '\0' || topic[length] == '/');
}

static bool denies(const struct tocsin_host *host, const struct tocsin_access *access)
{
	return is_control(access->topic)
		? denies_control(access)
		: tocsin_guard_denies(host->engine, host->options.guard, access);
}

/* On 2.0 all that every check leaves to another is denied, and whoever allows decides. */
static int leave(const struct tocsin_host *host)
{
	if (tocsin_compat_is_2_1())
		return TOCSIN_COMPAT_IGNORE;
	return host->options.guard == TOCSIN_GUARD_ALONE ? MOSQ_ERR_SUCCESS : MOSQ_ERR_PLUGIN_DEFER;
}

int tocsin_guard_take(int event, void *event_data, void *userdata)
{
	const struct mosquitto_evt_acl_check *check = event_data;
	struct tocsin_host *host = userdata;
	struct tocsin_access access = {
		.topic = check->topic,
		.user = check->client ? mosquitto_client_username(check->client) : NULL,
		.client_id = check->client ? mosquitto_client_id(check->client) : NULL,
	};

	(void)event;
	access.admin = tocsin_options_is_admin(&host->options, access.user);
	switch (check->access) {
	case MOSQ_ACL_READ:
		access.kind = TOCSIN_ACCESS_READ;
		break;
	case MOSQ_ACL_WRITE:
		access.kind = TOCSIN_ACCESS_WRITE;
		break;
	case MOSQ_ACL_SUBSCRIBE:
		access.kind = TOCSIN_ACCESS_SUBSCRIBE;
		access.topic = without_share(check->topic);
		break;
	default: /* to unsubscribe gives nobody anything */
		return leave(host);
	}
	if (!denies(host, &access))
		return leave(host);
	if (access.kind == TOCSIN_ACCESS_WRITE)
		tocsin_engine_count_reserved(host->engine);
	else
		tocsin_engine_count_guarded(host->engine);
	return MOSQ_ERR_ACL_DENIED;
}

void tocsin_guard_log_unread(const struct tocsin_host *host)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);

	for (size_t i = 0; host->options.guard == TOCSIN_GUARD_ALONE && i < rules->audience_count;
		 i++) {
		if (rules->audiences[i].member_count == 0)
			tocsin_log(MOSQ_LOG_WARNING,
				"audience %s names no members: with plugin_opt_guard alone nobody can read it",
				rules->audiences[i].name);
	}
}

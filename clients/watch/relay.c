/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/relay.h"

#include <string.h>

#include "clients/base/mqtt.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "proto/text.h"

enum option {
	FORMAT,
	AUDIENCE,
	TO,
	SENDER,
	SENDER_NAME,
	WEB,
	CONTACT,
	EXERCISES,
	NO_OPEN,
	MEMORY,
	QUIET,
};

static const struct tocsin_option own_options[] = {
	[FORMAT] = {"format", 0, "FORM", N_("cap or geojson (cap)")},
	[AUDIENCE] = {"audience", 'a', "NAME", N_("whose alerts (partners); again for more")},
	[TO] = {"to", 0, "PREFIX", N_("before the topics (tocsin-cap or tocsin-geojson)")},
	[SENDER] = {"sender", 0, "ID", N_("CAP sender, globally unique (the hub's name)")},
	[SENDER_NAME] = {"sender-name", 0, "TEXT", N_("CAP senderName (the hub's name)")},
	[WEB] = {"web", 0, "URL", N_("CAP web, where the alert has no source's page")},
	[CONTACT] = {"contact", 0, "TEXT", N_("CAP contact")},
	[EXERCISES] = {"exercises", 0, NULL, N_("exercises and tests, too, in trees of their own")},
	[NO_OPEN] = {"no-open", 0, NULL, N_("do not begin with what is open already")},
	[MEMORY] = {"memory", 0, "FILE", N_("what was relayed (~/.local/state/tocsin/CLIENT-ID)")},
	[QUIET] = {"quiet", 'q', NULL, N_("only what is urgent on stderr")},
};

enum { MAX_PREFIX = 200, SESSION_S = 7 * 24 * 60 * 60 };

struct relay_options {
	struct tocsin_relay relay;
	char id[160]; /* of the client, where no option says one */
};

static const char *take_audience(struct tocsin_relay *relay, const char *value)
{
	if (!tocsin_text_is_level(value, strlen(value)))
		return N_("is no audience's name");
	if (relay->audience_count == TOCSIN_MAX_RELAYED_AUDIENCES)
		return N_("too many audiences");
	relay->audiences[relay->audience_count++] = value;
	return NULL;
}

static const char *take_prefix(struct tocsin_relay *relay, const char *value)
{
	size_t length = strnlen(value, MAX_PREFIX + 1);
	if (length == 0 || length > MAX_PREFIX || *value == '/' || *value == '$' ||
		value[length - 1] == '/' || strchr(value, ' ') ||
		mosquitto_pub_topic_check(value) != MOSQ_ERR_SUCCESS ||
		mosquitto_validate_utf8(value, (int)length) != MOSQ_ERR_SUCCESS)
		return N_("must be a topic without wildcards and spaces, such as agency/cap");
	relay->to = value;
	return NULL;
}

static const char *take_format(struct tocsin_relay *relay, const char *value)
{
	relay->geojson = strcmp(value, "geojson") == 0;
	return relay->geojson || strcmp(value, "cap") == 0 ? NULL : N_("knows cap and geojson");
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct relay_options *options = ctx;
	struct tocsin_relay *relay = &options->relay;
	switch ((enum option)index) {
	case FORMAT:
		return take_format(relay, value);
	case AUDIENCE:
		return take_audience(relay, value);
	case TO:
		return take_prefix(relay, value);
	case SENDER:
		relay->cap.sender = value;
		return tocsin_cap_is_sender(value)
			? NULL
			: N_("must be a word without commas, quotes, < and &, such as hub@example.org");
	case SENDER_NAME:
		relay->cap.sender_name = value;
		return NULL;
	case WEB:
		relay->cap.web = value;
		return tocsin_cap_is_web(value) ? NULL : N_("must be a whole http or https address");
	case CONTACT:
		relay->cap.contact = value;
		return NULL;
	case EXERCISES:
		relay->exercises = true;
		return NULL;
	case NO_OPEN:
		relay->no_open = true;
		return NULL;
	case MEMORY:
		relay->memory = value;
		return *value ? NULL : N_("names no file");
	case QUIET:
		relay->quiet = true;
		return NULL;
	}
	return N_("cannot be taken");
}

/* Beneath its own root the hub refuses what others publish. */
static bool is_beneath_root(const struct tocsin_relay *relay)
{
	const char *root = relay->connection.root;
	size_t length = strlen(root);
	for (size_t i = 0; i < relay->audience_count; i++) {
		char topic[MAX_PREFIX + 70];
		snprintf(topic, sizeof(topic), "%s/%s", relay->to, relay->audiences[i]);
		if (strncmp(topic, root, length) == 0 && (topic[length] == '/' || topic[length] == '\0'))
			return true;
	}
	return false;
}

/* A session that lasts has a name that stays: this form of these alerts at that place. */
static enum tocsin_exit name_session(struct relay_options *options)
{
	struct tocsin_relay *relay = &options->relay;
	struct tocsin_connection *connection = &relay->connection;
	connection->session_s = SESSION_S;
	if (connection->client_id)
		return TOCSIN_EXIT_OK;
	snprintf(options->id, sizeof(options->id), "tocsin-relay-%s-%s",
		relay->geojson ? "geojson" : "cap", relay->audiences[0]);
	options->id[64] = '\0'; /* as long as an id may be */
	connection->client_id = strdup(options->id);
	return connection->client_id ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit start(const struct tocsin_usage *usage, struct relay_options *options)
{
	struct tocsin_relay *relay = &options->relay;
	if (relay->audience_count == 0)
		relay->audiences[relay->audience_count++] = "partners";
	if (!relay->to)
		relay->to = relay->geojson ? "tocsin-geojson" : "tocsin-cap";
	if (!tocsin_connection_complete(&relay->connection))
		return TOCSIN_EXIT_USAGE;
	if (is_beneath_root(relay))
		return tocsin_usage_fail(usage,
			_("--to: the hub takes nothing beneath %s but its own; choose another prefix"),
			relay->connection.root);
	enum tocsin_exit code = name_session(options);
	return code == TOCSIN_EXIT_OK ? tocsin_relay_run(relay) : code;
}

enum tocsin_exit tocsin_run_relay(int argc, char **argv)
{
	struct relay_options options = {0};
	struct tocsin_relay *relay = &options.relay;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&relay->connection);
	relay->in.signals = relay->out.signals = -1;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&relay->connection),
	};
	const struct tocsin_usage usage = {
		.command = "relay",
		.synopsis = N_("[OPTION]..."),
		.summary =
			N_("Pass an audience's alerts on as CAP 1.2 or GeoJSON, to topics of their own."),
		.example =
			"  tocsin relay -h hub.example.org -u cap-relay --audience public --to agency/cap\n"
			"  tocsin relay --format geojson --audience partners --to maps/alerts",
		.notes = N_(
			"PREFIX/NAME/alert/severe/battles/ML/ML05 stands for the hub's own topic; the account\n"
			"must be allowed to read the audience and to write beneath PREFIX. The session is "
			"kept\n"
			"for seven days, so that nothing is missed while the relay is away: run one relay for\n"
			"each client id (-i; else tocsin-relay-FORM-NAME, by the first audience).\n"
			"Exit: 0 interrupted, 1 refused, 2 usage, 3 cannot connect."),
		.sets = sets,
		.set_count = sizeof(sets) / sizeof(*sets),
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = start(&usage, &options);
	tocsin_relay_finish(relay);
	return code;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/commands.h"
#include "clients/mqtt.h"
#include "clients/number.h"
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
	[FORMAT] = {"format", 0, "FORM", "cap or geojson (cap)"},
	[AUDIENCE] = {"audience", 'a', "NAME", "whose alerts (partners); again for more"},
	[TO] = {"to", 0, "PREFIX", "before the topics (tocsin-cap or tocsin-geojson)"},
	[SENDER] = {"sender", 0, "ID", "CAP sender, globally unique (the hub's name)"},
	[SENDER_NAME] = {"sender-name", 0, "TEXT", "CAP senderName (the hub's name)"},
	[WEB] = {"web", 0, "URL", "CAP web, where the alert has no source's page"},
	[CONTACT] = {"contact", 0, "TEXT", "CAP contact"},
	[EXERCISES] = {"exercises", 0, NULL, "exercises and tests, too, in trees of their own"},
	[NO_OPEN] = {"no-open", 0, NULL, "do not begin with what is open already"},
	[MEMORY] = {"memory", 0, "FILE", "what was relayed (~/.local/state/tocsin/CLIENT-ID)"},
	[QUIET] = {"quiet", 'q', NULL, "only what is urgent on stderr"},
};

enum {
	MAX_PREFIX = 200,
	SESSION_S = 7 * 24 * 60 * 60,
	MAX_ALERT_MEMORY = 64 << 20,
	DRAIN_MS = 5000,
	SYNC_MS = 1000,
};

struct relay_options {
	struct tocsin_relay relay;
	const char *memory;
	char id[160]; /* of the client, where no option says one */
};

static const char *take_audience(struct tocsin_relay *relay, const char *value)
{
	if (!tocsin_text_is_level(value, strlen(value)))
		return "is no audience's name";
	if (relay->audience_count == TOCSIN_MAX_RELAYED_AUDIENCES)
		return "too many audiences";
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
		return "must be a topic without wildcards and spaces, such as agency/cap";
	relay->to = value;
	return NULL;
}

static const char *take_format(struct tocsin_relay *relay, const char *value)
{
	relay->geojson = strcmp(value, "geojson") == 0;
	return relay->geojson || strcmp(value, "cap") == 0 ? NULL : "knows cap and geojson";
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
			: "must be a word without commas, quotes, < and &, such as hub@example.org";
	case SENDER_NAME:
		relay->cap.sender_name = value;
		return NULL;
	case WEB:
		relay->cap.web = value;
		return tocsin_cap_is_web(value) ? NULL : "must be a whole http or https address";
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
		options->memory = value;
		return *value ? NULL : "names no file";
	case QUIET:
		relay->quiet = true;
		return NULL;
	}
	return "cannot be taken";
}

static void on_connected(void *ctx)
{
	struct tocsin_relay *relay = ctx;
	if (relay->connected_before)
		tocsin_relay_note(relay, true, "connected again");
	relay->connected_before = true;
	tocsin_relay_subscribe(relay);
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	tocsin_relay_take(ctx, message);
}

static void on_subscribed(void *ctx, int id, bool allowed)
{
	struct tocsin_relay *relay = ctx;
	(void)id;
	relay->answered++;
	relay->refused += allowed ? 0 : 1;
	if (relay->answered < relay->asked)
		return;
	if (relay->refused)
		tocsin_relay_note(relay, true,
			"the broker refused %zu of %zu subscriptions: this account may not read all "
			"that you asked for",
			relay->refused, relay->asked);
	else
		tocsin_relay_note(relay, false, "relaying to %s", relay->to);
}

static void on_published(void *ctx, int id, int reason)
{
	tocsin_relay_answered(ctx, id, reason);
}

static void subscribe(struct tocsin_relay *relay, const char *audience, const char *rest)
{
	char filter[512];
	snprintf(filter, sizeof(filter), "%s/to/%s/%s", relay->connection.root, audience, rest);
	if (tocsin_session_subscribe(&relay->session, filter) >= 0)
		relay->asked++;
}

/* Both twins: an audience may be sent one of them alone. What is open comes last, so
 * that what waited for us keeps its topics. */
void tocsin_relay_subscribe(struct tocsin_relay *relay)
{
	static const char *const always[] = {"heartbeat", "alert/#", "alert-json/#"};
	static const char *const drills[] = {"exercise/#", "exercise-json/#", "test/#", "test-json/#"};
	static const char *const standing[] = {"open/#", "open-json/#"};
	relay->asked = relay->answered = relay->refused = 0;
	for (size_t a = 0; a < relay->audience_count; a++) {
		const char *audience = relay->audiences[a];
		tocsin_heartbeat_start(&relay->heartbeats[a], tocsin_ticks_ms());
		for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
			subscribe(relay, audience, always[i]);
		for (size_t i = 0; relay->exercises && i < sizeof(drills) / sizeof(*drills); i++)
			subscribe(relay, audience, drills[i]);
		for (size_t i = 0; !relay->no_open && i < sizeof(standing) / sizeof(*standing); i++)
			subscribe(relay, audience, standing[i]);
	}
}

static bool all_refused(const struct tocsin_relay *relay)
{
	return relay->asked && relay->refused == relay->asked;
}

/* Interrupted: what is on its way may still be answered, and is then remembered. A
 * second signal ends it at once. */
static void drain(struct tocsin_relay *relay)
{
	char taken[256];
	int64_t until_ms = tocsin_ticks_ms() + DRAIN_MS;
	if (read(relay->session.signals, taken, sizeof(taken)) < 0)
		return;
	while (relay->pending && tocsin_ticks_ms() < until_ms)
		if (tocsin_session_step(&relay->session, until_ms - tocsin_ticks_ms()) != TOCSIN_STEP_DONE)
			return;
}

static enum tocsin_exit follow(struct tocsin_relay *relay)
{
	int64_t sync_ms = tocsin_ticks_ms() + SYNC_MS;
	while (!all_refused(relay) && !relay->publish_refused) {
		switch (tocsin_session_step(&relay->session, SYNC_MS)) {
		case TOCSIN_STEP_SIGNAL:
			drain(relay);
			return TOCSIN_EXIT_OK;
		case TOCSIN_STEP_LOST:
			tocsin_relay_note(relay, true, "the line broke: trying again");
			break;
		case TOCSIN_STEP_NO_READER:
		case TOCSIN_STEP_DONE:
			break;
		}
		tocsin_relay_check_heartbeats(relay);
		if (tocsin_ticks_ms() >= sync_ms) {
			tocsin_relayed_sync(relay->relayed);
			sync_ms = tocsin_ticks_ms() + SYNC_MS;
		}
	}
	return TOCSIN_EXIT_REFUSED;
}

/* The folders of a path, from the one that ends at slash on. */
static void make_folders(const char *path, char *slash)
{
	for (; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

/* The usual place, by the XDG base directories; NULL where there is none. */
static char *usual_memory(const char *client_id)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	bool own = state && *state == '/';
	char *path = NULL;
	if (strchr(client_id, '/') || (!own && (!home || *home != '/')))
		return NULL;
	if (asprintf(
			&path, "%s%s/tocsin/%s", own ? state : home, own ? "" : "/.local/state", client_id) < 0)
		return NULL;
	/* A home that is not there is nobody's to make. */
	make_folders(path, own ? path + strlen(state) : strchr(path + strlen(home) + 1, '/'));
	return path;
}

static enum tocsin_exit open_memory(struct relay_options *options)
{
	struct tocsin_relay *relay = &options->relay;
	char *usual = options->memory ? NULL : usual_memory(relay->session.client_id);
	const char *path = options->memory ? options->memory : usual;
	enum tocsin_status status = tocsin_relayed_open(path, &relay->relayed);
	const char *why = status == TOCSIN_LIMIT ? "another relay is using it"
		: status == TOCSIN_INVALID           ? "is no memory of a relay"
											 : strerror(errno);
	if (status == TOCSIN_IO && usual) {
		tocsin_relay_note(
			relay, true, "%s: %s; nothing is remembered over a restart (see --memory)", usual, why);
		status = tocsin_relayed_open(NULL, &relay->relayed);
	} else if (status == TOCSIN_OK && !path) {
		tocsin_relay_note(relay, true, "nothing is remembered over a restart (see --memory)");
	} else if (status != TOCSIN_OK) {
		tocsin_relay_note(relay, true, "%s: %s", path ? path : "memory", why);
	}
	free(usual);
	return status == TOCSIN_OK ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit run(struct relay_options *options)
{
	struct tocsin_relay *relay = &options->relay;
	const struct tocsin_handlers handlers = {.ctx = relay,
		.connected = on_connected,
		.message = on_message,
		.subscribed = on_subscribed,
		.published = on_published};
	relay->arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	if (!relay->arena) {
		fprintf(stderr, "tocsin: out of memory\n");
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code = tocsin_session_prepare(&relay->session, &relay->connection, &handlers);
	if (code == TOCSIN_EXIT_OK)
		code = open_memory(options);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&relay->session);
	return code == TOCSIN_EXIT_OK ? follow(relay) : code;
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
			"--to: the hub takes nothing beneath %s but its own; choose another prefix",
			relay->connection.root);
	enum tocsin_exit code = name_session(options);
	return code == TOCSIN_EXIT_OK ? run(options) : code;
}

enum tocsin_exit tocsin_run_relay(int argc, char **argv)
{
	struct relay_options options = {0};
	struct tocsin_relay *relay = &options.relay;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&relay->connection);
	relay->session.signals = -1;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&relay->connection),
	};
	const struct tocsin_usage usage = {
		.command = "relay",
		.synopsis = "[OPTION]...",
		.summary = "Pass an audience's alerts on as CAP 1.2 or GeoJSON, to topics of their own.",
		.example =
			"  tocsin relay -h hub.example.org -u cap-relay --audience public --to agency/cap\n"
			"  tocsin relay --format geojson --audience partners --to maps/alerts",
		.notes =
			"PREFIX/NAME/alert/severe/battles/ML/ML05 stands for the hub's own topic; the account\n"
			"must be allowed to read the audience and to write beneath PREFIX. The session is "
			"kept\n"
			"for seven days, so that nothing is missed while the relay is away: run one relay for\n"
			"each client id (-i; else tocsin-relay-FORM-NAME, by the first audience).\n"
			"Exit: 0 interrupted, 1 refused, 2 usage, 3 cannot connect.",
		.sets = sets,
		.set_count = sizeof(sets) / sizeof(*sets),
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = start(&usage, &options);
	tocsin_relay_finish(relay);
	return code;
}

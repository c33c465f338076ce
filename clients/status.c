/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/commands.h"
#include "clients/control.h"
#include "clients/json_out.h"
#include "clients/number.h"
#include "clients/status_prometheus.h"

#define LEDGER_TOPIC "$SYS/broker/tocsin/ledger"
#define STATE_TOPIC "$SYS/broker/tocsin/state"

/* What retained signs need to arrive. */
enum { SIGN_WAIT_MS = 3000, OPERATOR_WAIT_MS = 3000, MAX_SIGN = 64 * 1024, LOOK_MS = 50 };

/* What everybody may read: one heartbeat will do, they differ in their audience. */
struct signs {
	json_t *heartbeat, *ledger, *state;
};

static void on_sign(void *ctx, const struct tocsin_message *message)
{
	struct signs *signs = ctx;
	json_t **slot = &signs->heartbeat;
	if (message->size > MAX_SIGN)
		return;
	if (strcmp(message->topic, LEDGER_TOPIC) == 0)
		slot = &signs->ledger;
	else if (strcmp(message->topic, STATE_TOPIC) == 0)
		slot = &signs->state;
	json_t *sign = json_loadb((const char *)message->payload, message->size, 0, NULL);
	if (!sign)
		return;
	json_decref(*slot);
	*slot = sign;
}

static void merge(json_t *into, json_t *from)
{
	if (from)
		json_object_update_missing(into, from);
}

static json_t *status_of_signs(const struct signs *signs)
{
	json_t *status = json_object();
	merge(status, signs->heartbeat);
	merge(status, signs->state);
	if (signs->ledger)
		json_object_set(status, "ledger", signs->ledger);
	/* They are of one audience, which the reader did not ask for. */
	json_object_del(status, "audience");
	json_object_del(status, "sequence");
	return status;
}

static void wait_for_signs(struct tocsin_control *control, const struct signs *signs)
{
	int64_t until_ms = tocsin_ticks_ms() + SIGN_WAIT_MS;
	while (!(signs->heartbeat && signs->ledger) && tocsin_ticks_ms() < until_ms)
		if (tocsin_session_step(&control->session, LOOK_MS) != TOCSIN_STEP_DONE)
			return;
}

static const char *text_of(const json_t *status, const char *key)
{
	const char *text = json_string_value(json_object_get(status, key));
	return text && *text ? text : "?";
}

static long long number_of(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static void print_rules(const json_t *status)
{
	const char *state = text_of(status, "rules_state");
	json_t *item;
	size_t i;
	printf("rules    version %s", text_of(status, "rules_version"));
	if (json_object_get(status, "rules"))
		printf(", %lld rules", number_of(status, "rules"));
	if (strcmp(state, "ok") == 0)
		puts(", as in the file");
	else if (strcmp(state, "stale") == 0)
		puts(": OLD RULES, the file was broken when it was last read");
	else
		puts(": OLD RULES, the file was broken at the start");
	json_array_foreach(json_object_get(status, "diagnostics"), i, item)
		printf("         %s:%lld:%lld: %s: %s\n", text_of(item, "file"), number_of(item, "line"),
			number_of(item, "column"), text_of(item, "level"), text_of(item, "message"));
}

static void print_status(const json_t *status)
{
	const json_t *ledger = json_object_get(status, "ledger");
	const char *journal = text_of(status, "journal_state");
	printf("hub      %s, %s\n", text_of(status, "hub"), text_of(status, "time"));
	print_rules(status);
	printf("journal  %s", journal);
	if (strcmp(journal, "ok") != 0 && strcmp(journal, "none") != 0)
		printf(": %s", text_of(status, "journal_error"));
	putchar('\n');
	if (ledger)
		printf("ledger   %lld received: %lld accepted (%lld routed, %lld by default, %lld held), "
			   "%lld rejected, %lld repeated, %lld put off, %lld being written\n",
			number_of(ledger, "received"), number_of(ledger, "accepted"),
			number_of(ledger, "routed"), number_of(ledger, "defaulted"), number_of(ledger, "held"),
			number_of(ledger, "rejected"), number_of(ledger, "duplicate"),
			number_of(ledger, "deferred"), number_of(ledger, "pending"));
	if (json_object_get(status, "silences"))
		printf("silences %lld\n", number_of(status, "silences"));
}

static bool is_well(const json_t *status)
{
	const char *journal = text_of(status, "journal_state");
	return strcmp(text_of(status, "rules_state"), "ok") == 0 &&
		(strcmp(journal, "ok") == 0 || strcmp(journal, "none") == 0);
}

/* What the hub tells an operator, else what it shows everybody. */
static enum tocsin_exit look(
	struct tocsin_control *control, struct signs *signs, const char *root, json_t **status)
{
	char filter[1024];
	json_t *response = NULL;
	snprintf(filter, sizeof(filter), "%s/to/+/heartbeat", root);
	if (tocsin_session_subscribe(&control->session, filter) < 0 ||
		tocsin_session_subscribe(&control->session, "$SYS/broker/tocsin/#") < 0)
		return TOCSIN_EXIT_CONNECT;
	enum tocsin_exit code =
		tocsin_control_ask(control, "getStatus", NULL, OPERATOR_WAIT_MS, &response);
	if (code == TOCSIN_EXIT_OK) {
		*status = json_incref(json_object_get(response, "data"));
	} else {
		wait_for_signs(control, signs);
		if (signs->heartbeat || signs->state)
			*status = status_of_signs(signs);
	}
	json_decref(response);
	if (*status)
		return is_well(*status) ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
	fprintf(stderr, "tocsin status: no sign of a hub under %s that this user may read\n", root);
	return TOCSIN_EXIT_TIMEOUT;
}

enum form { FOR_PEOPLE, AS_JSON, FOR_PROMETHEUS };

/* Whoever collects figures wants to see that there are none, too. */
static void print(const json_t *status, enum form form)
{
	if (form == FOR_PROMETHEUS)
		tocsin_status_prometheus(status, stdout);
	else if (status && form == AS_JSON)
		tocsin_json_line_value(json_deep_copy(status), stdout);
	else if (status)
		print_status(status);
}

static enum tocsin_exit run(struct tocsin_connection *connection, enum form form)
{
	struct signs signs = {0};
	struct tocsin_control control = {
		.message = on_sign, .message_ctx = &signs, .quiet = true, .session.signals = -1};
	json_t *status = NULL;
	if (!tocsin_connection_complete(connection))
		return TOCSIN_EXIT_USAGE;
	enum tocsin_exit code = tocsin_control_open(&control, connection);
	if (code == TOCSIN_EXIT_OK)
		code = look(&control, &signs, connection->root, &status);
	print(status, form);
	json_decref(status);
	json_decref(signs.heartbeat);
	json_decref(signs.ledger);
	json_decref(signs.state);
	tocsin_control_close(&control);
	return code;
}

enum option { JSON, PROMETHEUS };

static const struct tocsin_option own_options[] = {
	[JSON] = {"json", 0, NULL, "print it as one line of JSON"},
	[PROMETHEUS] = {"prometheus", 0, NULL, "print figures in Prometheus's text format"},
};

static const char *take(void *ctx, size_t index, char *value)
{
	const enum form wanted = index == JSON ? AS_JSON : FOR_PROMETHEUS;
	enum form *form = ctx;
	(void)value;
	if (*form != FOR_PEOPLE && *form != wanted)
		return "--json and --prometheus exclude each other";
	*form = wanted;
	return NULL;
}

enum tocsin_exit tocsin_run_status(int argc, char **argv)
{
	enum form form = FOR_PEOPLE;
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &form},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "status",
		.synopsis = "[OPTION]...",
		.summary = "Show how the hub is: its rules, its journal, its ledger.",
		.example = "  tocsin status -h hub.example -u admin\n"
				   "  tocsin status -h hub.example -u admin --prometheus > tocsin.prom",
		.notes =
			"A user on plugin_opt_admins is told all of it by the hub; anybody else sees what\n"
			"the heartbeat and $SYS show. Exit: 0 all is well, 1 old rules run or the journal\n"
			"fails, 2 usage, 3 cannot connect, 4 no sign of a hub.",
		.sets = sets,
		.set_count = 2,
		.max_operands = 0,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&connection, form);
	tocsin_connection_finish(&connection);
	return code;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/control.h"
#include "clients/hub/status_print.h"
#include "clients/hub/status_prometheus.h"

#define LEDGER_TOPIC "$SYS/broker/tocsin/ledger"
#define STATE_TOPIC "$SYS/broker/tocsin/state"

/* What retained signs need to arrive. */
enum {
	EVERY_MS = 5000,
	SIGN_WAIT_MS = 3000,
	OPERATOR_WAIT_MS = 3000,
	MAX_SIGN = 64 * 1024,
	LOOK_MS = 50
};

/* What everybody may read: one heartbeat will do, they differ in their audience. */
struct signs {
	json_t *heartbeat, *ledger, *state;
	bool no_operator; /* the hub did not answer this user's command */
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
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (!signs->no_operator)
		code = tocsin_control_ask(control, "getStatus", NULL, OPERATOR_WAIT_MS, &response);
	signs->no_operator = code == TOCSIN_EXIT_REFUSED || code == TOCSIN_EXIT_TIMEOUT;
	if (code == TOCSIN_EXIT_OK) {
		*status = json_incref(json_object_get(response, "data"));
	} else {
		wait_for_signs(control, signs);
		if (signs->heartbeat || signs->state)
			*status = status_of_signs(signs);
	}
	json_decref(response);
	if (*status)
		return tocsin_status_is_well(*status) ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
	fprintf(stderr, _("tocsin status: no sign of a hub under %s that this user may read\n"), root);
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
		tocsin_status_print(status, stdout);
}

struct options {
	struct tocsin_connection connection;
	enum form form;
	bool watch;
	int64_t every_ms;
};

/* False where it is to end. */
static bool wait_for_next(struct tocsin_control *control, int64_t every_ms)
{
	int64_t until_ms = tocsin_ticks_ms() + every_ms;
	while (tocsin_ticks_ms() < until_ms || !control->session.up)
		switch (tocsin_session_step(&control->session, until_ms - tocsin_ticks_ms())) {
		case TOCSIN_STEP_SIGNAL:
		case TOCSIN_STEP_NO_READER:
			return false;
		case TOCSIN_STEP_LOST:
			fprintf(stderr, _("tocsin status: the line broke: trying again\n"));
			break;
		case TOCSIN_STEP_DONE:
			break;
		}
	return true;
}

/* On a terminal in place of what stood there, else one after the other. */
static void print_again(const json_t *status, enum form form)
{
	const bool terminal = form == FOR_PEOPLE && isatty(STDOUT_FILENO) == 1;
	if (terminal)
		fputs("\033[H\033[2J", stdout);
	print(status, form);
	if (form == FOR_PEOPLE && !terminal)
		putchar('\n');
	fflush(stdout);
}

static enum tocsin_exit follow(
	struct tocsin_control *control, struct signs *signs, const struct options *options)
{
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	control->session.mind_reader = true;
	do {
		json_t *status = NULL;
		code = look(control, signs, options->connection.root, &status);
		if (status)
			print_again(status, options->form);
		json_decref(status);
	} while (!ferror(stdout) && wait_for_next(control, options->every_ms));
	return code;
}

static enum tocsin_exit look_once(
	struct tocsin_control *control, struct signs *signs, const struct options *options)
{
	json_t *status = NULL;
	enum tocsin_exit code = look(control, signs, options->connection.root, &status);
	print(status, options->form);
	json_decref(status);
	return code;
}

static enum tocsin_exit run(struct options *options)
{
	struct signs signs = {0};
	struct tocsin_control control = {
		.message = on_sign, .message_ctx = &signs, .quiet = true, .session.signals = -1};
	if (!tocsin_connection_complete(&options->connection))
		return TOCSIN_EXIT_USAGE;
	enum tocsin_exit code = tocsin_control_open(&control, &options->connection);
	if (code != TOCSIN_EXIT_OK)
		print(NULL, options->form);
	else if (options->watch)
		code = follow(&control, &signs, options);
	else
		code = look_once(&control, &signs, options);
	json_decref(signs.heartbeat);
	json_decref(signs.ledger);
	json_decref(signs.state);
	tocsin_control_close(&control);
	return code;
}

enum option { JSON, PROMETHEUS, WATCH, EVERY };

static const struct tocsin_option own_options[] = {
	[JSON] = {"json", 0, NULL, N_("print it as one line of JSON")},
	[PROMETHEUS] = {"prometheus", 0, NULL, N_("print figures in Prometheus's text format")},
	[WATCH] = {"watch", 0, NULL, N_("again and again, until Ctrl-C")},
	[EVERY] = {"every", 0, "SPAN", N_("so often (5s); with --watch")},
};

static const char *take(void *ctx, size_t index, char *value)
{
	const enum form wanted = index == JSON ? AS_JSON : FOR_PROMETHEUS;
	struct options *options = ctx;
	if (index == WATCH) {
		options->watch = true;
		return options->form == FOR_PROMETHEUS ? N_("and --prometheus exclude each other") : NULL;
	}
	if (index == EVERY)
		return tocsin_duration_read(value, &options->every_ms) && options->every_ms > 0
			? NULL
			: N_("wants a span such as 5s or 1m");
	if (options->form != FOR_PEOPLE && options->form != wanted)
		return wanted == AS_JSON ? N_("and --prometheus exclude each other")
								 : N_("and --json exclude each other");
	options->form = wanted;
	return wanted == FOR_PROMETHEUS && options->watch ? N_("and --watch exclude each other") : NULL;
}

enum tocsin_exit tocsin_run_status(int argc, char **argv)
{
	struct options options = {.form = FOR_PEOPLE, .every_ms = EVERY_MS};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&options.connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&options.connection)};
	const struct tocsin_usage usage = {
		.command = "status",
		.synopsis = N_("[OPTION]..."),
		.summary = N_("Show how the hub is: its rules, its journal, its ledger."),
		.example = "  tocsin status -h hub.example -u admin\n"
				   "  tocsin status -h hub.example -u admin --prometheus > tocsin.prom\n"
				   "  tocsin status -h hub.example -u admin --watch",
		.notes =
			N_("A user on plugin_opt_admins is told all of it by the hub; anybody else sees\n"
			   "what the heartbeat and $SYS show. Exit: 0 all is well, 1 old rules run or the\n"
			   "journal fails, 2 usage, 3 cannot connect, 4 no sign of a hub; with --watch that\n"
			   "of the last look."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 0,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&options);
	tocsin_connection_finish(&options.connection);
	return code;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/hub/control.h"
#include "clients/hub/doctor_checks.h"
#include "clients/watch/heartbeat.h"

enum {
	OPERATOR_WAIT_MS = 3000,
	MAX_SIGN = 64 * 1024,
	HEARTBEAT_MS = 30000,
	DRIFT_MS = 5000,         /* of an answer that is as old as its way here */
	WRONG_CLOCK_MS = 300000, /* from here on the hub warns each sender: sent.clock */
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static bool time_of(const json_t *object, int64_t *time_ms)
{
	return tocsin_time_read(text_of(object, "time"), tocsin_now_ms(), time_ms) ==
		TOCSIN_TIME_MOMENT;
}

static void on_sign(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_doctor *doctor = ctx;
	int64_t time_ms = 0, newest_ms = 0;
	if (message->size > MAX_SIGN)
		return;
	json_t *sign = json_loadb((const char *)message->payload, message->size, 0, NULL);
	const bool newer = sign && time_of(sign, &time_ms) &&
		(!time_of(doctor->heartbeat, &newest_ms) || time_ms > newest_ms);
	if (newer) {
		json_decref(doctor->heartbeat);
		doctor->heartbeat = json_incref(sign);
		doctor->heard_at_ms = tocsin_now_ms();
	}
	json_decref(sign);
}

/* Whatever comes of the question, the heartbeats that the broker retains have come before. */
static enum tocsin_exit ask(struct tocsin_doctor *doctor, struct tocsin_control *control)
{
	char filter[1024];
	json_t *response = NULL;
	snprintf(filter, sizeof(filter), "%s/to/+/heartbeat", doctor->root);
	if (tocsin_session_subscribe(&control->session, filter) < 0)
		return TOCSIN_EXIT_CONNECT;
	const enum tocsin_exit code =
		tocsin_control_ask(control, "getStatus", NULL, OPERATOR_WAIT_MS, &response);
	if (code == TOCSIN_EXIT_OK) {
		doctor->status = json_incref(json_object_get(response, "data"));
		doctor->heard_at_ms = tocsin_now_ms();
	}
	json_decref(response);
	return code == TOCSIN_EXIT_CONNECT ? code : TOCSIN_EXIT_OK;
}

enum tocsin_exit tocsin_doctor_call(struct tocsin_doctor *doctor)
{
	struct tocsin_control control = {
		.message = on_sign, .message_ctx = doctor, .quiet = true, .session.signals = -1};
	enum tocsin_exit code = tocsin_control_open(&control, doctor->connection);
	if (code == TOCSIN_EXIT_OK)
		code = ask(doctor, &control);
	tocsin_control_close(&control);
	return code;
}

/* {0} more, {1} the rule file, {2} to {4} host, port and user. */
static void say_state(
	struct tocsin_doctor *doctor, const struct tocsin_remark *remark, const char *more)
{
	const struct tocsin_connection *to = doctor->connection;
	const char *rules = text_of(doctor->status, "rules_file");
	char port[16];
	if (!*rules)
		rules = tocsin_doctor_option(doctor, "rules_file");
	snprintf(port, sizeof(port), "%d", to->port);
	tocsin_doctor_say(doctor, remark, tocsin_nowhere, more, rules ? rules : "RULES", to->host, port,
		to->user ? to->user : "USER", NULL);
}

static void look_at_rules(struct tocsin_doctor *doctor, const json_t *sign)
{
	static const struct tocsin_remark old = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the hub runs on old rules ({0})"),
		.why = N_("the rule file was broken when it was last read"),
		.type = "tocsin check {1} && tocsin reload {1} -h {2} -p {3} -u {4}"};
	const char *state = text_of(sign, "rules_state");
	if (strcmp(state, "ok") != 0)
		say_state(doctor, &old, state);
}

static void look_at_journal(struct tocsin_doctor *doctor, const json_t *sign)
{
	static const struct tocsin_remark failing = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the hub's journal is not well ({0})"),
		.why = N_("reports are put off until it is"),
		.type = "tocsin status -h {2} -p {3} -u {4}"};
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the hub has no journal"),
		.why = N_("a restart forgets what was reported, and receipts say so"),
		.type = "plugin_opt_journal_file /var/lib/tocsin/journal.sqlite",
		.line = true};
	const char *state = text_of(sign, "journal_state");
	if (strcmp(state, "none") == 0) {
		if (!doctor->path) /* else the configuration has been looked at */
			tocsin_doctor_say(doctor, &none, (struct tocsin_spot){"mosquitto.conf", 0}, NULL);
	} else if (strcmp(state, "ok") != 0) {
		say_state(doctor, &failing, state);
	}
}

/* An answer is of now; a heartbeat may be as old as the next is near, and one of a hub that
 * died is older. */
static void look_at_time(struct tocsin_doctor *doctor, const json_t *sign)
{
	static const struct tocsin_remark silent = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the hub's last sign of life is of {0} s ago"),
		.why = N_("it is dead, or its clock is late"),
		.type = "tocsin status -h {2} -p {3} -u {4}"};
	static const struct tocsin_remark apart = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the hub's clock and this machine's are {0} s apart"),
		.why = N_("it warns of each report that its time is wrong"),
		.type = "timedatectl set-ntp true"};
	static const struct tocsin_remark drifting = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the hub's clock and this machine's are {0} s apart"),
		.type = "timedatectl set-ntp true"};
	const bool answered = sign == doctor->status;
	int64_t time_ms = 0;
	char seconds[32];
	if (!time_of(sign, &time_ms))
		return;
	const int64_t late_ms = doctor->heard_at_ms - time_ms;
	const int64_t apart_ms = late_ms < 0 ? -late_ms : late_ms;
	const int64_t slack_ms = answered || late_ms < 0 ? DRIFT_MS : HEARTBEAT_MS + DRIFT_MS;
	snprintf(seconds, sizeof(seconds), "%lld", (long long)apart_ms / 1000);
	if (!answered && late_ms > TOCSIN_HEARTBEAT_SILENCE_MS)
		say_state(doctor, &silent, seconds);
	else if (apart_ms > WRONG_CLOCK_MS)
		say_state(doctor, &apart, seconds);
	else if (apart_ms > slack_ms)
		say_state(doctor, &drifting, seconds);
}

bool tocsin_doctor_signs(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("no sign of a hub that this user may read"),
		.why = N_("a heartbeat is where an audience's alerts are"),
		.type = "tocsin doctor -h {2} -p {3} -u USER"};
	const json_t *sign = doctor->status ? doctor->status : doctor->heartbeat;
	if (!sign) {
		say_state(doctor, &none, "");
		return true;
	}
	look_at_rules(doctor, sign);
	look_at_journal(doctor, sign);
	look_at_time(doctor, sign);
	return true;
}

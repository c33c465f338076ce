/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"
#include "clients/hub/doctor_probe.h"

/* Where a forged message is to arrive, and what has. */
struct forgery {
	char alert[TOCSIN_PROBE_TOPIC];
	char box[TOCSIN_PROBE_TOPIC]; /* in this user's own box, which it may read; "" without a name */
	bool alert_came, box_came;
};

static void on_forged(void *ctx, const struct tocsin_message *message)
{
	struct forgery *forgery = ctx;
	if (strcmp(message->topic, forgery->alert) == 0)
		forgery->alert_came = true;
	else if (strcmp(message->topic, forgery->box) == 0)
		forgery->box_came = true;
}

static void name_topics(const struct tocsin_doctor *doctor, struct forgery *forgery)
{
	const char *user = doctor->user;
	snprintf(
		forgery->alert, sizeof(forgery->alert), "%s/to/" TOCSIN_PROBE_NAME "/probe", doctor->root);
	if (user)
		snprintf(forgery->box, sizeof(forgery->box), "%s/from/%s/" TOCSIN_PROBE_NAME, doctor->root,
			user);
}

static struct tocsin_spot guard_place(const struct tocsin_doctor *doctor)
{
	if (!doctor->plugged)
		return (struct tocsin_spot){"mosquitto.conf", 0};
	const struct tocsin_conf_line *line =
		tocsin_conf_plugin_option(&doctor->conf, &doctor->plugin, "guard");
	return tocsin_doctor_at(doctor, line ? line : doctor->plugin.line);
}

bool tocsin_doctor_try_publish(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the broker took what this user published as an alert"),
		.why = N_("no plugin keeps {0}/to/ for itself: anybody can alert everybody"),
		.type = "plugin /usr/lib/tocsin/mosquitto_tocsin.so",
		.line = true};
	struct tocsin_visit visit = {.session.signals = -1};
	const struct tocsin_visitor visitor = {0};
	struct forgery forgery = {0};
	name_topics(doctor, &forgery);
	if (tocsin_doctor_enter(doctor, &visit, &visitor) &&
		tocsin_doctor_heard(doctor,
			tocsin_visit_publish(&visit, forgery.alert, TOCSIN_PROBE_TEXT)) == TOCSIN_ANSWER_YES)
		tocsin_doctor_say(doctor, &open,
			(struct tocsin_spot){doctor->path ? doctor->path : "mosquitto.conf", 0}, doctor->root,
			NULL);
	tocsin_visit_close(&visit);
	return true;
}

/* Connects with a will and breaks off. Once the same client id is let in again, the broker
 * has published the will, or denied it. */
static bool leave_will(struct tocsin_doctor *doctor, const char *topic)
{
	struct tocsin_visit visit = {.session.signals = -1};
	struct tocsin_visitor visitor = {.will_topic = topic, .will_text = TOCSIN_PROBE_TEXT};
	char id[sizeof(visit.session.client_id)];
	bool left = tocsin_doctor_enter(doctor, &visit, &visitor);
	snprintf(id, sizeof(id), "%s", visit.session.client_id);
	tocsin_visit_break(&visit);
	if (!left)
		return false;
	visit = (struct tocsin_visit){.session.signals = -1};
	visitor = (struct tocsin_visitor){.client_id = id};
	left = tocsin_doctor_enter(doctor, &visit, &visitor);
	tocsin_visit_close(&visit);
	return left;
}

/* Whether this user reads its own box, and so would see a will there. */
static enum tocsin_answer begin_to_watch(
	struct tocsin_doctor *doctor, struct tocsin_visit *witness, const struct forgery *forgery)
{
	enum tocsin_answer answer =
		tocsin_doctor_heard(doctor, tocsin_visit_subscribe(witness, forgery->alert));
	if (*forgery->box && (answer == TOCSIN_ANSWER_YES || answer == TOCSIN_ANSWER_NO))
		answer = tocsin_doctor_heard(doctor, tocsin_visit_subscribe(witness, forgery->box));
	return answer;
}

static void judge(
	struct tocsin_doctor *doctor, const struct forgery *forgery, enum tocsin_answer watches)
{
	static const struct tocsin_remark alert = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("a last will of this user arrived among the alerts"),
		.why = N_("it can forge one"),
		.type = "plugin_opt_guard {0}",
		.line = true};
	static const struct tocsin_remark box = {.mark = TOCSIN_MARK_WARN,
		.what = N_("a last will of this user passed by the plugin, into its own box"),
		.why = N_("the ACL alone keeps it out of others' topics"),
		.type = "plugin_opt_guard {0}",
		.line = true};
	static const struct tocsin_remark blind = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("this user cannot read where the will would have come"),
		.why = N_("only with a user name and a box of its own it could be seen")};
	struct tocsin_conf_plugin dynsec;
	const bool others =
		!doctor->path || tocsin_doctor_acl(doctor) || tocsin_doctor_dynsec(doctor, &dynsec);
	const char *right = others ? "beside" : "alone";
	if (forgery->alert_came)
		tocsin_doctor_say(doctor, &alert, guard_place(doctor), right, NULL);
	else if (forgery->box_came)
		tocsin_doctor_say(doctor, &box, guard_place(doctor), right, NULL);
	else if (!*forgery->box || watches == TOCSIN_ANSWER_NO ||
		(doctor->has_acl && !tocsin_doctor_acl_lets_read(doctor, doctor->user, forgery->box)))
		tocsin_doctor_say(doctor, &blind, tocsin_nowhere, NULL);
}

bool tocsin_doctor_try_wills(struct tocsin_doctor *doctor)
{
	struct forgery forgery = {0};
	struct tocsin_visit witness = {
		.session.signals = -1, .message = on_forged, .message_ctx = &forgery};
	const struct tocsin_visitor visitor = {0};
	name_topics(doctor, &forgery);
	if (tocsin_doctor_enter(doctor, &witness, &visitor)) {
		const enum tocsin_answer watches = begin_to_watch(doctor, &witness, &forgery);
		const bool watching = watches == TOCSIN_ANSWER_YES || watches == TOCSIN_ANSWER_NO;
		if (watching && leave_will(doctor, forgery.alert) &&
			(!*forgery.box || leave_will(doctor, forgery.box)) &&
			tocsin_doctor_catch_up(doctor, &witness))
			judge(doctor, &forgery, watches);
	}
	tocsin_visit_close(&witness);
	return true;
}

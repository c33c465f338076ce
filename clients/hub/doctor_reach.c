/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/texts.h"
#include "clients/base/tongue.h"
#include "clients/hub/doctor_audience.h"
#include "clients/hub/doctor_checks.h"
#include "clients/hub/doctor_probe.h"

#define DYNSEC "$CONTROL/dynamic-security/v1"
enum { MAX_ANSWER = 64 * 1024 };

#define QUESTION "{\"commands\":[{\"command\":\"getDefaultACLAccess\"}]}"

static void on_control(void *ctx, const struct tocsin_message *message)
{
	bool *obeyed = ctx;
	if (message->size > MAX_ANSWER)
		return;
	json_t *answer = json_loadb((const char *)message->payload, message->size, 0, NULL);
	const json_t *first = json_array_get(json_object_get(answer, "responses"), 0);
	*obeyed = *obeyed || json_object_get(first, "data");
	json_decref(answer);
}

/* Asks dynamic security what changes nothing, and only an administrator is told. */
static void try_dynsec(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("this user may change dynamic security, and is no administrator of the hub"),
		.why = N_("it can give itself every right"),
		.type = "mosquitto_ctrl dynsec removeClientRole {0} admin"};
	bool obeyed = false;
	struct tocsin_visit visit = {
		.session.signals = -1, .message = on_control, .message_ctx = &obeyed};
	const struct tocsin_visitor visitor = {0};
	if (tocsin_doctor_enter(doctor, &visit, &visitor) &&
		tocsin_doctor_heard(doctor, tocsin_visit_subscribe(&visit, DYNSEC "/response")) ==
			TOCSIN_ANSWER_YES &&
		tocsin_doctor_heard(doctor, tocsin_visit_publish(&visit, DYNSEC, QUESTION)) ==
			TOCSIN_ANSWER_YES &&
		tocsin_doctor_catch_up(doctor, &visit) && obeyed)
		tocsin_doctor_say(
			doctor, &open, tocsin_nowhere, doctor->user ? doctor->user : "USER", NULL);
	tocsin_visit_close(&visit);
}

bool tocsin_doctor_try_control(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark admin = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("this user is an administrator, whom the hub obeys"),
		.why = N_("what others may do shows with a reporter's account"),
		.type = "tocsin doctor -h {0} -u USER"};
	if (doctor->status)
		tocsin_doctor_say(doctor, &admin, tocsin_nowhere, doctor->connection->host, NULL);
	else
		try_dynsec(doctor);
	return true;
}

/* What came of what was subscribed to. */
struct reach {
	const char *root, *user;
	size_t root_length;
	struct tocsin_texts *alerts, *heartbeats; /* audiences */
	bool others_box;
};

static void note(struct tocsin_texts *texts, const char *name, size_t length)
{
	char text[256];
	if (length < sizeof(text)) {
		snprintf(text, sizeof(text), "%.*s", (int)length, name);
		(void)tocsin_texts_add(texts, text);
	}
}

static void on_reached(void *ctx, const struct tocsin_message *message)
{
	struct reach *reach = ctx;
	const char *rest = message->topic;
	if (strncmp(rest, reach->root, reach->root_length) != 0 || rest[reach->root_length] != '/')
		return;
	rest += reach->root_length + 1;
	const bool box = strncmp(rest, "from/", 5) == 0;
	if (!box && strncmp(rest, "to/", 3) != 0)
		return;
	const char *name = rest + (box ? 5 : 3);
	const size_t length = strcspn(name, "/");
	if (!box)
		note(strcmp(name + length, "/heartbeat") == 0 ? reach->heartbeats : reach->alerts, name,
			length);
	else if (!reach->user || strlen(reach->user) != length ||
		memcmp(name, reach->user, length) != 0)
		reach->others_box = true;
}

static const struct tocsin_audience *find_audience(
	const struct tocsin_ruleset *rules, const char *name)
{
	for (size_t i = 0; i < rules->audience_count; i++)
		if (strcmp(rules->audiences[i].name, name) == 0)
			return &rules->audiences[i];
	return NULL;
}

static void judge_audiences(struct tocsin_doctor *doctor, const struct tocsin_texts *names,
	const struct tocsin_remark *remark)
{
	const char *user = doctor->user;
	for (size_t i = 0; doctor->rules && i < tocsin_texts_count(names); i++) {
		const char *name = tocsin_texts_at(names, (uint32_t)i);
		const struct tocsin_audience *audience = find_audience(doctor->rules, name);
		if (audience && !tocsin_audience_admits(doctor->rules, audience, user))
			tocsin_doctor_say(doctor, remark, tocsin_nowhere, user ? user : "?", name,
				tocsin_doctor_option(doctor, "rules_file"), NULL);
	}
}

/* Mosquitto 2.0 grants every subscription and asks its acl_file at each message: only who
 * is denied by name can be sure. */
static void judge_boxes(struct tocsin_doctor *doctor, const struct reach *reach, bool denied)
{
	static const struct tocsin_remark came = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("something of another's box came to this user"),
		.why = N_("it shows who reports, and when"),
		.type = "pattern readwrite {0}/from/%u/#",
		.line = true};
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("this user can read the boxes of others"),
		.why = N_("it shows who reports, and when"),
		.type = "pattern readwrite {0}/from/%u/#",
		.line = true};
	static const struct tocsin_remark naked = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("this user can read the boxes of others"),
		.why = N_("it shows who reports, and when"),
		.type = "acl_file /etc/mosquitto/acl",
		.line = true};
	static const struct tocsin_remark closed = {.mark = TOCSIN_MARK_OK,
		.what = N_("the ACL file keeps the boxes of others from this user")};
	static const struct tocsin_remark unsure = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("the broker grants a subscription to another's box"),
		.why = N_("Mosquitto 2.0 does so whatever its acl_file says, which only that can tell"),
		.type = "tocsin doctor /etc/mosquitto/mosquitto.conf"};
	struct tocsin_conf_plugin dynsec;
	const struct tocsin_conf_line *acl = doctor->path ? tocsin_doctor_acl(doctor) : NULL;
	const struct tocsin_spot spot = {acl ? acl->value : "acl_file", 0};
	if (reach->others_box)
		tocsin_doctor_say(doctor, &came, spot, doctor->root, NULL);
	else if (denied)
		return;
	else if (doctor->has_acl && !tocsin_doctor_acl_opens(doctor, reach->user))
		tocsin_doctor_say(doctor, &closed, tocsin_nowhere, NULL);
	else if (doctor->has_acl)
		tocsin_doctor_say(doctor, &open, spot, doctor->root, NULL);
	else if (doctor->path && !acl && !tocsin_doctor_dynsec(doctor, &dynsec))
		tocsin_doctor_say(doctor, &naked, tocsin_doctor_at(doctor, NULL), NULL);
	else
		tocsin_doctor_say(doctor, &unsure, tocsin_nowhere, NULL);
}

static void judge(struct tocsin_doctor *doctor, const struct reach *reach, bool denied)
{
	static const struct tocsin_remark alerts = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} gets alerts of {1}, and is no member"),
		.why = N_("it sees more than the rules let it"),
		.type = "tocsin check {2}"};
	static const struct tocsin_remark heartbeats = {.mark = TOCSIN_MARK_WARN,
		.what = N_("{0} gets the heartbeat of {1}, and is no member"),
		.why = N_("where that is to be read, alerts may be"),
		.type = "tocsin check {2}"};
	judge_boxes(doctor, reach, denied);
	judge_audiences(doctor, reach->alerts, &alerts);
	judge_audiences(doctor, reach->heartbeats, &heartbeats);
}

/* False where the broker gave no answer, which has been said. */
static bool subscribe(struct tocsin_doctor *doctor, struct tocsin_visit *visit, const char *tree,
	const char *name, enum tocsin_answer *answer)
{
	char filter[TOCSIN_PROBE_TOPIC];
	snprintf(filter, sizeof(filter), "%s/%s/%s%s#", doctor->root, tree, name, *name ? "/" : "");
	*answer = tocsin_doctor_heard(doctor, tocsin_visit_subscribe(visit, filter));
	return *answer <= TOCSIN_ANSWER_NO;
}

/* All at once, and what is denied as a whole by its parts. *box: the answer for the box of
 * a stranger, by name. What was retained has come when this returns. */
static bool reach_out(
	struct tocsin_doctor *doctor, struct tocsin_visit *visit, enum tocsin_answer *box)
{
	enum tocsin_answer answer;
	if (!subscribe(doctor, visit, "from", "", &answer) ||
		!subscribe(doctor, visit, "to", "", &answer))
		return false;
	for (size_t i = 0;
		 answer == TOCSIN_ANSWER_NO && doctor->rules && i < doctor->rules->audience_count; i++) {
		enum tocsin_answer part;
		if (!subscribe(doctor, visit, "to", doctor->rules->audiences[i].name, &part))
			return false;
	}
	return subscribe(doctor, visit, "from", TOCSIN_PROBE_NAME, box);
}

bool tocsin_doctor_try_reading(struct tocsin_doctor *doctor)
{
	struct reach reach = {
		.root = doctor->root,
		.root_length = strlen(doctor->root),
		.user = doctor->user,
		.alerts = tocsin_texts_create(),
		.heartbeats = tocsin_texts_create(),
	};
	struct tocsin_visit visit = {
		.session.signals = -1, .message = on_reached, .message_ctx = &reach};
	const struct tocsin_visitor visitor = {0};
	if (!reach.alerts || !reach.heartbeats)
		doctor->out_of_memory = true;
	else if (tocsin_doctor_enter(doctor, &visit, &visitor)) {
		enum tocsin_answer box;
		if (reach_out(doctor, &visit, &box))
			judge(doctor, &reach, box == TOCSIN_ANSWER_NO);
	}
	tocsin_visit_close(&visit);
	tocsin_texts_destroy(reach.alerts);
	tocsin_texts_destroy(reach.heartbeats);
	return true;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who is let in that should not be, and what this user is let do. Nothing that is tried
 * can be taken for an alert: its topics are of no kind that a client subscribes to, its
 * audience has a name that no audience can have, its text says what it is, and it is
 * neither retained nor kept for anybody who is away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"
#include "clients/hub/doctor_probe.h"

bool tocsin_doctor_enter(
	struct tocsin_doctor *doctor, struct tocsin_visit *visit, const struct tocsin_visitor *visitor)
{
	static const struct tocsin_remark outside = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("the broker no longer lets this user in"),
		.why = N_("it may allow one connection a user")};
	const enum tocsin_welcome welcome = tocsin_visit_open(visit, doctor->connection, visitor);
	doctor->interrupted = doctor->interrupted || welcome == TOCSIN_WELCOME_INTERRUPTED;
	if (welcome != TOCSIN_WELCOME_IN)
		tocsin_doctor_say(doctor, &outside, tocsin_nowhere, NULL);
	return welcome == TOCSIN_WELCOME_IN;
}

enum tocsin_answer tocsin_doctor_heard(struct tocsin_doctor *doctor, enum tocsin_answer answer)
{
	static const struct tocsin_remark silent = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("the broker gave no answer"),
		.why = N_("it may allow one connection a user")};
	doctor->interrupted = doctor->interrupted || answer == TOCSIN_ANSWER_INTERRUPTED;
	if (answer == TOCSIN_ANSWER_NONE || answer == TOCSIN_ANSWER_INTERRUPTED)
		tocsin_doctor_say(doctor, &silent, tocsin_nowhere, NULL);
	return answer;
}

/* Not to what is subscribed to already: Mosquitto 2.0.11 then loses some bytes. */
bool tocsin_doctor_catch_up(struct tocsin_doctor *doctor, struct tocsin_visit *visit)
{
	char filter[TOCSIN_PROBE_TOPIC];
	snprintf(filter, sizeof(filter), "%s/to/" TOCSIN_PROBE_NAME "/mark", doctor->root);
	return tocsin_doctor_heard(doctor, tocsin_visit_subscribe(visit, filter)) <= TOCSIN_ANSWER_NO;
}

/* Whether the broker lets somebody else in, or -1 where it cannot be said. */
static int is_welcome(struct tocsin_doctor *doctor, const char *user, const char *password)
{
	static const struct tocsin_remark unreached = {
		.mark = TOCSIN_MARK_UNSEEN, .what = N_("the broker was not reached")};
	struct tocsin_visit visit = {.session.signals = -1};
	const struct tocsin_visitor visitor = {.other = true, .user = user, .password = password};
	const enum tocsin_welcome welcome = tocsin_visit_open(&visit, doctor->connection, &visitor);
	tocsin_visit_close(&visit);
	doctor->interrupted = doctor->interrupted || welcome == TOCSIN_WELCOME_INTERRUPTED;
	if (welcome == TOCSIN_WELCOME_IN || welcome == TOCSIN_WELCOME_REFUSED)
		return welcome == TOCSIN_WELCOME_IN;
	tocsin_doctor_say(doctor, &unreached, tocsin_nowhere, NULL);
	return -1;
}

/* The line of the configuration that decides, where it is known. */
static struct tocsin_spot place_of(const struct tocsin_doctor *doctor, const char *key)
{
	return doctor->path ? tocsin_doctor_at(doctor, tocsin_conf_find(&doctor->conf, key))
						: (struct tocsin_spot){"mosquitto.conf", 0};
}

bool tocsin_doctor_try_anonymous(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("a client without a name was let in"),
		.why = N_("whoever reaches the broker may read and report"),
		.type = "allow_anonymous false",
		.line = true};
	if (is_welcome(doctor, NULL, NULL) == 1)
		tocsin_doctor_say(doctor, &open, place_of(doctor, "allow_anonymous"), NULL);
	return true;
}

/* Without a password, and with an empty one, which is not the same to MQTT. */
static void try_admin(struct tocsin_doctor *doctor, const char *name)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the administrator {0} was let in without a password"),
		.why = N_("whoever knows the name steers the hub"),
		.type = "mosquitto_passwd {1} {0}"};
	static const struct tocsin_remark unasked = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the administrator {0} was let in without a password"),
		.why = N_("whoever knows the name steers the hub"),
		.type = "password_file /etc/mosquitto/passwd",
		.line = true};
	const struct tocsin_conf_line *file = tocsin_conf_find(&doctor->conf, "password_file");
	int in = is_welcome(doctor, name, NULL);
	if (in == 0)
		in = is_welcome(doctor, name, "");
	if (in != 1)
		return;
	if (file)
		tocsin_doctor_say(
			doctor, &open, place_of(doctor, "password_file"), name, file->value, NULL);
	else
		tocsin_doctor_say(doctor, &unasked, place_of(doctor, "password_file"), name, NULL);
}

static void try_list(struct tocsin_doctor *doctor, const char *names)
{
	while (*names && !doctor->interrupted) {
		char name[256];
		const size_t length = strcspn(names, ",");
		const size_t blanks = strspn(names, " ");
		if (blanks < length)
			snprintf(name, sizeof(name), "%.*s", (int)(length - blanks), names + blanks);
		if (blanks < length)
			try_admin(doctor, name);
		names += length + (names[length] == ',');
	}
}

bool tocsin_doctor_try_admins(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark nobody = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("it is not known who the administrators are"),
		.type = "tocsin doctor --admin NAME"};
	const char *configured = tocsin_doctor_option(doctor, "admins");
	if (configured)
		try_list(doctor, configured);
	if (doctor->admins)
		try_list(doctor, doctor->admins);
	if (!configured && !doctor->admins && !doctor->path)
		tocsin_doctor_say(doctor, &nobody, tocsin_nowhere, NULL);
	return configured || doctor->admins;
}

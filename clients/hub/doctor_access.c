/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"

/* A certificate's name can stand for a user's. */
static bool has_certificate_names(const struct tocsin_doctor *doctor)
{
	return tocsin_conf_true(tocsin_conf_find(&doctor->conf, "use_identity_as_username")) ||
		tocsin_conf_true(tocsin_conf_find(&doctor->conf, "use_subject_as_username"));
}

/* Each line counts, since with settings for each listener each is another's. */
bool tocsin_doctor_anonymous(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("clients without a name are let in"),
		.why = N_("whoever reaches the broker may read and report"),
		.type = "allow_anonymous false",
		.line = true};
	static const struct tocsin_remark default_open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("without a listener the broker lets in whoever is on this machine"),
		.why = N_("and nobody from another one"),
		.type = "allow_anonymous false",
		.line = true};
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	for (size_t i = 0; i < doctor->conf.count; i++) {
		const struct tocsin_conf_line *line = &doctor->conf.lines[i];
		if (strcmp(line->key, "allow_anonymous") == 0 && tocsin_conf_true(line))
			tocsin_doctor_say(doctor, &open, tocsin_doctor_at(doctor, line), NULL);
	}
	if (!tocsin_conf_find(&doctor->conf, "allow_anonymous") &&
		tocsin_conf_listeners(&doctor->conf, listeners) == 1 && !listeners[0].line)
		tocsin_doctor_say(doctor, &default_open, tocsin_doctor_at(doctor, NULL), NULL);
	return true;
}

bool tocsin_doctor_backend(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("nothing proves who a client is"),
		.why = N_("anybody can report in another's name"),
		.type = "password_file /etc/mosquitto/passwd",
		.line = true};
	struct tocsin_conf_plugin dynsec;
	if (!tocsin_conf_find(&doctor->conf, "password_file") &&
		!tocsin_conf_find(&doctor->conf, "psk_file") && !has_certificate_names(doctor) &&
		!tocsin_doctor_dynsec(doctor, &dynsec))
		tocsin_doctor_say(doctor, &none, tocsin_doctor_at(doctor, NULL), NULL);
	return true;
}

static bool guard_is(const struct tocsin_doctor *doctor, const char *word)
{
	const char *value = tocsin_doctor_option(doctor, "guard");
	return strcmp(value ? value : "off", word) == 0;
}

bool tocsin_doctor_control(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("nothing decides who may read what"),
		.why = N_("everybody reads every audience and every box"),
		.type = "acl_file /etc/mosquitto/acl",
		.line = true};
	struct tocsin_conf_plugin dynsec;
	if (!tocsin_doctor_acl(doctor) && !tocsin_doctor_dynsec(doctor, &dynsec) &&
		!guard_is(doctor, "alone"))
		tocsin_doctor_say(doctor, &none, tocsin_doctor_at(doctor, NULL), NULL);
	return true;
}

bool tocsin_doctor_guard(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark off = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the guard is off, and there is no ACL"),
		.why = N_("a last will passes by the plugin, and so can forge an alert"),
		.type = "plugin_opt_guard {0}",
		.line = true};
	static const struct tocsin_remark leaning = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the guard is off"),
		.why = N_("a last will passes by the plugin, and the ACL alone stops a forged one"),
		.type = "plugin_opt_guard {0}",
		.line = true};
	static const struct tocsin_remark unknown = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("plugin_opt_guard knows alone, beside and off"),
		.why = N_("the broker does not start"),
		.type = "plugin_opt_guard {0}",
		.line = true};
	static const struct tocsin_remark lonely = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the guard stands beside an ACL that is not there"),
		.why = N_("on Mosquitto 2.0 everything is then denied"),
		.type = "plugin_opt_guard alone",
		.line = true};
	static const struct tocsin_remark crowded = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the guard is alone, and yet there is another ACL"),
		.why = N_("the two may answer for each other"),
		.type = "plugin_opt_guard beside",
		.line = true};
	struct tocsin_conf_plugin dynsec;
	const bool others = tocsin_doctor_acl(doctor) || tocsin_doctor_dynsec(doctor, &dynsec);
	const struct tocsin_conf_line *given =
		tocsin_conf_plugin_option(&doctor->conf, &doctor->plugin, "guard");
	const struct tocsin_spot place = tocsin_doctor_at(doctor, given ? given : doctor->plugin.line);
	const char *right = others ? "beside" : "alone";
	if (guard_is(doctor, "off"))
		tocsin_doctor_say(doctor, others ? &leaning : &off, place, right, NULL);
	else if (guard_is(doctor, "beside") && !others)
		tocsin_doctor_say(doctor, &lonely, place, NULL);
	else if (guard_is(doctor, "alone") && others)
		tocsin_doctor_say(doctor, &crowded, place, NULL);
	else if (!guard_is(doctor, right))
		tocsin_doctor_say(doctor, &unknown, place, right, NULL);
	return true;
}

bool tocsin_doctor_order(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark late = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("dynamic security is asked before the plugin's guard"),
		.why = N_("what it allows, the guard is never asked about"),
		.type = "plugin {0}",
		.line = true};
	struct tocsin_conf_plugin dynsec;
	if (guard_is(doctor, "off") || !tocsin_doctor_dynsec(doctor, &dynsec))
		return false;
	if (dynsec.begin < doctor->plugin.begin)
		tocsin_doctor_say(
			doctor, &late, tocsin_doctor_at(doctor, dynsec.line), doctor->plugin.path, NULL);
	return true;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"
#include "proto/limits.h"

/* What the broker keeps unless told, and what topic and properties may add to a payload. */
enum { SHORT_QUEUE = 1000, PACKET_HEADER = 1024 };

static void look_at_options(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark missing = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("plugin_opt_{0} is missing"),
		.why = N_("the broker does not start"),
		.type = "plugin_opt_{0} {1}",
		.line = true};
	static const struct tocsin_remark relative = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("plugin_opt_{0} is not an absolute path"),
		.why = N_("the broker does not start"),
		.type = "plugin_opt_{0} {1}",
		.line = true};
	static const struct {
		const char *name, *example;
	} options[] = {{"rules_file", "/etc/mosquitto/tocsin/rules.yaml"},
		{"journal_file", "/var/lib/tocsin/journal.sqlite"}};
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const struct tocsin_conf_line *line =
			tocsin_conf_plugin_option(&doctor->conf, &doctor->plugin, options[i].name);
		if (!line)
			tocsin_doctor_say(doctor, &missing, tocsin_doctor_at(doctor, doctor->plugin.line),
				options[i].name, options[i].example, NULL);
		else if (*line->value != '/' && !(i == 1 && strcmp(line->value, "none") == 0))
			tocsin_doctor_say(doctor, &relative, tocsin_doctor_at(doctor, line), options[i].name,
				options[i].example, NULL);
	}
}

bool tocsin_doctor_plugin(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the broker does not load the plugin"),
		.why = N_("it passes incidents on raw, and alerts nobody"),
		.type = "plugin /usr/lib/tocsin/mosquitto_tocsin.so",
		.line = true};
	static const struct tocsin_remark twice = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the plugin is loaded twice"),
		.why = N_("the broker does not start"),
		.type = "# plugin {0}",
		.line = true};
	static const struct tocsin_remark gone = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} cannot be read"),
		.why = N_("the broker does not start"),
		.type = "install -D -m 0644 build/broker-plugin/mosquitto_tocsin.so {0}"};
	struct tocsin_conf_plugin second;
	if (!doctor->plugged) {
		tocsin_doctor_say(doctor, &none, tocsin_doctor_at(doctor, NULL), NULL);
		return false;
	}
	if (access(doctor->plugin.path, R_OK) != 0)
		tocsin_doctor_say(doctor, &gone, tocsin_doctor_at(doctor, doctor->plugin.line),
			doctor->plugin.path, NULL);
	if (tocsin_conf_plugin(&doctor->conf, "tocsin", 1, &second))
		tocsin_doctor_say(doctor, &twice, tocsin_doctor_at(doctor, second.line), second.path, NULL);
	look_at_options(doctor);
	return true;
}

bool tocsin_doctor_listeners(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark each = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("each listener has its own settings"),
		.why = N_("Mosquitto up to 2.0.14 then gives plugins no time, and bridges pass them by"),
		.type = "per_listener_settings false",
		.line = true};
	const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, "per_listener_settings");
	if (tocsin_conf_true(line))
		tocsin_doctor_say(doctor, &each, tocsin_doctor_at(doctor, line), NULL);
	return true;
}

bool tocsin_doctor_nodelay(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark slow = {.mark = TOCSIN_MARK_WARN,
		.what = N_("set_tcp_nodelay is not on"),
		.why = N_("each receipt waits 40 ms"),
		.type = "set_tcp_nodelay true",
		.line = true};
	const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, "set_tcp_nodelay");
	if (!tocsin_conf_true(line))
		tocsin_doctor_say(doctor, &slow, tocsin_doctor_at(doctor, line), NULL);
	return true;
}

bool tocsin_doctor_queue(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark endless = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("max_queued_messages is 0"),
		.why = N_("Debian's 2.0.11 then disconnects a client whose report is refused"),
		.type = "max_queued_messages 100000",
		.line = true};
	static const struct tocsin_remark brief = {.mark = TOCSIN_MARK_WARN,
		.what = N_("at most {0} messages wait for a subscriber who is away"),
		.why = N_("the broker drops further alerts without a word"),
		.type = "max_queued_messages 100000",
		.line = true};
	const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, "max_queued_messages");
	const long long most = tocsin_conf_number(line, SHORT_QUEUE);
	char text[32];
	snprintf(text, sizeof(text), "%lld", most);
	if (most == 0)
		tocsin_doctor_say(doctor, &endless, tocsin_doctor_at(doctor, line), NULL);
	else if (most < SHORT_QUEUE)
		tocsin_doctor_say(doctor, &brief, tocsin_doctor_at(doctor, line), text, NULL);
	return true;
}

bool tocsin_doctor_packet(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark small = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is {1} bytes, and incidents may have {2}"),
		.why = N_("the broker disconnects who sends a long one, without a receipt"),
		.type = "{0} {3}",
		.line = true};
	static const char *const keys[] = {"max_packet_size", "message_size_limit"};
	const char *option = tocsin_doctor_option(doctor, "max_payload_bytes");
	const struct tocsin_conf_line given = {.value = option ? option : ""};
	const long long payload = tocsin_conf_number(&given, TOCSIN_MAX_PAYLOAD);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, keys[i]);
		const long long most = tocsin_conf_number(line, 0);
		char is[32], wanted[32], good[32];
		snprintf(is, sizeof(is), "%lld", most);
		snprintf(wanted, sizeof(wanted), "%lld", payload);
		snprintf(good, sizeof(good), "%lld", 4 * payload);
		if (most > 0 && most < payload + (i == 0 ? PACKET_HEADER : 0))
			tocsin_doctor_say(
				doctor, &small, tocsin_doctor_at(doctor, line), keys[i], is, wanted, good, NULL);
	}
	return true;
}

bool tocsin_doctor_persistence(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark off = {.mark = TOCSIN_MARK_WARN,
		.what = N_("persistence is off"),
		.why = N_("a restart forgets who subscribed, and what waited for them"),
		.type = "persistence true",
		.line = true};
	static const struct tocsin_remark late = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the broker saves its sessions every {0} s alone"),
		.why = N_("a power cut loses what changed since"),
		.type = "autosave_on_changes true",
		.line = true};
	const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, "persistence");
	const struct tocsin_conf_line *changes = tocsin_conf_find(&doctor->conf, "autosave_on_changes");
	if (!tocsin_conf_true(line)) {
		tocsin_doctor_say(doctor, &off, tocsin_doctor_at(doctor, line), NULL);
		return false;
	}
	char span[32];
	snprintf(span, sizeof(span), "%lld",
		tocsin_conf_number(tocsin_conf_find(&doctor->conf, "autosave_interval"), 1800));
	if (!tocsin_conf_true(changes))
		tocsin_doctor_say(doctor, &late, tocsin_doctor_at(doctor, changes), span, NULL);
	return true;
}

/* At these levels the broker writes a line for each message that it takes or sends on. */
bool tocsin_doctor_log(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark chatty = {.mark = TOCSIN_MARK_WARN,
		.what = N_("the broker's log tells every message's topic and who was sent it"),
		.why = N_("who reads the log learns who reports what, and where"),
		.type = "log_type information",
		.line = true};
	for (size_t i = 0; i < doctor->conf.count; i++) {
		const struct tocsin_conf_line *line = &doctor->conf.lines[i];
		if (strcmp(line->key, "log_type") == 0 &&
			(strcmp(line->value, "debug") == 0 || strcmp(line->value, "all") == 0))
			tocsin_doctor_say(doctor, &chatty, tocsin_doctor_at(doctor, line), NULL);
	}
	return true;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mosquitto/compat.h"
#include "mosquitto/log.h"
#include "proto/limits.h"
#include "proto/text.h"
#include "rules/suggest.h"

struct option {
	const char *name;
	/* Returns OK, INVALID after having logged what is wrong, or NO_MEMORY. */
	enum tocsin_status (*read)(struct tocsin_options *options, const char *value);
	const char *meaning; /* where it is required: what to write */
};

static enum tocsin_status copy(const char *value, char **field)
{
	char *text = strdup(value);

	if (!text)
		return TOCSIN_NO_MEMORY;
	*field = text;
	return TOCSIN_OK;
}

static enum tocsin_status copy_path(const char *name, const char *value, char **field)
{
	if (value[0] != '/') {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_%s must be an absolute path (the broker's working directory differs from "
			"start to start); it is \"%s\"",
			name, value);
		return TOCSIN_INVALID;
	}
	size_t length = strlen(value);
	if (length > TOCSIN_MAX_PATH || value[length - 1] == '/') {
		tocsin_log(MOSQ_LOG_ERR, "plugin_opt_%s must name a file, in at most %d bytes", name,
			TOCSIN_MAX_PATH);
		return TOCSIN_INVALID;
	}
	return copy(value, field);
}

static enum tocsin_status read_rules_file(struct tocsin_options *options, const char *value)
{
	return copy_path("rules_file", value, &options->rules_file);
}

static enum tocsin_status read_journal_file(struct tocsin_options *options, const char *value)
{
	if (strcmp(value, "none") == 0)
		return TOCSIN_OK;
	return copy_path("journal_file", value, &options->journal_file);
}

static enum tocsin_status read_id_key_file(struct tocsin_options *options, const char *value)
{
	return copy_path("id_key_file", value, &options->id_key_file);
}

static enum tocsin_status read_hub(struct tocsin_options *options, const char *value)
{
	size_t length = strlen(value);
	size_t code_points = 0;

	if (tocsin_text_check(value, length, &code_points) != TOCSIN_TEXT_FINE || code_points == 0 ||
		code_points > TOCSIN_MAX_HUB || strpbrk(value, "\t\n")) {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_hub must be a name of 1 to %d characters, without control characters",
			TOCSIN_MAX_HUB);
		return TOCSIN_INVALID;
	}
	return copy(value, &options->hub);
}

static enum tocsin_status read_topic_root(struct tocsin_options *options, const char *value)
{
	size_t length = strlen(value);
	size_t code_points;

	if (length == 0 || length > TOCSIN_MAX_ROOT || value[0] == '$' || value[0] == '/' ||
		value[length - 1] == '/' || strstr(value, "//") || strpbrk(value, "+#\t\n") ||
		tocsin_text_check(value, length, &code_points) != TOCSIN_TEXT_FINE) {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_topic_root must be one or more topic levels such as tocsin/v1, in at most "
			"%d bytes, without wildcards, empty levels or a leading $; it is \"%s\"",
			TOCSIN_MAX_ROOT, value);
		return TOCSIN_INVALID;
	}
	return copy(value, &options->topic_root);
}

static enum tocsin_status add_admin(struct tocsin_options *options, const char *name, size_t length)
{
	while (length > 0 && isspace((unsigned char)*name)) {
		name++;
		length--;
	}
	while (length > 0 && isspace((unsigned char)name[length - 1]))
		length--;
	if (length == 0 || options->admin_count == TOCSIN_MAX_ADMINS) {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_admins must be at most %d user names with commas between them, such as "
			"alice,bob",
			TOCSIN_MAX_ADMINS);
		return TOCSIN_INVALID;
	}
	char *text = strndup(name, length);
	if (!text)
		return TOCSIN_NO_MEMORY;
	options->admins[options->admin_count++] = text;
	return TOCSIN_OK;
}

static enum tocsin_status read_admins(struct tocsin_options *options, const char *value)
{
	enum tocsin_status status = TOCSIN_OK;

	if (value[0] == '\0')
		return TOCSIN_OK;
	options->admins = calloc(TOCSIN_MAX_ADMINS, sizeof(*options->admins));
	if (!options->admins)
		return TOCSIN_NO_MEMORY;
	for (;;) {
		size_t length = strcspn(value, ",");

		status = add_admin(options, value, length);
		if (status != TOCSIN_OK || value[length] == '\0')
			return status;
		value += length + 1;
	}
}

static const char *const guards[] = {
	[TOCSIN_GUARD_OFF] = "off",
	[TOCSIN_GUARD_BESIDE] = "beside",
	[TOCSIN_GUARD_ALONE] = "alone",
};

static enum tocsin_status read_guard(struct tocsin_options *options, const char *value)
{
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++) {
		if (strcmp(value, guards[i]) != 0)
			continue;
		options->guard = (enum tocsin_guard)i;
		return TOCSIN_OK;
	}
	tocsin_log(MOSQ_LOG_ERR,
		"plugin_opt_guard must be beside (an acl_file or another plugin says who reads what), "
		"alone (nobody else does) or off; it is \"%s\"",
		value);
	return TOCSIN_INVALID;
}

static bool read_number(const char *name, const char *value, unsigned long long least,
	unsigned long long most, const char *meaning, int64_t *number)
{
	char *end = NULL;

	errno = 0;
	unsigned long long read = strtoull(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 || read < least ||
		read > most) {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_%s must be a whole number from %llu to %llu: %s; it is \"%s\"", name, least,
			most, meaning, value);
		return false;
	}
	*number = (int64_t)read;
	return true;
}

static enum tocsin_status read_keep_bytes_days(struct tocsin_options *options, const char *value)
{
	return read_number("keep_bytes_days", value, 1, TOCSIN_MOST_DAYS,
			   "how long incidents are kept as they were published", &options->keep_bytes_days)
		? TOCSIN_OK
		: TOCSIN_INVALID;
}

static enum tocsin_status read_keep_decisions_days(
	struct tocsin_options *options, const char *value)
{
	return read_number("keep_decisions_days", value, 1, TOCSIN_MOST_DAYS,
			   "how long it is kept what became of incidents, and alerts",
			   &options->keep_decisions_days)
		? TOCSIN_OK
		: TOCSIN_INVALID;
}

static enum tocsin_status read_max_journal_mib(struct tocsin_options *options, const char *value)
{
	return read_number("max_journal_mib", value, TOCSIN_LEAST_JOURNAL_MIB, TOCSIN_MOST_JOURNAL_MIB,
			   "MiB; beyond it the oldest goes before its time", &options->max_journal_mib)
		? TOCSIN_OK
		: TOCSIN_INVALID;
}

static enum tocsin_status read_max_payload_bytes(struct tocsin_options *options, const char *value)
{
	char *end = NULL;

	errno = 0;
	unsigned long long bytes = strtoull(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 ||
		bytes < TOCSIN_LEAST_PAYLOAD || bytes > TOCSIN_MOST_PAYLOAD) {
		tocsin_log(MOSQ_LOG_ERR,
			"plugin_opt_max_payload_bytes must be a whole number from %d to %d (%d unless told); "
			"it "
			"is \"%s\"",
			TOCSIN_LEAST_PAYLOAD, TOCSIN_MOST_PAYLOAD, TOCSIN_MAX_PAYLOAD, value);
		return TOCSIN_INVALID;
	}
	options->max_payload = (size_t)bytes;
	return TOCSIN_OK;
}

static const struct option table[] = {
	{"admins", read_admins, NULL},
	{"guard", read_guard, NULL},
	{"hub", read_hub, NULL},
	{"id_key_file", read_id_key_file, NULL},
	{"journal_file", read_journal_file,
		"the absolute path of the journal, such as /var/lib/tocsin/journal.sqlite, or the word "
		"none"},
	{"keep_bytes_days", read_keep_bytes_days, NULL},
	{"keep_decisions_days", read_keep_decisions_days, NULL},
	{"max_journal_mib", read_max_journal_mib, NULL},
	{"max_payload_bytes", read_max_payload_bytes, NULL},
	{"rules_file", read_rules_file,
		"the absolute path of the rule file, such as /etc/mosquitto/tocsin/rules.yaml"},
	{"topic_root", read_topic_root, NULL},
};

enum { OPTIONS = sizeof(table) / sizeof(table[0]) };

static void log_unknown(const char *name)
{
	struct tocsin_suggest suggest;

	tocsin_suggest_init(&suggest, name, strlen(name));
	for (size_t i = 0; i < OPTIONS; i++)
		tocsin_suggest_offer(&suggest, table[i].name);
	if (suggest.best)
		tocsin_log(MOSQ_LOG_ERR, "unknown option plugin_opt_%s: did you mean plugin_opt_%s?", name,
			suggest.best);
	else
		tocsin_log(MOSQ_LOG_ERR,
			"unknown option plugin_opt_%s: there are admins, guard, hub, id_key_file, "
			"journal_file, keep_bytes_days, keep_decisions_days, max_journal_mib, "
			"max_payload_bytes, rules_file "
			"and topic_root",
			name);
}

static enum tocsin_status read_one(
	const struct mosquitto_opt *given, struct tocsin_options *options, bool seen[OPTIONS])
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (strcmp(given->key, table[i].name) != 0)
			continue;
		if (seen[i]) {
			tocsin_log(MOSQ_LOG_ERR, "plugin_opt_%s is given twice", given->key);
			return TOCSIN_INVALID;
		}
		seen[i] = true;
		return table[i].read(options, given->value ? given->value : "");
	}
	log_unknown(given->key);
	return TOCSIN_INVALID;
}

static enum tocsin_status join(const char *path, const char *ending, char **field)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s", path, ending) < 0)
		return TOCSIN_NO_MEMORY;
	*field = text;
	return TOCSIN_OK;
}

/* What follows from the options that were given. */
static enum tocsin_status complete(struct tocsin_options *options)
{
	enum tocsin_status status = TOCSIN_OK;

	if (!options->topic_root)
		status = copy("tocsin/v1", &options->topic_root);
	if (status == TOCSIN_OK && options->journal_file && !options->id_key_file)
		status = join(options->journal_file, ".key", &options->id_key_file);
	if (status == TOCSIN_OK && options->journal_file)
		status = join(options->journal_file, ".rules", &options->good_rules);
	return status;
}

enum tocsin_status tocsin_options_read(
	const struct mosquitto_opt *list, int count, struct tocsin_options *options)
{
	bool seen[OPTIONS] = {false};
	struct tocsin_options parsed = {
		.max_payload = TOCSIN_MAX_PAYLOAD,
		.keep_bytes_days = TOCSIN_KEEP_BYTES_DAYS,
		.keep_decisions_days = TOCSIN_KEEP_DECISIONS_DAYS,
	};
	enum tocsin_status status = TOCSIN_OK;

	for (int i = 0; i < count; i++) {
		enum tocsin_status one = read_one(&list[i], &parsed, seen);

		if (one == TOCSIN_NO_MEMORY || status == TOCSIN_OK)
			status = one;
	}
	for (size_t i = 0; i < OPTIONS; i++) {
		if (seen[i] || !table[i].meaning)
			continue;
		tocsin_log(MOSQ_LOG_ERR, "plugin_opt_%s is missing: %s", table[i].name, table[i].meaning);
		if (status == TOCSIN_OK)
			status = TOCSIN_INVALID;
	}
	if (status == TOCSIN_OK)
		status = complete(&parsed);
	if (status != TOCSIN_OK)
		tocsin_options_finish(&parsed);
	*options = parsed;
	return status;
}

bool tocsin_options_is_admin(const struct tocsin_options *options, const char *user)
{
	for (size_t i = 0; user && i < options->admin_count; i++) {
		if (strcmp(options->admins[i], user) == 0)
			return true;
	}
	return false;
}

const char *tocsin_guard_name(enum tocsin_guard guard)
{
	return guards[guard];
}

void tocsin_options_finish(struct tocsin_options *options)
{
	free(options->rules_file);
	free(options->journal_file);
	free(options->id_key_file);
	free(options->good_rules);
	free(options->hub);
	free(options->topic_root);
	for (size_t i = 0; i < options->admin_count; i++)
		free(options->admins[i]);
	free(options->admins);
	*options = (struct tocsin_options){0};
}

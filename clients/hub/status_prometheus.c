/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/status_prometheus.h"

#include <stdbool.h>
#include <string.h>

#include "proto/instant.h"

static const struct number {
	const char *object; /* NULL: the status itself */
	const char *key, *name;
	bool counter; /* since the broker's start */
	const char *help;
} numbers[] = {
	{NULL, "uptime_seconds", "uptime_seconds", false, "Seconds since the broker's start."},
	{NULL, "rules", "rules", false, "Rules that run."},
	{NULL, "rules_errors", "rules_errors", false,
		"Mistakes in the rule file when it was last read."},
	{NULL, "reloads", "reloads_total", true, "Rule sets that replaced another."},
	{NULL, "reloads_failed", "reloads_failed_total", true, "Rule files that did not load."},
	{"ledger", "received", "incidents_received_total", true, "Publishes of incidents."},
	{"ledger", "accepted", "incidents_accepted_total", true, "Incidents accepted."},
	{"ledger", "rejected", "incidents_rejected_total", true, "Incidents refused."},
	{"ledger", "duplicate", "incidents_duplicate_total", true, "Incidents sent again."},
	{"ledger", "deferred", "incidents_deferred_total", true,
		"Incidents put off through no fault of theirs."},
	{"ledger", "pending", "incidents_pending", false, "Incidents that wait for their commit."},
	{"ledger", "routed", "incidents_routed_total", true, "Accepted ones that a rule sent on."},
	{"ledger", "defaulted", "incidents_defaulted_total", true,
		"Accepted ones that went the default route."},
	{"ledger", "held", "incidents_held_total", true, "Accepted ones that were held back."},
	{"ledger", "alerts", "alerts_total", true, "Alerts published, JSON twins apart."},
	{"ledger", "reserved", "publishes_denied_total", true,
		"Publishes and wills of clients to topics that are the hub's."},
	{"ledger", "guarded", "reads_denied_total", true,
		"Subscriptions and deliveries that the guard denied."},
	{NULL, "figures_left_out", "figures_left_out_total", true,
		"Figures of new series that stand in their alerts alone, since figure/ is full."},
	{NULL, "silences", "silences", false, "Silences in force or to come."},
	{NULL, "silences_lost", "silences_lost_total", true, "Silences that a reload ended."},
	{NULL, "quarantine_lost", "quarantine_lost_total", true,
		"Refusals that found no place in quarantine."},
	{NULL, "committing", "committing", false, "Incidents with the journal's writer."},
	{NULL, "outbox", "outbox", false, "Messages that wait to be published."},
	{NULL, "published", "published_total", true, "Messages published."},
	{NULL, "expired_unsent", "expired_unsent_total", true,
		"Messages that expired before they could be published."},
	{NULL, "refused_unsent", "refused_unsent_total", true,
		"Messages that the broker did not take."},
	{NULL, "control_refused", "control_refused_total", true,
		"Commands of clients that are no operators."},
};

static const char *const rules_states[] = {"ok", "stale", "last_good", NULL};
static const char *const journal_states[] = {"ok", "failing", "slow", "none", NULL};

static void put_head(FILE *out, const char *name, bool counter, const char *help)
{
	fprintf(out, "# HELP tocsin_%s %s\n# TYPE tocsin_%s %s\n", name, help, name,
		counter ? "counter" : "gauge");
}

static void put_number(FILE *out, const struct number *number, const json_t *status)
{
	const json_t *object = number->object ? json_object_get(status, number->object) : status;
	const json_t *value = json_object_get(object, number->key);
	if (!json_is_integer(value))
		return;
	put_head(out, number->name, number->counter, number->help);
	fprintf(out, "tocsin_%s %lld\n", number->name, (long long)json_integer_value(value));
}

/* 1 for the state that holds. One that this program does not know shows in none of
 * them, which an alarm on "ok" sees. */
static void put_state(
	FILE *out, const char *name, const char *help, const char *const *states, const json_t *status)
{
	const char *state = json_string_value(json_object_get(status, name));
	if (!state)
		return;
	put_head(out, name, false, help);
	for (; *states; states++)
		fprintf(out, "tocsin_%s{state=\"%s\"} %d\n", name, *states, strcmp(state, *states) == 0);
}

static void put_label(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void put_audiences(FILE *out, const json_t *status)
{
	const json_t *list = json_object_get(status, "audiences");
	json_t *audience;
	size_t i;
	if (json_array_size(list) == 0)
		return;
	put_head(out, "audience_sequence", false, "Sequence of the last alert to the audience.");
	json_array_foreach(list, i, audience)
	{
		const char *name = json_string_value(json_object_get(audience, "name"));
		fputs("tocsin_audience_sequence{audience=\"", out);
		put_label(out, name ? name : "");
		fprintf(out, "\"} %lld\n",
			(long long)json_integer_value(json_object_get(audience, "sequence")));
	}
}

static void put_last_reload(FILE *out, const json_t *status)
{
	const json_t *reload = json_object_get(status, "last_reload");
	const char *text = json_string_value(json_object_get(reload, "time"));
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	if (!text || !tocsin_instant_read(text, strlen(text), &time))
		return;
	put_head(out, "last_reload_success", false, "Whether the rule file last read was loaded.");
	fprintf(out, "tocsin_last_reload_success %d\n", json_is_true(json_object_get(reload, "ok")));
	put_head(out, "last_reload_timestamp_seconds", false, "When the rule file was last read.");
	fprintf(out, "tocsin_last_reload_timestamp_seconds %lld\n", (long long)time.seconds);
}

void tocsin_status_prometheus(const json_t *status, FILE *out)
{
	put_head(out, "up", false, "Whether the hub gives a sign of life.");
	fprintf(out, "tocsin_up %d\n", status != NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		put_number(out, &numbers[i], status);
	put_state(
		out, "rules_state", "State of the rules; 1 for the one that holds.", rules_states, status);
	put_state(out, "journal_state", "State of the journal; 1 for the one that holds.",
		journal_states, status);
	put_audiences(out, status);
	put_last_reload(out, status);
}

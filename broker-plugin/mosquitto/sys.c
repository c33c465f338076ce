/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "engine/silences.h"
#include "mosquitto/clock.h"
#include "mosquitto/host.h"
#include "mosquitto/memory.h"
#include "proto/instant.h"

enum {
	HEARTBEAT_MS = 30 * 1000,
	LEDGER_MS = 10 * 1000,
	LEDGER_BYTES = 4096,
	WELL_MS = 3 * 1000, /* the journal, before it is said to be: a disk may waver */
	TOPIC_BYTES = TOCSIN_MAX_ROOT + TOCSIN_MAX_LEVEL_NAME + 32,
};

/* Publishes text, or clears the topic where text is NULL. Quality of service 0: a
 * sign of life is worth nothing late, and must not fill the queues of clients that
 * are away. */
static void publish(struct tocsin_host *host, const char *topic, const char *text, int64_t now_ms)
{
	struct tocsin_publication publication = {
		.kind = TOCSIN_PUBLISH_NOTICE,
		.form = TOCSIN_FORM_JSON,
		.topic = topic,
		.retain = true,
	};

	if (text) {
		publication.payload_size = strlen(text);
		publication.payload =
			tocsin_broker_memory.alloc(tocsin_broker_memory.ctx, publication.payload_size);
		if (!publication.payload)
			return;
		memcpy(publication.payload, text, publication.payload_size);
	}
	(void)tocsin_broker_publish(&publication, now_ms, &host->outbox.counts);
	tocsin_broker_memory.free(tocsin_broker_memory.ctx, publication.payload);
}

/* Takes document. */
static void publish_json(
	struct tocsin_host *host, const char *topic, json_t *document, int64_t now_ms)
{
	char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;

	if (text)
		publish(host, topic, text, now_ms);
	free(text);
	json_decref(document);
}

static void heartbeat_topic(
	const struct tocsin_host *host, const char *audience, char topic[TOPIC_BYTES])
{
	snprintf(topic, TOPIC_BYTES, "%s/to/%s/heartbeat", host->options.topic_root, audience);
}

static char *ledger_text(const struct tocsin_host *host, struct tocsin_arena **arena)
{
	*arena = tocsin_arena_create(LEDGER_BYTES, &tocsin_heap);
	return *arena ? tocsin_ledger_json(tocsin_engine_ledger(host->engine), *arena) : NULL;
}

static json_t *ledger_value(const struct tocsin_host *host)
{
	struct tocsin_arena *arena = NULL;
	const char *text = ledger_text(host, &arena);
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;

	tocsin_arena_destroy(arena);
	return value;
}

static void publish_heartbeats(struct tocsin_host *host, int64_t now_ms)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	const char *hub = host->options.hub ? host->options.hub : rules->hub;
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char time[TOCSIN_INSTANT_TEXT];
	char topic[TOPIC_BYTES];

	json_t *ledger = ledger_value(host);
	tocsin_instant_set(&now, tocsin_instant_floor(now_ms, 1000));
	tocsin_instant_write(&now, time);
	for (size_t i = 0; i < rules->audience_count; i++) {
		const char *audience = rules->audiences[i].name;
		/* It counts what others reported and were sent. */
		const bool sees_all =
			rules->audiences[i].max_sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;

		heartbeat_topic(host, audience, topic);
		publish_json(host, topic,
			json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:O*}", "hub", hub ? hub : "hub", "time",
				time, "audience", audience, "sequence",
				(json_int_t)tocsin_engine_sequence(host->engine, audience), "rules_version",
				rules->version, "rules_state", tocsin_rules_state_name(host->rules.state),
				"journal_state", tocsin_host_journal_state(host), "ledger",
				sees_all ? ledger : NULL),
			now_ms);
	}
	json_decref(ledger);
}

static void publish_state(struct tocsin_host *host, int64_t now_ms)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	const struct tocsin_publish_counts *counts = &host->outbox.counts;

	publish_json(host, "$SYS/broker/tocsin/state",
		json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
				  "s:I}",
			"rules_version", rules->version, "rules_state",
			tocsin_rules_state_name(host->rules.state), "rules", (json_int_t)rules->rule_count,
			"rules_errors", (json_int_t)host->rules.errors, "reloads", (json_int_t)host->reloads,
			"reloads_failed", (json_int_t)host->reloads_failed, "journal_state",
			tocsin_host_journal_state(host), "journal_error",
			host->journal ? tocsin_journal_error(host->journal) : "", "committing",
			(json_int_t)host->pending, "outbox", (json_int_t)host->outbox.count, "published",
			(json_int_t)counts->sent, "expired_unsent", (json_int_t)counts->expired,
			"refused_unsent", (json_int_t)counts->refused, "figures_left_out",
			(json_int_t)tocsin_engine_figures_left_out(host->engine), "silences_lost",
			(json_int_t)tocsin_engine_silences_lost(host->engine), "quarantine_lost",
			(json_int_t)(host->journal ? tocsin_journal_quarantine_lost(host->journal) : 0)),
		now_ms);
}

static void turn_ledger(struct tocsin_host *host, int64_t steady_ms, int64_t now_ms)
{
	struct tocsin_sys *sys = &host->sys;
	const struct tocsin_ledger *ledger = tocsin_engine_ledger(host->engine);
	struct tocsin_arena *arena = NULL;

	if (sys->ledger_shown &&
		(steady_ms < sys->ledger_steady_ms || memcmp(ledger, &sys->ledger, sizeof(*ledger)) == 0))
		return;
	char *text = ledger_text(host, &arena);
	if (text) {
		publish(host, "$SYS/broker/tocsin/ledger", text, now_ms);
		sys->ledger = *ledger;
		sys->ledger_shown = true;
		sys->ledger_steady_ms = steady_ms + LEDGER_MS;
	}
	tocsin_arena_destroy(arena);
}

static void show_journal(struct tocsin_host *host, enum tocsin_journal_state state)
{
	struct tocsin_sys *sys = &host->sys;
	bool first = !sys->journal_shown;

	if (state == TOCSIN_JOURNAL_FAILING)
		tocsin_log(MOSQ_LOG_ERR,
			"the journal is failing: %s. Incidents are deferred until it is well",
			tocsin_journal_error(host->journal));
	else if (state == TOCSIN_JOURNAL_SLOW)
		tocsin_log(MOSQ_LOG_ERR,
			"the journal is slow: its disk keeps %zu incidents waiting. Receipts wait with them, "
			"and incidents are deferred once the queue is full",
			host->pending);
	else if (!first)
		tocsin_log(MOSQ_LOG_NOTICE, "the journal takes writes again");
	if (state == TOCSIN_JOURNAL_FAILING)
		sys->journal_errors = tocsin_journal_errors(host->journal);
	sys->journal_state = state;
	sys->journal_shown = true;
	tocsin_sys_due_now(sys);
}

/* Trouble is shown at once, its end once it has lasted. */
static void watch_journal(struct tocsin_host *host, int64_t steady_ms)
{
	struct tocsin_sys *sys = &host->sys;

	if (!host->journal)
		return;
	enum tocsin_journal_state state = tocsin_journal_state(host->journal);
	if (state != TOCSIN_JOURNAL_OK)
		sys->journal_well_steady_ms = steady_ms + WELL_MS;
	if (!sys->journal_shown ||
		(state != sys->journal_state &&
			(state != TOCSIN_JOURNAL_OK || steady_ms >= sys->journal_well_steady_ms)))
		show_journal(host, state);
	uint64_t errors = tocsin_journal_errors(host->journal);
	if (errors != sys->journal_errors) {
		sys->journal_errors = errors;
		tocsin_log(MOSQ_LOG_ERR, "journal %s: %s", host->options.journal_file,
			tocsin_journal_error(host->journal));
		tocsin_sys_due_now(sys);
	}
}

/* Counters that somebody should look at, in the log at a slow pace. */
static void watch_counters(struct tocsin_host *host, int64_t steady_ms)
{
	struct tocsin_sys *sys = &host->sys;
	uint64_t reserved = tocsin_engine_ledger(host->engine)->reserved;
	uint64_t refused = host->outbox.counts.refused;
	uint64_t figures = tocsin_engine_figures_left_out(host->engine);
	uint64_t silences = tocsin_engine_silences_lost(host->engine);
	uint64_t left_out;

	if (silences != sys->silences_logged) {
		sys->silences_logged = silences;
		tocsin_log(MOSQ_LOG_WARNING,
			"the new rules no longer know what a silence names: it has ended (%llu so far)",
			(unsigned long long)silences);
	}

	if (reserved != sys->reserved_logged &&
		tocsin_log_due(&sys->reserved_limit, steady_ms, &left_out)) {
		sys->reserved_logged = reserved;
		tocsin_log(MOSQ_LOG_NOTICE,
			"%llu publishes and wills of clients beneath %s were denied so far (topic.reserved)",
			(unsigned long long)reserved, host->options.topic_root);
	}
	if (refused != sys->refused_logged &&
		tocsin_log_due(&sys->refused_limit, steady_ms, &left_out)) {
		sys->refused_logged = refused;
		tocsin_log(MOSQ_LOG_ERR,
			"%llu messages of the hub had a topic that no client can use, and were not sent",
			(unsigned long long)refused);
	}
	if (figures != sys->figures_logged &&
		tocsin_log_due(&sys->figures_limit, steady_ms, &left_out)) {
		sys->figures_logged = figures;
		tocsin_log(MOSQ_LOG_WARNING,
			"figure/ is full: %llu figures of new series stand in their alerts alone so far",
			(unsigned long long)figures);
	}
}

void tocsin_sys_turn(struct tocsin_host *host, int64_t now_ms)
{
	int64_t steady_ms = tocsin_clock_steady_ms();

	tocsin_clock_watch_turn(&host->sys.clock, now_ms, steady_ms);
	watch_journal(host, steady_ms);
	watch_counters(host, steady_ms);
	turn_ledger(host, steady_ms, now_ms);
	if (steady_ms < host->sys.heartbeat_steady_ms)
		return;
	host->sys.heartbeat_steady_ms = steady_ms + HEARTBEAT_MS;
	publish_heartbeats(host, now_ms);
	publish_state(host, now_ms);
}

void tocsin_sys_due_now(struct tocsin_sys *sys)
{
	sys->heartbeat_steady_ms = 0;
}

void tocsin_sys_forget_audiences(struct tocsin_host *host, const struct tocsin_ruleset *next)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	char topic[TOPIC_BYTES];

	for (size_t i = 0; i < rules->audience_count; i++) {
		if (tocsin_ruleset_audience(next, rules->audiences[i].name) >= 0)
			continue;
		heartbeat_topic(host, rules->audiences[i].name, topic);
		publish(host, topic, NULL, 0);
	}
}

void tocsin_sys_log_ledger(const struct tocsin_host *host)
{
	struct tocsin_arena *arena = NULL;
	const char *text = ledger_text(host, &arena);

	if (text)
		tocsin_log(MOSQ_LOG_NOTICE, "ledger %s", text);
	tocsin_arena_destroy(arena);
}

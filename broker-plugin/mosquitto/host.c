/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/host.h"

#include <stdlib.h>
#include <string.h>

#include "mosquitto/clock.h"
#include "mosquitto/guard.h"
#include "mosquitto/key.h"
#include "mosquitto/memory.h"
#include "mosquitto/store_file.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define MIB (INT64_C(1024) * 1024)

enum {
	ERROR_BYTES = 512,
	LAST_READ_MS = 2000, /* longest wait for a reading disk at the broker's end */
	LAST_LOAD_MS = 5000, /* for one that rules are on, beside what else takes time then */
};

/* On the threads of the journal. */
static void wake(void *ctx)
{
	tocsin_pulse_wake(ctx);
}

static enum tocsin_status open_journal(struct tocsin_host *host)
{
	const struct tocsin_options *options = &host->options;
	struct tocsin_journal_config config = {
		.path = options->journal_file,
		.retention =
			{
				.bytes_ms = options->keep_bytes_days * DAY_MS,
				.decisions_ms = options->keep_decisions_days * DAY_MS,
				.max_bytes = options->max_journal_mib * MIB,
			},
		.decided = wake,
		.decided_ctx = &host->pulse,
	};
	char error[ERROR_BYTES] = "";

	if (!config.path)
		return TOCSIN_OK;
	enum tocsin_status status = tocsin_journal_open(&config, &host->journal, error, sizeof(error));
	if (status != TOCSIN_OK)
		tocsin_log(MOSQ_LOG_ERR, "journal %s: %s", config.path, error);
	else if (error[0] != '\0')
		tocsin_log(MOSQ_LOG_WARNING, "journal %s: %s", config.path, error);
	if (status == TOCSIN_OK)
		host->sys.journal_errors = tocsin_journal_errors(host->journal);
	return status;
}

/* Under AddressSanitizer each thing is the heap's own, so that an overrun is seen. */
static const struct tocsin_allocator *engine_memory(const struct tocsin_host *host)
{
#ifdef TOCSIN_HEAP_WATCHED
	(void)host;
	return &tocsin_broker_memory;
#else
	return tocsin_pool_allocator(host->pool);
#endif
}

/* What is broken in the journal may be what an engine asks of it first. */
static enum tocsin_status make_engine(struct tocsin_host *host,
	const struct tocsin_engine_config *config, struct tocsin_ruleset *ruleset)
{
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	host->engine = tocsin_engine_create(config, ruleset);
	if (!host->engine && host->journal)
		status = tocsin_journal_mend(host->journal);
	if (!host->engine && status == TOCSIN_OK)
		host->engine = tocsin_engine_create(config, ruleset);
	if (status == TOCSIN_IO)
		tocsin_log(MOSQ_LOG_ERR, "journal %s: how far audiences have counted cannot be read (%s)",
			host->options.journal_file, tocsin_journal_error(host->journal));
	if (host->engine)
		return TOCSIN_OK;
	return status == TOCSIN_IO ? status : TOCSIN_NO_MEMORY;
}

static enum tocsin_status create_engine(struct tocsin_host *host, struct tocsin_ruleset *ruleset)
{
	host->pool = tocsin_pool_create(&tocsin_broker_memory);
	if (!host->pool)
		return TOCSIN_NO_MEMORY;
	struct tocsin_engine_config config = {
		.heap = engine_memory(host),
		.payload = &tocsin_broker_memory,
		.root = host->options.topic_root,
		.hub = host->options.hub,
		.max_payload = host->options.max_payload,
		.durable = host->journal != NULL,
		.next_journal_id = host->journal ? tocsin_journal_next_id(host->journal) : 1,
		.archive = host->journal ? tocsin_journal_archive(host->journal) : NULL,
	};

	enum tocsin_status status = tocsin_key_read(host->options.id_key_file, config.key);
	if (status == TOCSIN_OK)
		status = make_engine(host, &config, ruleset);
	explicit_bzero(config.key, sizeof(config.key));
	return status;
}

/* So that later it can be said under which rules an alert was decided. */
void tocsin_host_keep_rules(struct tocsin_host *host, int64_t now_ms)
{
	const struct tocsin_rules_report *report = &host->rules;

	if (host->journal && report->text)
		tocsin_journal_keep_rules(host->journal, tocsin_engine_rules(host->engine)->version, now_ms,
			report->text, report->text_length);
}

/* What the broker was handed after it saved last is published again. */
static void find_floor(struct tocsin_host *host, int64_t now_ms)
{
	int64_t saved_ms = 0;
	bool saved = tocsin_store_file_saved_ms(&saved_ms);

	const struct tocsin_floor floor = tocsin_journal_floor(host->journal, saved, saved_ms, now_ms);
	tocsin_recovery_begin(host, &floor);
	host->handover.latest_ms = saved_ms;
}

static enum tocsin_status restore(struct tocsin_host *host)
{
	int64_t now_ms = tocsin_clock_ms();
	size_t left_out = 0;

	tocsin_recovery_skip(&host->recovery);
	if (!host->journal)
		return TOCSIN_OK;
	find_floor(host, now_ms);
	enum tocsin_status status = TOCSIN_OK;
	if (host->control)
		status = tocsin_control_recall(host->control, host->journal);
	if (status == TOCSIN_OK)
		status = tocsin_journal_restore(host->journal, host->engine, now_ms, &left_out);
	if (status == TOCSIN_OK)
		status = tocsin_recovery_find_open(host);
	if (status == TOCSIN_OK) {
		tocsin_misdated_begin(host);
		tocsin_recovery_ahead_begin(host);
	}
	if (status == TOCSIN_OK)
		status = tocsin_journal_start(host->journal);
	if (status == TOCSIN_OK) {
		host->reader = tocsin_reader_start(host->options.journal_file, wake, &host->pulse);
		status = host->reader ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	}
	if (status != TOCSIN_OK) {
		tocsin_log(MOSQ_LOG_ERR, "journal %s: what was accepted before cannot be read (%s)",
			host->options.journal_file, tocsin_journal_error(host->journal));
		return status;
	}
	if (left_out > 0)
		tocsin_log(MOSQ_LOG_WARNING, "journal %s: %zu entries could not be taken back",
			host->options.journal_file, left_out);
	tocsin_host_keep_rules(host, now_ms);
	return TOCSIN_OK;
}

static enum tocsin_status create_control(struct tocsin_host *host)
{
	if (host->options.admin_count == 0)
		return TOCSIN_OK;
	host->control = tocsin_control_create(host);
	return host->control ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

static enum tocsin_status start(
	struct tocsin_host *host, const struct mosquitto_opt *options, int count)
{
	struct tocsin_ruleset *ruleset = NULL;

	enum tocsin_status status = tocsin_options_read(options, count, &host->options);
	if (status == TOCSIN_OK)
		status = tocsin_rules_start(
			host->options.rules_file, host->options.good_rules, &host->rules, &ruleset);
	if (status == TOCSIN_OK)
		status = open_journal(host);
	if (status == TOCSIN_OK)
		status = create_engine(host, ruleset);
	if (!host->engine)
		tocsin_ruleset_destroy(ruleset);
	if (status == TOCSIN_OK)
		status = create_control(host);
	if (status == TOCSIN_OK)
		status = restore(host);
	if (status != TOCSIN_OK)
		return status;
	host->reload = tocsin_reload_start(host->options.rules_file, host->options.good_rules);
	return host->reload ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_host_create(mosquitto_plugin_id_t *identifier,
	const struct mosquitto_opt *options, int count, struct tocsin_host **host)
{
	struct tocsin_host *made = calloc(1, sizeof(*made));

	if (!made)
		return TOCSIN_NO_MEMORY;
	made->identifier = identifier;
	tocsin_pulse_begin(&made->pulse);
	enum tocsin_status status = start(made, options, count);
	if (status == TOCSIN_NO_MEMORY)
		tocsin_log(MOSQ_LOG_ERR, "not enough memory to start");
	if (status != TOCSIN_OK) {
		tocsin_host_destroy(made);
		return status;
	}
	tocsin_guard_log_unread(made);
	made->started_steady_ms = tocsin_clock_steady_ms();
	*host = made;
	return TOCSIN_OK;
}

void tocsin_host_destroy(struct tocsin_host *host)
{
	if (!host)
		return;
	const int64_t load_by_ms = tocsin_clock_steady_ms() + LAST_LOAD_MS;
	tocsin_pulse_finish(&host->pulse);
	tocsin_reload_end(host->reload);
	bool read = tocsin_reader_stop(host->reader, LAST_READ_MS);
	if (!read)
		tocsin_log(MOSQ_LOG_ERR, "the journal's disk has not answered a question: it is dropped");
	bool committed = tocsin_host_finish_commits(host);
	bool loaded = tocsin_reload_stop(host->reload, load_by_ms);
	if (!loaded)
		tocsin_log(MOSQ_LOG_ERR, "the disk has not answered a load of the rules: it is dropped");
	/* What a thread still holds is left as it is, and all that it hangs on. */
	if (!read || !committed || !loaded) {
		tocsin_sys_log_ledger(host);
		return;
	}
	tocsin_replays_finish(&host->replays);
	tocsin_waitings_finish(&host->waitings);
	tocsin_control_destroy(host->control);
	if (host->engine) {
		tocsin_outbox_discard(&host->outbox, host->engine);
		tocsin_outbox_discard(&host->recovery.outbox, host->engine);
		tocsin_recovery_finish(&host->recovery);
		tocsin_sys_log_ledger(host);
	}
	tocsin_engine_destroy(host->engine);
	tocsin_pool_destroy(host->pool);
	tocsin_rules_report_finish(&host->rules);
	tocsin_options_finish(&host->options);
	free(host);
}

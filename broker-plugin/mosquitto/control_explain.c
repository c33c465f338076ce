/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/silences.h"
#include "mosquitto/control_call.h"
#include "proto/validate.h"
#include "rules/explain_json.h"
#include "rules/sender.h"

enum {
	MAX_EXPLAIN_MEMORY = 64 << 20,
	MAX_EXPLAINED = 1000, /* rules in one answer; those that fired are always among them */
};

/* One incident under the rules that run, looked at on the worker: with many rules that
 * takes a while. */
struct job {
	const struct tocsin_ruleset *ruleset;
	char *text; /* the incident, as JSON */
	const char *sender;
	bool sender_given; /* else it is the one who asks */
	int64_t now_ms;
	struct tocsin_arena *arena; /* holds what follows */
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident;
	struct tocsin_facts facts;
	struct tocsin_explained *rules;
	size_t rule_count;
	struct tocsin_scratch *scratch;
	struct tocsin_decision decision;
	bool short_of_memory;
};

static void finish(void *ctx)
{
	struct job *job = ctx;

	if (!job)
		return;
	free(job->text);
	tocsin_scratch_destroy(job->scratch);
	tocsin_arena_destroy(job->arena);
	free(job);
}

static bool walks_rules(const struct job *job)
{
	return job->incident && tocsin_violations_pass(&job->violations) &&
		job->incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
}

/* What the sender that was named may report, as the intake asks it; of one that is only
 * spoken for, what the first of its relays may. */
static void judge_sender(struct job *job)
{
	const struct tocsin_sender *sender =
		tocsin_ruleset_sender(job->ruleset, tocsin_ruleset_speaker(job->ruleset, job->sender));

	if (!job->sender_given)
		return;
	if (!sender && job->ruleset->senders_listed && !job->ruleset->open_senders)
		tocsin_violations_add(&job->violations, TOCSIN_CHECK_SENDER_UNKNOWN, "", NULL);
	if (sender && !tocsin_sender_reports_from(sender, job->facts.path, job->facts.depth))
		tocsin_violations_add(&job->violations, TOCSIN_CHECK_SENDER_REGION, "location", NULL);
	if (sender && !tocsin_sender_reports_event(sender, (int)job->facts.event))
		tocsin_violations_add(&job->violations, TOCSIN_CHECK_SENDER_EVENT, "event.type", NULL);
}

static void judge(void *ctx)
{
	struct job *job = ctx;
	const struct tocsin_places places = tocsin_gazetteer_places(job->ruleset->gazetteer);
	enum tocsin_status status = tocsin_incident_decode(TOCSIN_FORM_JSON, (uint8_t *)job->text,
		strlen(job->text), job->arena, &job->violations, &job->incident);

	if (job->incident)
		tocsin_incident_validate(job->incident, &places, job->now_ms, &job->violations);
	if (status == TOCSIN_OK && walks_rules(job)) {
		job->scratch = tocsin_scratch_create(job->ruleset);
		status = job->scratch ? tocsin_facts_read(job->incident, job->sender, job->now_ms,
									job->ruleset->gazetteer, job->arena, &job->facts)
							  : TOCSIN_NO_MEMORY;
		if (status == TOCSIN_OK)
			judge_sender(job);
		if (status == TOCSIN_OK)
			status = tocsin_explain(
				job->ruleset, &job->facts, job->arena, &job->rules, &job->rule_count);
		if (status == TOCSIN_OK)
			tocsin_decide(job->ruleset, &job->facts, NULL, job->scratch, &job->decision);
	}
	job->short_of_memory = status == TOCSIN_NO_MEMORY;
}

static struct job *make(struct tocsin_call *call)
{
	const json_t *incident = json_object_get(call->command, "incident");
	const char *sender = tocsin_call_text(call, "sender", false, NULL);
	struct job *job;

	if (call->error)
		return NULL;
	if (!json_is_object(incident)) {
		tocsin_call_refuse(call, "incident must be given, as an object of Tocsin JSON");
		return NULL;
	}
	job = calloc(1, sizeof(*job));
	if (job) {
		job->text = json_dumps(incident, JSON_COMPACT);
		job->arena = tocsin_arena_create(MAX_EXPLAIN_MEMORY, &tocsin_heap);
	}
	if (!job || !job->text || !job->arena) {
		finish(job);
		tocsin_call_refuse(call, "not enough memory");
		return NULL;
	}
	if (strlen(job->text) > call->host->options.max_payload) {
		finish(job);
		tocsin_call_refuse(call, "the hub takes no incident of that size");
		return NULL;
	}
	job->ruleset = tocsin_engine_rules(call->host->engine);
	job->sender = sender ? sender : call->user;
	job->sender_given = sender != NULL;
	job->now_ms = call->now_ms;
	tocsin_violations_init(&job->violations, job->arena);
	return job;
}

static json_t *violations_value(const struct tocsin_violations *violations)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < violations->count; i++) {
		const struct tocsin_violation *item = &violations->items[i];

		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s}", "field", item->field, "check", item->id, "level",
				item->level == TOCSIN_LEVEL_ERROR ? "error" : "warning", "message", item->message));
	}
	return list;
}

/* Leaves out rules that did not fire, the last ones first. Returns how many stay. */
static size_t shorten(struct tocsin_explained *rules, size_t count)
{
	size_t fired = 0, others = 0, kept = 0;

	for (size_t i = 0; i < count; i++)
		fired += rules[i].matched ? 1 : 0;
	for (size_t i = 0; i < count; i++) {
		bool stays = rules[i].matched || fired + others < MAX_EXPLAINED;

		if (!stays)
			continue;
		others += rules[i].matched ? 0 : 1;
		rules[kept++] = rules[i];
	}
	return kept;
}

/* Those in force now; *list is freed by the caller. */
static size_t silences_now(
	const struct tocsin_host *host, int64_t now_ms, struct tocsin_explain_silence **list)
{
	struct tocsin_silence_entry *entries;
	size_t count = tocsin_call_silences(host, &entries), used = 0;

	*list = calloc(count + 1, sizeof(**list));
	for (size_t i = 0; *list && i < count; i++) {
		const struct tocsin_silence *silence = entries[i].silence;

		if (silence->from_ms <= now_ms && now_ms < silence->until_ms)
			(*list)[used++] = (struct tocsin_explain_silence){entries[i].id, silence};
	}
	free(entries);
	return used;
}

struct window {
	const struct tocsin_host *host;
	const struct job *job;
};

static uint32_t passed(void *ctx, uint32_t rule)
{
	const struct window *window = ctx;

	return tocsin_engine_passed(
		window->host->engine, rule, &window->job->facts, window->job->now_ms);
}

static json_t *rules_value(const struct tocsin_host *host, struct job *job)
{
	struct tocsin_explain_silence *silences;
	struct window window = {host, job};
	size_t all = job->rule_count;
	struct tocsin_explanation explanation = {
		.ruleset = job->ruleset,
		.facts = &job->facts,
		.rules = job->rules,
		.rule_count = shorten(job->rules, all),
		.passed = passed,
		.ctx = &window,
	};

	explanation.silence_count = silences_now(host, job->now_ms, &silences);
	explanation.silences = silences;
	json_t *value = tocsin_explain_json(&explanation);
	free(silences);
	if (value && explanation.rule_count < all)
		(void)json_object_set_new(
			value, "rules_left_out", json_integer((json_int_t)(all - explanation.rule_count)));
	const struct tocsin_options *options = &host->options;
	const char *hub = options->hub ? options->hub : job->ruleset->hub;
	const struct tocsin_explain_rendering rendering = {
		.ruleset = job->ruleset,
		.incident = job->incident,
		.facts = &job->facts,
		.decision = &job->decision,
		.root = options->topic_root,
		.hub = hub ? hub : "hub",
		.arena = job->arena,
	};
	if (value &&
		!(tocsin_explain_json_decision(value, job->ruleset, &job->decision) &&
			tocsin_explain_json_alerts(value, &rendering))) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static json_t *answer(const struct tocsin_host *host, struct job *job)
{
	bool valid = job->incident && tocsin_violations_pass(&job->violations);
	json_t *value = walks_rules(job) ? rules_value(host, job) : json_object();

	if (!value)
		return NULL;
	(void)json_object_set_new(value, "verdict", json_string(valid ? "accepted" : "rejected"));
	(void)json_object_set_new(value, "violations", violations_value(&job->violations));
	return value;
}

enum tocsin_call_step tocsin_call_explain(struct tocsin_call *call)
{
	struct job *job = call->job;

	if (!job) {
		job = make(call);
		if (!job)
			return TOCSIN_CALL_DONE;
		if (!tocsin_reload_run(call->host->reload, judge, job))
			finish(job);
		else
			call->job = job;
		call->abandon = finish;
		return TOCSIN_CALL_WAIT;
	}
	if (!tocsin_reload_ran(call->host->reload))
		return TOCSIN_CALL_WAIT;
	if (!job->short_of_memory)
		call->data = answer(call->host, job);
	finish(job);
	call->job = NULL;
	return TOCSIN_CALL_DONE;
}

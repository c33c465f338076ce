/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts, Updates and Cancels as the audiences see them. */
#include "engine/rig.h"

/* Partners are told the end of the hour. */
#define TO_THE_HOUR (19 * RIG_MINUTE)
#define PARTNERS_UNTIL (RIG_START + RIG_DAY + TO_THE_HOUR)
#define PARTNERS_SEVERE "to/partners/alert/severe/battles/ML/ML05/ML0503"
#define PARTNERS_EXTREME "to/partners/alert/extreme/battles/ML/ML05/ML0506"
#define COORDINATION_MODERATE "to/coordination/alert/moderate/battles/ML/ML05/ML0503"

static void alert_reaches_its_audience(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);
	const Tocsin__V1__Alert *alert = rig_alert(&rig, outcome, PARTNERS_SEVERE);
	const Tocsin__V1__Alert *twin =
		rig_alert(&rig, outcome, "to/partners/alert-json/severe/battles/ML/ML05/ML0503");

	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_ROUTED);
	assert_string_equal(receipt->incident_id, rig_id(&rig, 1));
	assert_string_equal(receipt->journal_id, "1");
	assert_true(receipt->durable);
	assert_int_equal(receipt->topics, 1);
	assert_int_equal(receipt->n_rules, 1);
	assert_string_equal(receipt->rules[0], "mopti");
	assert_int_equal(receipt->n_held_by, 0);
	assert_int_equal(strlen(receipt->payload_sha256), 64);
	assert_int_equal(tocsin_instant_ms(receipt->received), RIG_START);

	assert_int_equal(alert->sequence, 1);
	assert_int_equal(alert->topic_sequence, 1);
	assert_int_equal(alert->revision, 1);
	assert_int_equal(alert->n_references, 0);
	assert_string_equal(alert->hub, "rig");
	assert_string_equal(alert->audience, "partners");
	assert_string_not_equal(alert->incident_id, rig_id(&rig, 1));
	assert_int_equal(alert->id[14], '8');
	assert_int_equal(tocsin_instant_ms(alert->expires), PARTNERS_UNTIL);
	assert_string_equal(twin->id, alert->id);
	assert_int_equal(twin->topic_sequence, 1);

	const struct tocsin_publication *sent = rig_find(outcome, PARTNERS_SEVERE);
	assert_false(sent->retain);
	assert_int_equal(sent->qos, 1);
	assert_null(sent->client_id);
	assert_string_equal(sent->severity, "severe");
	assert_string_equal(sent->msg_type, "alert");
	assert_string_equal(sent->schema, "tocsin.v1.Alert");
	assert_int_equal(sent->expires_ms, PARTNERS_UNTIL);

	char open[128];
	snprintf(open, sizeof(open), "to/partners/open/ML/ML05/%s", alert->incident_id);
	const struct tocsin_publication *opened = rig_find(outcome, open);
	assert_non_null(opened);
	assert_true(opened->retain);
	assert_string_equal(rig_read_alert(&rig, opened)->id, alert->id);
	snprintf(open, sizeof(open), "to/partners/open-json/ML/ML05/%s", alert->incident_id);
	assert_non_null(rig_find(outcome, open));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_ALERT), 2);

	assert_true(outcome->pending);
	assert_non_null(outcome->record);
	assert_int_equal(outcome->record->journal_id, 1);
	assert_int_equal(outcome->record->alert_count, 1);
	assert_string_equal(outcome->record->chain, rig_id(&rig, 1));
	assert_true(outcome->record->open_until_ms > rig.now_ms);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->pending, 1);
	rig_settle(&rig, outcome);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->routed, 1);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->alerts, 1);
	assert_int_equal(tocsin_engine_sequence(rig.engine, "partners"), 1);
	assert_int_equal(tocsin_engine_sequence(rig.engine, "nobody"), 0);
	rig_end(&rig);
}

static void exercise_stays_in_its_tree(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{'status':'exercise'}"));

	assert_non_null(rig_find(outcome, "to/partners/exercise/severe/battles/ML/ML05/ML0503"));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_OPEN), 0);
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_ALERT), 2);
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		assert_null(strstr(outcome->publications[i].topic, "/alert"));
	}
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void update_moves(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *first = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Alert *before = rig_alert(&rig, first, PARTNERS_SEVERE);
	rig_settle(&rig, first);

	rig.now_ms += RIG_HOUR;
	struct tocsin_outcome *update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2,
			"{'msg_type':'update','severity':'extreme','location':{'pcode':'ML0506'},"
			"'references':[%s]}",
			rig_reference(&rig, 1)));
	const Tocsin__V1__Alert *moved = rig_alert(&rig, update, PARTNERS_EXTREME);
	const Tocsin__V1__Alert *again = rig_alert(&rig, update, PARTNERS_SEVERE);
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, update);

	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(receipt->n_violations, 0);
	assert_int_equal(receipt->topics, 2);
	assert_string_equal(moved->id, again->id);
	assert_string_not_equal(moved->id, before->id);
	assert_string_equal(moved->incident_id, before->incident_id);
	assert_int_equal(moved->sequence, 2);
	assert_int_equal(again->sequence, 2);
	assert_int_equal(moved->topic_sequence, 1);
	assert_int_equal(again->topic_sequence, 2);
	assert_int_equal(moved->revision, 2);
	assert_int_equal(moved->n_references, 1);
	assert_string_equal(moved->references[0], before->id);
	assert_int_equal(moved->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE);
	assert_int_equal(again->severity, TOCSIN__V1__SEVERITY__SEVERITY_EXTREME);
	/* The open topic has the same admin-1: it is replaced in place, not cleared. */
	assert_int_equal(rig_count(update, TOCSIN_PUBLISH_OPEN), 2);
	for (size_t i = 0; i < update->publication_count; ++i) {
		assert_non_null(update->publications[i].payload);
	}
	rig_settle(&rig, update);
	rig_end(&rig);
}

static void audience_that_no_longer_qualifies(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *first = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Alert *before = rig_alert(&rig, first, PARTNERS_SEVERE);
	rig_settle(&rig, first);

	struct tocsin_outcome *update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2, "{'msg_type':'update','severity':'moderate','references':[%s]}",
			rig_reference(&rig, 1)));
	const Tocsin__V1__Alert *cancel = rig_alert(&rig, update, PARTNERS_SEVERE);
	const Tocsin__V1__Alert *fallback = rig_alert(&rig, update, COORDINATION_MODERATE);
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, update);
	char open[128];

	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_DEFAULTED);
	assert_int_equal(cancel->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL);
	assert_int_equal(cancel->severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_null(cancel->close);
	assert_int_equal(cancel->n_references, 1);
	assert_string_equal(cancel->references[0], before->id);
	assert_int_equal(cancel->revision, 2);
	assert_int_equal(cancel->n_rules, 0);
	assert_int_equal(fallback->revision, 2);
	assert_int_equal(fallback->n_references, 0);
	assert_string_equal(fallback->incident_id, rig_id(&rig, 1));
	snprintf(open, sizeof(open), "to/partners/open/ML/ML05/%s", before->incident_id);
	assert_true(rig_cleared(update, open));
	snprintf(open, sizeof(open), "to/partners/open-json/ML/ML05/%s", before->incident_id);
	assert_true(rig_cleared(update, open));
	rig_settle(&rig, update);

	/* A further version that does not qualify says nothing more. */
	update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 3, "{'msg_type':'update','severity':'minor','references':[%s]}",
			rig_reference(&rig, 2)));
	assert_null(rig_find(update, PARTNERS_SEVERE));
	rig_settle(&rig, update);

	/* One that qualifies again goes to all topics, and names all that went before. */
	update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 4, "{'msg_type':'update','severity':'extreme','references':[%s]}",
			rig_reference(&rig, 3)));
	const Tocsin__V1__Alert *back = rig_alert(&rig, update, PARTNERS_SEVERE);
	assert_int_equal(back->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE);
	assert_int_equal(back->n_references, 2);
	assert_string_equal(back->references[1], cancel->id);
	assert_int_equal(back->revision, 4);
	assert_int_equal(back->sequence, 3);
	rig_settle(&rig, update);
	rig_end(&rig);
}

/* It says another cause, perhaps; what was closed stays closed, and the warning must not
 * say that it is open. */
static void second_cancel_opens_nothing(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}")));
	for (unsigned i = 2; i <= 3; ++i) {
		struct tocsin_outcome *cancel = rig_submit(&rig, "mopti-17",
			rig_json(&rig, i, "{'msg_type':'cancel','references':[%s]}", rig_reference(&rig, 1)));
		const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, cancel);

		assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		assert_int_equal(receipt->n_violations, i - 2);
		for (size_t at = 0; at < receipt->n_violations; ++at) {
			assert_string_equal(receipt->violations[at]->message,
				"names an incident that was closed: an update opens it again");
		}
		for (size_t at = 0; at < cancel->publication_count; ++at) {
			assert_false(cancel->publications[at].kind == TOCSIN_PUBLISH_OPEN &&
				cancel->publications[at].payload);
		}
		rig_settle(&rig, cancel);
	}
	rig_end(&rig);
}

static void cancel_goes_where_versions_went(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *first = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Alert *before = rig_alert(&rig, first, PARTNERS_SEVERE);
	rig_settle(&rig, first);
	rig_settle(&rig,
		rig_submit(&rig, "mopti-17",
			rig_json(&rig, 2,
				"{'msg_type':'update','severity':'extreme','location':{'pcode':'ML0506'},"
				"'references':[%s]}",
				rig_reference(&rig, 1))));
	struct tocsin_outcome *cancel = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 3,
			"{'msg_type':'cancel','severity':null,'certainty':null,'event':null,"
			"'location':null,'sensitivity':null,'references':[%s,%s],"
			"'close':{'cause':'resolved','note':'over'}}",
			rig_reference(&rig, 1), rig_reference(&rig, 2)));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, cancel);
	const Tocsin__V1__Alert *old = rig_alert(&rig, cancel, PARTNERS_SEVERE);
	const Tocsin__V1__Alert *newer = rig_alert(&rig, cancel, PARTNERS_EXTREME);
	char open[128];

	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_ROUTED);
	assert_int_equal(receipt->n_rules, 0);
	assert_int_equal(receipt->topics, 2);
	assert_int_equal(receipt->n_violations, 0);
	assert_string_equal(old->id, newer->id);
	assert_int_equal(newer->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL);
	assert_int_equal(newer->close->cause, TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_RESOLVED);
	assert_string_equal(newer->close->note, "");
	assert_int_equal(newer->revision, 3);
	assert_int_equal(newer->n_references, 2);
	assert_int_equal(newer->n_rules, 0);
	assert_int_equal(rig_count(cancel, TOCSIN_PUBLISH_ALERT), 4);
	snprintf(open, sizeof(open), "to/partners/open/ML/ML05/%s", before->incident_id);
	assert_true(rig_cleared(cancel, open));
	rig_settle(&rig, cancel);

	/* An Update of what was closed opens it again, and says so. */
	struct tocsin_outcome *again = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 4, "{'msg_type':'update','references':[%s]}", rig_reference(&rig, 3)));
	receipt = rig_receipt(&rig, again);
	assert_true(rig_has_check(receipt, "references.closed"));
	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(rig_alert(&rig, again, PARTNERS_SEVERE)->revision, 4);
	assert_non_null(rig_find(again, open));
	rig_settle(&rig, again);
	rig_end(&rig);
}

static void cancel_before_its_alert(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *cancel = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2, "{'msg_type':'cancel','references':[%s],'close':{'cause':'error'}}",
			rig_reference(&rig, 1)));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, cancel);

	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_HELD);
	assert_int_equal(receipt->topics, 0);
	assert_true(rig_has_check(receipt, "references.unknown"));
	assert_int_equal(cancel->publication_count, 1);
	rig_settle(&rig, cancel);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->held, 1);

	/* Another sender's incident is not touched by it. */
	struct tocsin_outcome *alert = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	assert_int_equal(rig_count(alert, TOCSIN_PUBLISH_ALERT), 4);
	receipt = rig_receipt(&rig, alert);
	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_ROUTED);
	assert_int_equal(receipt->n_violations, 0);
	const Tocsin__V1__Alert *first = NULL, *last = NULL;
	for (size_t i = 0; i < alert->publication_count; ++i) {
		if (strcmp(alert->publications[i].topic, RIG_ROOT "/" PARTNERS_SEVERE) == 0) {
			last = rig_read_alert(&rig, &alert->publications[i]);
			first = first ? first : last;
		}
	}
	assert_non_null(first);
	if (!first) {
		return;
	}
	assert_int_equal(first->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT);
	assert_int_equal(first->revision, 1);
	assert_int_equal(first->topic_sequence, 1);
	assert_int_equal(last->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL);
	assert_int_equal(last->revision, 2);
	assert_int_equal(last->topic_sequence, 2);
	assert_int_equal(last->sequence, 2);
	assert_string_equal(last->references[0], first->id);
	assert_string_equal(last->incident_id, first->incident_id);
	assert_int_equal(last->close->cause, TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR);
	/* What was put into open/ is taken out again by what comes after it. */
	size_t opened = 0, cleared = 0;
	for (size_t i = 0; i < alert->publication_count; ++i) {
		if (alert->publications[i].kind == TOCSIN_PUBLISH_OPEN) {
			opened += alert->publications[i].payload != NULL;
			cleared += alert->publications[i].payload == NULL;
			assert_true(cleared == 0 || opened == 2);
		}
	}
	assert_int_equal(opened, 2);
	assert_int_equal(cleared, 2);
	rig_settle(&rig, alert);
	rig_end(&rig);
}

static void others_cancel_does_not_wait_for_mine(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig,
		rig_submit(&rig, "stranger",
			rig_json(&rig, 2, "{'msg_type':'cancel','references':[%s]}", rig_reference(&rig, 1))));
	struct tocsin_outcome *alert = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));

	assert_int_equal(rig_alert(&rig, alert, PARTNERS_SEVERE)->revision, 1);
	assert_int_equal(rig_count(alert, TOCSIN_PUBLISH_ALERT), 2);
	rig_settle(&rig, alert);
	rig_end(&rig);
}

static void references_are_judged(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}")));
	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 2, "{}")));
	const struct {
		const char *sender, *patch, *check;
	} cases[] = {
		{"other", "{'msg_type':'update','references':[%s]}", "references.sender"},
		{"mopti-17", "{'msg_type':'update','status':'exercise','references':[%s]}",
			"references.status"},
		{"mopti-17",
			"{'msg_type':'update','references':[%s,"
			"{'id':'00000002-0000-4000-8000-000000000002','sent':'2024-08-07T18:40:00Z'}]}",
			"references.chain"},
		{"mopti-17",
			"{'msg_type':'update','references':[{'sender':'other','id':"
			"'00000009-0000-4000-8000-000000000009'}]}",
			"references.sender"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		struct tocsin_outcome *outcome = rig_submit(
			&rig, cases[i].sender, rig_json(&rig, 3, cases[i].patch, rig_reference(&rig, 1)));
		const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);

		assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
		assert_true(rig_has_check(receipt, cases[i].check));
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_ALERT), 0);
		assert_non_null(outcome->refusal);
		assert_false(outcome->pending);
		rig_settle(&rig, outcome);
	}
	assert_int_equal(tocsin_engine_ledger(rig.engine)->rejected, 4);
	rig_end(&rig);
}

static void update_before_its_alert(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2, "{'msg_type':'update','severity':'extreme','references':[%s]}",
			rig_reference(&rig, 1)));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, update);
	const Tocsin__V1__Alert *newest =
		rig_alert(&rig, update, "to/partners/alert/extreme/battles/ML/ML05/ML0503");

	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_true(rig_has_check(receipt, "references.unknown"));
	assert_int_equal(newest->revision, 1);
	rig_settle(&rig, update);

	/* What it updated comes late: it is passed on, and open/ keeps the newer one. */
	struct tocsin_outcome *late = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Alert *alert = rig_alert(&rig, late, PARTNERS_SEVERE);
	assert_int_equal(alert->revision, 2);
	assert_string_equal(alert->references[0], newest->id);
	assert_string_equal(alert->incident_id, newest->incident_id);
	assert_int_equal(rig_count(late, TOCSIN_PUBLISH_OPEN), 0);
	rig_settle(&rig, late);

	/* One chain now: a Cancel may name both. */
	struct tocsin_outcome *cancel = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 3, "{'msg_type':'cancel','references':[%s,%s]}", rig_reference(&rig, 1),
			rig_reference(&rig, 2)));
	assert_int_equal(cancel->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(rig_receipt(&rig, cancel)->topics, 2);
	assert_int_equal(rig_count(cancel, TOCSIN_PUBLISH_OPEN), 2);
	rig_settle(&rig, cancel);
	rig_end(&rig);
}

static void expiry_is_silent(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *alert =
		rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{'expires':'2024-08-07T20:41:00Z'}"));
	const int64_t until_ms = RIG_START + 2 * RIG_HOUR + TO_THE_HOUR;
	char open[128];

	snprintf(open, sizeof(open), "to/partners/open/ML/ML05/%s",
		rig_alert(&rig, alert, PARTNERS_SEVERE)->incident_id);
	assert_int_equal(rig_find(alert, open)->expires_ms, until_ms);
	rig_settle(&rig, alert);
	assert_null(tocsin_engine_tick(rig.engine, until_ms - 1));
	struct tocsin_outcome *tick = tocsin_engine_tick(rig.engine, until_ms);
	assert_non_null(tick);
	assert_int_equal(tick->verdict, TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED);
	assert_false(tick->pending);
	assert_int_equal(tick->publication_count, 2);
	assert_true(rig_cleared(tick, open));
	tocsin_outcome_destroy(rig.engine, tick);
	assert_null(tocsin_engine_tick(rig.engine, rig.now_ms + 3 * RIG_HOUR));

	/* It is closed: a further version opens it again. */
	rig.now_ms += 3 * RIG_HOUR;
	struct tocsin_outcome *update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2, "{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1)));
	assert_true(rig_has_check(rig_receipt(&rig, update), "references.closed"));
	assert_non_null(rig_find(update, open));
	rig_settle(&rig, update);
	rig_end(&rig);
}

static void update_extends_expiry(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}")));
	rig.now_ms += 20 * RIG_HOUR;
	rig_settle(&rig,
		rig_submit(&rig, "mopti-17",
			rig_json(&rig, 2, "{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1))));
	assert_null(tocsin_engine_tick(rig.engine, PARTNERS_UNTIL));
	struct tocsin_outcome *tick = tocsin_engine_tick(rig.engine, PARTNERS_UNTIL + 20 * RIG_HOUR);
	assert_non_null(tick);
	assert_int_equal(tick->publication_count, 2);
	tocsin_outcome_destroy(rig.engine, tick);
	rig_end(&rig);
}

static void removed_audience_gets_nothing_more(void **state)
{
	(void)state;
	static const char rules[] = "version: 1\n"
								"gazetteer: [list.csv]\n"
								"audiences:\n"
								"  coordination: {max_sensitivity: severe}\n"
								"rules:\n"
								"  - id: none\n"
								"    match: {region: ML08}\n"
								"    alert: [{audience: coordination}]\n"
								"default:\n"
								"  alert: [{audience: coordination}]\n";
	struct rig rig = rig_begin();

	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}")));
	struct tocsin_ruleset *old = NULL;
	assert_int_equal(tocsin_engine_swap_rules(rig.engine, rig_load(rules), &old), TOCSIN_OK);
	tocsin_ruleset_destroy(old);
	struct tocsin_outcome *update = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 2, "{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1)));
	const Tocsin__V1__Alert *alert =
		rig_alert(&rig, update, "to/coordination/alert/severe/battles/ML/ML05/ML0503");
	assert_int_equal(alert->revision, 2);
	assert_string_equal(alert->hub, "hub");
	assert_int_equal(rig_count(update, TOCSIN_PUBLISH_ALERT), 2);
	rig_settle(&rig, update);
	/* It comes back with its count where it was. */
	assert_int_equal(tocsin_engine_swap_rules(rig.engine, rig_load(rig_rules), &old), TOCSIN_OK);
	tocsin_ruleset_destroy(old);
	assert_int_equal(tocsin_engine_sequence(rig.engine, "partners"), 1);
	struct tocsin_outcome *third = rig_submit(&rig, "mopti-17", rig_json(&rig, 3, "{}"));
	assert_int_equal(rig_alert(&rig, third, PARTNERS_SEVERE)->sequence, 2);
	rig_settle(&rig, third);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_reaches_its_audience),
		cmocka_unit_test(exercise_stays_in_its_tree),
		cmocka_unit_test(update_moves),
		cmocka_unit_test(audience_that_no_longer_qualifies),
		cmocka_unit_test(cancel_goes_where_versions_went),
		cmocka_unit_test(second_cancel_opens_nothing),
		cmocka_unit_test(cancel_before_its_alert),
		cmocka_unit_test(others_cancel_does_not_wait_for_mine),
		cmocka_unit_test(references_are_judged),
		cmocka_unit_test(update_before_its_alert),
		cmocka_unit_test(expiry_is_silent),
		cmocka_unit_test(update_extends_expiry),
		cmocka_unit_test(removed_audience_gets_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

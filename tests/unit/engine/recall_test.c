/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What memory let go of and the archive gives back, while something else waits for a
 * commit that fails then. */
#include "engine/rig.h"

#include "engine/restore.h"
#include "engine/state.h"

enum { MOST = 32, ORDINAL_BITS = 16 };

#define MOPTI "to/partners/alert/severe/battles/ML/ML05/ML0503"
#define DISPLACED "to/partners/alert/severe/displacement/ML/ML05/ML0503"

/* An archive of outcomes that were settled. */
struct kept {
	struct tocsin_archive archive;
	struct tocsin_outcome *outcomes[MOST];
	size_t count;
	bool broken;
};

static enum tocsin_status find_incident(void *ctx, const char *id, struct tocsin_record *record)
{
	const struct kept *kept = ctx;

	for (size_t i = 0; i < kept->count; ++i) {
		if (strcmp(kept->outcomes[i]->record->incident_id, id) == 0) {
			*record = *kept->outcomes[i]->record;
			return TOCSIN_OK;
		}
	}
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status find_chain(void *ctx, const char *key, struct tocsin_record *record)
{
	const struct kept *kept = ctx;

	for (size_t i = kept->count; i-- > 0;) {
		if (strcmp(kept->outcomes[i]->record->chain, key) == 0) {
			*record = *kept->outcomes[i]->record;
			return TOCSIN_OK;
		}
	}
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status find_alert(void *ctx, uint64_t row, const uint8_t **bytes, size_t *size)
{
	const struct kept *kept = ctx;
	const size_t ordinal = row & ((1 << ORDINAL_BITS) - 1);

	for (size_t i = 0; i < kept->count; ++i) {
		const struct tocsin_record *record = kept->outcomes[i]->record;

		if (record->journal_id == row >> ORDINAL_BITS && ordinal < record->alert_count) {
			*bytes = record->alerts[ordinal].bytes;
			*size = record->alerts[ordinal].size;
			return TOCSIN_OK;
		}
	}
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status find_topic(void *ctx, const char *topic, uint64_t *sequence)
{
	const struct kept *kept = ctx;
	enum tocsin_status status = TOCSIN_NOT_FOUND;

	for (size_t i = 0; i < kept->count; ++i) {
		const struct tocsin_record *record = kept->outcomes[i]->record;

		for (size_t k = 0; k < record->alert_count; ++k) {
			if (strcmp(record->alerts[k].topic, topic) == 0) {
				*sequence = record->alerts[k].topic_sequence;
				status = TOCSIN_OK;
			}
		}
	}
	return status;
}

static enum tocsin_status find_audience(void *ctx, const char *audience, uint64_t *sequence)
{
	const struct kept *kept = ctx;

	(void)audience;
	(void)sequence;
	return kept->broken ? TOCSIN_IO : TOCSIN_NOT_FOUND;
}

static struct rig begin(struct kept *kept)
{
	*kept = (struct kept){.archive = {.ctx = kept,
							  .incident = find_incident,
							  .chain = find_chain,
							  .alert = find_alert,
							  .topic_sequence = find_topic,
							  .audience_sequence = find_audience}};
	return rig_begin_from(rig_rules, &kept->archive, 1);
}

static void end(struct rig *rig, struct kept *kept)
{
	while (kept->count > 0) {
		tocsin_outcome_destroy(rig->engine, kept->outcomes[--kept->count]);
	}
	rig_end(rig);
}

static struct tocsin_outcome *report(struct rig *rig, const char *json)
{
	struct tocsin_outcome *outcome = rig_submit(rig, "one", json);

	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_true(outcome->pending);
	assert_non_null(outcome->record);
	return outcome;
}

static void keep(struct rig *rig, struct kept *kept, struct tocsin_outcome *outcome)
{
	assert_true(kept->count < MOST);
	tocsin_engine_settle(rig->engine, outcome);
	kept->outcomes[kept->count++] = outcome;
}

static void fail_commit(struct rig *rig, struct tocsin_outcome *outcome)
{
	tocsin_engine_fail(rig->engine, outcome, "disk", rig->now_ms);
	rig_settle(rig, outcome);
}

static char *follow(struct rig *rig, unsigned id, const char *type, unsigned of)
{
	return rig_json(rig, id, "{'msg_type':'%s','references':[%s]}", type, rig_reference(rig, of));
}

/* Incidents 1 to 4, of which memory has room for the last three; 3 is closed. */
static void fill(struct rig *rig, struct kept *kept)
{
	rig->engine->chains.ceiling = 3;
	for (unsigned id = 1; id <= 4; ++id) {
		keep(rig, kept, report(rig, rig_json(rig, id, "{}")));
	}
	keep(rig, kept, report(rig, follow(rig, 5, "cancel", 3)));
	assert_int_equal(rig->engine->chains.count, 3);
}

/* How many of all nodes, oldest first, hold; checks that they hang together. */
static size_t count_nodes(const struct tocsin_table *table,
	bool (*holds)(const struct tocsin_node *node, const uint8_t id[TOCSIN_UUID]),
	const uint8_t id[TOCSIN_UUID])
{
	const struct tocsin_node *older = NULL;
	size_t all = 0, count = 0;

	for (const struct tocsin_node *node = table->oldest; node; node = node->newer) {
		assert_ptr_equal(node->older, older);
		older = node;
		count += holds(node, id);
		++all;
	}
	assert_ptr_equal(table->newest, older);
	assert_int_equal(table->count, all);
	return count;
}

static bool is_chain(const struct tocsin_node *node, const uint8_t id[TOCSIN_UUID])
{
	return memcmp(((const struct tocsin_chain *)node)->key, id, TOCSIN_UUID) == 0;
}

static bool is_known(const struct tocsin_node *node, const uint8_t id[TOCSIN_UUID])
{
	return memcmp(((const struct tocsin_known *)node)->id, id, TOCSIN_UUID) == 0;
}

static size_t count_chains(struct rig *rig, unsigned number)
{
	uint8_t id[TOCSIN_UUID];

	assert_true(tocsin_uuid_read(rig_id(rig, number), id));
	return count_nodes(&rig->engine->chains, is_chain, id);
}

static size_t count_known(struct rig *rig, unsigned number)
{
	uint8_t id[TOCSIN_UUID];

	assert_true(tocsin_uuid_read(rig_id(rig, number), id));
	return count_nodes(&rig->engine->known, is_known, id);
}

/* What stood beside a chain that comes back was pushed out by another that was read. */
static void a_chain_comes_back_without_its_neighbour(void **state)
{
	(void)state;
	struct kept kept;
	struct rig rig = begin(&kept);

	fill(&rig, &kept);
	struct tocsin_outcome *pushes = report(&rig, rig_json(&rig, 6, "{}"));
	assert_int_equal(count_chains(&rig, 3), 0);
	struct tocsin_outcome *reads = report(&rig, follow(&rig, 7, "update", 1));
	assert_int_equal(count_chains(&rig, 1), 1);
	assert_int_equal(count_chains(&rig, 2), 0);
	fail_commit(&rig, reads);
	fail_commit(&rig, pushes);
	assert_int_equal(count_chains(&rig, 6), 0);
	assert_int_equal(count_chains(&rig, 3), 1);
	for (unsigned i = 0; i < 4; ++i) {
		keep(&rig, &kept, report(&rig, follow(&rig, 8 + i, "update", 1 + i)));
		assert_int_equal(count_chains(&rig, 1 + i), 1);
	}
	end(&rig, &kept);
}

/* What was pushed out, and read again before it came back, is there once. */
static void what_was_read_again_does_not_come_back(void **state)
{
	(void)state;
	struct kept kept;
	struct rig rig = begin(&kept);

	fill(&rig, &kept);
	struct tocsin_outcome *pushes = report(&rig, rig_json(&rig, 6, "{}"));
	struct tocsin_outcome *reads = report(&rig, follow(&rig, 7, "update", 3));
	assert_int_equal(count_chains(&rig, 3), 1);
	fail_commit(&rig, reads);
	fail_commit(&rig, pushes);
	assert_int_equal(count_chains(&rig, 3), 1);
	struct tocsin_outcome *update = report(&rig, follow(&rig, 7, "update", 3));
	assert_int_equal(rig_alert(&rig, update, MOPTI)->revision, 3);
	keep(&rig, &kept, update);

	rig.engine->known.ceiling = rig.engine->known.count;
	pushes = report(&rig, rig_json(&rig, 8, "{}"));
	assert_int_equal(count_known(&rig, 1), 0);
	struct tocsin_outcome *again = rig_submit(&rig, "one", rig_json(&rig, 1, "{}"));
	assert_int_equal(again->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	rig_settle(&rig, again);
	fail_commit(&rig, pushes);
	assert_int_equal(count_known(&rig, 1), 1);
	end(&rig, &kept);
}

/* A chain that is read back holds the topic and the figure that another has just begun. */
static void what_a_chain_came_to_hold_stays(void **state)
{
	(void)state;
	static const char patch[] =
		"{'event':{'type':'displacement'},'displacement':[{'unit':'person','figure':80,"
		"'population':'idp','flow_or_stock':'stock'}]}";
	struct kept kept;
	struct rig before = begin(&kept);

	keep(&before, &kept, report(&before, rig_json(&before, 1, "%s", patch)));
	struct rig rig = rig_begin_from(rig_rules, &kept.archive, 2);
	tocsin_engine_restore_id(rig.engine, rig_id(&rig, 1));
	struct tocsin_outcome *begins = report(&rig, rig_json(&rig, 2, "%s", patch));
	struct tocsin_outcome *reads = report(&rig,
		rig_json(&rig, 3, "{'msg_type':'update','references':[%s],'event':{'type':'displacement'}}",
			rig_reference(&rig, 1)));
	fail_commit(&rig, reads);
	fail_commit(&rig, begins);
	const struct tocsin_topic *topic =
		tocsin_topic_find(&rig.engine->topics, RIG_ROOT "/" DISPLACED);
	assert_non_null(topic);
	assert_int_equal(topic->count.sequence, 1);
	assert_int_equal(topic->node.pins, 1);
	struct tocsin_outcome *update = report(&rig, follow(&rig, 4, "update", 1));
	assert_int_equal(rig_alert(&rig, update, DISPLACED)->topic_sequence, 2);
	assert_int_equal(rig_count(update, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, update);
	rig_end(&rig);
	end(&before, &kept);
}

/* Not memory is short: the same rules may well be taken a moment later. */
static void rules_wait_for_an_archive_that_does_not_answer(void **state)
{
	(void)state;
	static const char rules[] = "version: 1\n"
								"gazetteer: [list.csv]\n"
								"audiences:\n"
								"  coordination: {max_sensitivity: severe}\n"
								"  neighbours: {max_sensitivity: severe}\n"
								"rules:\n"
								"  - id: kidal\n"
								"    match: {region: ML08}\n"
								"    alert: [{audience: neighbours}]\n"
								"default:\n"
								"  alert: [{audience: coordination}]\n";
	struct kept kept;
	struct rig rig = begin(&kept);
	const struct tocsin_ruleset *running = tocsin_engine_rules(rig.engine);
	struct tocsin_ruleset *next = rig_load(rules), *old = NULL;

	kept.broken = true;
	assert_int_equal(tocsin_engine_swap_rules(rig.engine, next, &old), TOCSIN_IO);
	assert_null(old);
	assert_ptr_equal(tocsin_engine_rules(rig.engine), running);
	keep(&rig, &kept, report(&rig, rig_json(&rig, 1, "{}")));
	kept.broken = false;
	assert_int_equal(tocsin_engine_swap_rules(rig.engine, next, &old), TOCSIN_OK);
	assert_ptr_equal(old, running);
	tocsin_ruleset_destroy(old);
	end(&rig, &kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_comes_back_without_its_neighbour),
		cmocka_unit_test(what_was_read_again_does_not_come_back),
		cmocka_unit_test(what_a_chain_came_to_hold_stays),
		cmocka_unit_test(rules_wait_for_an_archive_that_does_not_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

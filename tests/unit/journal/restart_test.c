/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An engine that begins anew from the journal's file goes on like the one that ran:
 * whatever comes next, both publish the same bytes. */
#include "journal/life.h"

#include "engine/random.h"
#include "engine/restore.h"
#include "engine/review.h"
#include "engine/silences.h"
#include "rules/silence.h"

static const char *const senders[] = {"one", "two", "three", NULL};

static const char rules_with_holds[] =
	"version: 1\n"
	"gazetteer: [list.csv]\n"
	"hub: rig\n"
	"audiences:\n"
	"  coordination: {max_sensitivity: severe, members: [coord-duty]}\n"
	"  partners: {max_sensitivity: high, members: [msf-duty]}\n"
	"  public: {max_sensitivity: low, format: [json]}\n"
	"  archive: {max_sensitivity: severe, format: [protobuf]}\n"
	"rules:\n"
	"  - id: mopti\n"
	"    match: {region: ML05, min_severity: moderate}\n"
	"    alert: [{audience: partners, open: true, expires: 24h}]\n"
	"    throttle: {per: [region, event], max: 2, in: 12h}\n"
	"  - id: kidal\n"
	"    match: {region: ML08}\n"
	"    alert: [{audience: coordination, open: true, expires: 24h}, {audience: archive}]\n"
	"    corroborate: {reports: 2, independent: sender, within: 18h}\n"
	"  - id: displaced\n"
	"    match: {event: displacement}\n"
	"    alert: [{audience: partners, open: true, expires: 14d},\n"
	"            {audience: archive, expires: 14d, qos: 2}]\n"
	"    throttle: {max: 3, in: 6h}\n"
	"  - id: notice\n"
	"    match: {sensitivity: low}\n"
	"    alert: [{audience: public, open: true}]\n"
	"default:\n"
	"  alert: [{audience: coordination, open: true}]\n";

static void add_silence(struct life *life, const char *text)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *silence = NULL;
	const char *id;

	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_silence_read(tocsin_engine_rules(life->rig.engine), "silence", text,
						 strlen(text), life->rig.now_ms, &diagnostics, &silence),
		TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(
		tocsin_engine_silence_add(life->rig.engine, silence, life->rig.now_ms, &id), TOCSIN_OK);
	assert_false(tocsin_engine_silence_saved(life->rig.engine, id));
	char copy[32];
	snprintf(copy, sizeof(copy), "%s", id);
	life_tick(life);
	assert_true(tocsin_engine_silence_saved(life->rig.engine, copy));
}

static void run_some(struct life *life, struct random *random, size_t steps)
{
	for (size_t i = 0; i < steps; ++i) {
		const struct random_step step = random_step(random, &life->rig);

		life->rig.now_ms += step.after_ms / 6;
		life_tick(life);
		life_commit(life, rig_submit(&life->rig, step.sender, step.json));
	}
}

static void run(const char *rules, uint64_t seed, bool silences)
{
	static const char *const audiences[] = {"coordination", "partners", "public", "archive"};
	struct life running, restored;
	struct random random = {.state = seed, .senders = senders};

	folder_make(&running.folder);
	life_begin(&running, rules, RIG_START);
	if (silences) {
		add_silence(&running,
			"{\"match\": {\"event\": \"displacement\"}, \"audiences\": [\"partners\"],"
			" \"author\": \"a\", \"reason\": \"r\", \"until\": \"2024-08-30T00:00:00Z\"}");
		add_silence(&running,
			"{\"match\": {\"region\": \"ML0506\"}, \"author\": \"a\","
			" \"reason\": \"r\", \"until\": \"2024-08-08T12:00:00Z\"}");
	}
	run_some(&running, &random, 80);
	life_tick(&running);
	copy_journal(&running, &restored);
	life_begin(&restored, rules, running.rig.now_ms);
	/* What ran out is cleared once more. */
	life_tick(&restored);
	for (size_t i = 0; i < 4; ++i) {
		assert_int_equal(tocsin_engine_sequence(running.rig.engine, audiences[i]),
			tocsin_engine_sequence(restored.rig.engine, audiences[i]));
	}
	assert_int_equal(tocsin_engine_ledger(restored.rig.engine)->received, 0);
	random_follow(&random, &running.rig, &restored.rig, 60);
	life_end(&restored);
	life_end(&running);
}

static void restored_engine_goes_on(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; ++seed) {
		run(rig_rules, seed * 104729, false);
	}
}

static void what_holds_back_goes_on(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; ++seed) {
		run(rules_with_holds, seed * 7919, false);
	}
}

static void silences_go_on(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; ++seed) {
		run(rules_with_holds, seed * 31337, true);
	}
}

#define OF(id) "'references':[{'id':'0000000" id "-0000-4000-8000-00000000000" id "'}]"

/* Versions that come in another order than they were written in, and a restart before the
 * last of them: what is open in the end is what would be, had they come in order. */
static void order_goes_on(void **state)
{
	(void)state;
	const struct {
		struct {
			unsigned id;
			const char *patch;
		} steps[4];  /* the last one with a patch comes after the restart */
		size_t sent; /* topics of alerts, a JSON twin for each */
		size_t open; /* chains in the end */
	} cases[] = {
		/* The Cancel of an Update that comes last. */
		{{{1, "{}"}, {3, "{'msg_type':'cancel'," OF("2") "}"},
			 {2, "{'msg_type':'update'," OF("1") "}"}},
			2, 0},
		/* The Cancel of a second Update, where the first comes last. */
		{{{1, "{}"}, {3, "{'msg_type':'update'," OF("2") "}"},
			 {4, "{'msg_type':'cancel'," OF("3") "}"}, {2, "{'msg_type':'update'," OF("1") "}"}},
			2, 0},
		/* The Cancel of an Update whose Alert comes last. */
		{{{2, "{'msg_type':'update'," OF("1") "}"}, {3, "{'msg_type':'cancel'," OF("2") "}"},
			 {1, "{}"}},
			2, 0},
		/* An Update that others are sent than its Alert, which comes last. */
		{{{2, "{'msg_type':'update','severity':'moderate'," OF("1") "}"}, {1, "{}"}}, 1, 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		struct life lives[3];
		size_t last = 0;

		folder_make(&lives[0].folder);
		life_begin(&lives[0], rig_rules, RIG_START);
		for (; last + 1 < 4 && cases[i].steps[last + 1].patch; ++last) {
			life_commit(&lives[0],
				rig_submit(&lives[0].rig, "one",
					rig_json(
						&lives[0].rig, cases[i].steps[last].id, "%s", cases[i].steps[last].patch)));
		}
		copy_journal(&lives[0], &lives[1]);
		life_begin(&lives[1], rig_rules, lives[0].rig.now_ms);
		struct tocsin_outcome *outcomes[2];
		for (size_t k = 0; k < 2; ++k) {
			outcomes[k] = rig_submit(&lives[k].rig, "one",
				rig_json(&lives[k].rig, cases[i].steps[last].id, "%s", cases[i].steps[last].patch));
		}
		random_compare(outcomes[0], outcomes[1]);
		assert_int_equal(rig_count(outcomes[1], TOCSIN_PUBLISH_ALERT), 2 * cases[i].sent);
		for (size_t k = 0; k < 2; ++k) {
			life_commit(&lives[k], outcomes[k]);
			assert_int_equal(open_count(&lives[k]), cases[i].open);
		}
		copy_journal(&lives[1], &lives[2]);
		life_begin(&lives[2], rig_rules, lives[1].rig.now_ms);
		assert_int_equal(open_count(&lives[2]), cases[i].open);
		for (size_t k = 0; k < 3; ++k) {
			life_end(&lives[k]);
		}
	}
}

#define PARTNERS "to/partners/alert/severe/battles/ML/ML05/ML0503"
#define TEXTS "'description':'What they saw','instruction':'Stay'"

static enum tocsin_review_state look_at(struct life *life, unsigned id)
{
	struct tocsin_review_look look;

	assert_int_equal(
		tocsin_engine_look(life->rig.engine, rig_id(&life->rig, id), life->rig.now_ms, &look),
		TOCSIN_OK);
	return look.state;
}

/* NULL where there is nothing to do. */
static struct tocsin_outcome *review(struct life *life, unsigned act, unsigned id)
{
	const struct tocsin_review what = {
		.id = rig_id(&life->rig, act), .version = rig_id(&life->rig, id), .author = "chief"};
	enum tocsin_review_state state;
	struct tocsin_outcome *outcome = NULL;

	assert_int_equal(
		tocsin_engine_review(life->rig.engine, &what, life->rig.now_ms, &state, &outcome),
		TOCSIN_OK);
	assert_int_equal(outcome != NULL, state == TOCSIN_REVIEW_WAITS);
	return outcome;
}

static void begin_with_texts(struct life *life)
{
	folder_make(&life->folder);
	life_begin(life, rig_rules, RIG_START);
	life_commit(life, rig_submit(&life->rig, "one", rig_json(&life->rig, 1, "{" TEXTS "}")));
	life->rig.now_ms += RIG_HOUR;
}

static void reviews_go_on(void **state)
{
	(void)state;
	struct life lives[2];
	struct random random = {.state = 4711, .senders = senders};

	begin_with_texts(&lives[0]);
	life_commit(&lives[0], review(&lives[0], 2, 1));
	copy_journal(&lives[0], &lives[1]);
	life_begin(&lives[1], rig_rules, lives[0].rig.now_ms);
	for (size_t i = 0; i < 2; ++i) {
		struct rig *rig = &lives[i].rig;
		assert_int_equal(look_at(&lives[i], 2), TOCSIN_REVIEW_DONE);
		assert_null(review(&lives[i], 3, 1));
		struct tocsin_outcome *same = rig_submit(rig, "one",
			rig_json(rig, 4, "{'msg_type':'update','references':[%s]," TEXTS "}",
				rig_reference(rig, 1)));
		assert_string_equal(rig_alert(rig, same, PARTNERS)->description, "What they saw");
		assert_int_equal(rig_alert(rig, same, PARTNERS)->revision, 3);
		life_commit(&lives[i], same);
		struct tocsin_outcome *other = rig_submit(rig, "one",
			rig_json(rig, 5, "{'msg_type':'update','references':[%s],'instruction':'Stay'}",
				rig_reference(rig, 4)));
		assert_string_equal(rig_alert(rig, other, PARTNERS)->instruction, "");
		life_commit(&lives[i], other);
		assert_int_equal(look_at(&lives[i], 1), TOCSIN_REVIEW_WAITS);
		life_commit(&lives[i], review(&lives[i], 6, 5));
	}
	random_follow(&random, &lives[0].rig, &lives[1].rig, 60);
	life_end(&lives[1]);
	life_end(&lives[0]);
}

/* Its reporter's next incident is no possible duplicate of it, the reviewer's own is. */
static void what_was_reviewed_stays_its_reporters(void **state)
{
	(void)state;
	struct life lives[2];

	begin_with_texts(&lives[0]);
	life_commit(&lives[0], review(&lives[0], 2, 1));
	copy_journal(&lives[0], &lives[1]);
	life_begin(&lives[1], rig_rules, lives[0].rig.now_ms);
	for (size_t i = 0; i < 2; ++i) {
		struct rig *rig = &lives[i].rig;
		struct tocsin_outcome *own = rig_submit(rig, "one", rig_json(rig, 3, "{}"));
		assert_int_equal(rig_alert(rig, own, PARTNERS)->n_possible_duplicate_of, 0);
		life_commit(&lives[i], own);
		struct tocsin_outcome *other = rig_submit(rig, "chief", rig_json(rig, 4, "{}"));
		assert_int_equal(rig_alert(rig, other, PARTNERS)->n_possible_duplicate_of, 2);
		life_commit(&lives[i], other);
	}
	life_end(&lives[1]);
	life_end(&lives[0]);
}

static void a_review_that_fails_leaves_nothing(void **state)
{
	(void)state;
	struct life life;

	begin_with_texts(&life);
	struct tocsin_outcome *outcome = review(&life, 2, 1);
	/* Not on disk yet. */
	assert_int_equal(look_at(&life, 1), TOCSIN_REVIEW_DONE);
	tocsin_engine_fail(life.rig.engine, outcome, "disk", life.rig.now_ms);
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
	assert_int_equal(outcome->publication_count, 0);
	assert_null(outcome->record);
	rig_settle(&life.rig, outcome);
	assert_int_equal(look_at(&life, 1), TOCSIN_REVIEW_WAITS);
	outcome = review(&life, 2, 1);
	const Tocsin__V1__Alert *alert = rig_alert(&life.rig, outcome, PARTNERS);
	assert_string_equal(alert->description, "What they saw");
	assert_int_equal(alert->revision, 2);
	assert_int_equal(alert->sequence, 2);
	assert_int_equal(alert->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE);
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_ALERT), 2);
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_OPEN), 2);
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_RECEIPT), 0);
	life_commit(&life, outcome);
	/* What has run out is over. */
	life.rig.now_ms += 2 * RIG_DAY;
	assert_int_equal(look_at(&life, 1), TOCSIN_REVIEW_OVER);
	assert_null(review(&life, 3, 1));
	life_end(&life);
}

static enum tocsin_status no_alert(void *ctx, uint64_t row, const uint8_t **bytes, size_t *size)
{
	(void)ctx;
	(void)row;
	(void)bytes;
	(void)size;
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status no_sequence(void *ctx, const char *name, uint64_t *sequence)
{
	(void)ctx;
	(void)name;
	(void)sequence;
	return TOCSIN_NOT_FOUND;
}

static enum tocsin_status broken(void *ctx, const char *topic, uint64_t *sequence)
{
	(void)ctx;
	(void)topic;
	(void)sequence;
	return TOCSIN_IO;
}

/* A topic of which nobody knows how far it counted is no lack of memory: that would keep
 * the hub from starting. */
static void a_broken_part_is_told_as_such(void **state)
{
	static const struct tocsin_archive nothing = {
		.alert = no_alert, .topic_sequence = broken, .audience_sequence = no_sequence};
	struct life life;
	struct tocsin_record record;

	(void)state;
	begin_with_texts(&life);
	struct rig other = rig_begin_from(rig_rules, &nothing, 100);
	const struct tocsin_archive *archive = tocsin_journal_archive(life.journal);
	assert_int_equal(archive->chain(archive->ctx, rig_id(&life.rig, 1), &record), TOCSIN_OK);
	assert_non_null(record.memory);
	assert_int_equal(tocsin_engine_restore(other.engine, &record, RIG_START), TOCSIN_IO);
	rig_end(&other);
	life_end(&life);
}

static struct tocsin_archive shelf; /* the journal's own */
static enum tocsin_status reads;

static enum tocsin_status find_alert(void *ctx, uint64_t row, const uint8_t **bytes, size_t *size)
{
	return reads == TOCSIN_OK ? shelf.alert(ctx, row, bytes, size) : reads;
}

/* One that is open and cannot be read now is to be asked about again. */
static void what_cannot_be_read_is_not_over(void **state)
{
	struct life life;
	struct tocsin_record record;
	struct tocsin_outcome *outcome = NULL;
	uint8_t(*keys)[TOCSIN_UUID] = NULL;
	size_t count = 0;

	(void)state;
	begin_with_texts(&life);
	shelf = *tocsin_journal_archive(life.journal);
	struct tocsin_archive archive = shelf;
	archive.alert = find_alert;
	struct rig other = rig_begin_from(rig_rules, &archive, 100);
	assert_int_equal(shelf.chain(shelf.ctx, rig_id(&life.rig, 1), &record), TOCSIN_OK);
	assert_int_equal(tocsin_engine_restore(other.engine, &record, life.rig.now_ms), TOCSIN_OK);
	assert_int_equal(tocsin_engine_open_chains(other.engine, &keys, &count), TOCSIN_OK);
	assert_int_equal(count, 1);
	reads = TOCSIN_IO;
	assert_int_equal(
		tocsin_engine_repeat_open(other.engine, keys[0], NULL, life.rig.now_ms, &outcome),
		TOCSIN_IO);
	assert_null(outcome);
	/* Nor is one that a new journal does not have. */
	reads = TOCSIN_NOT_FOUND;
	assert_int_equal(
		tocsin_engine_repeat_open(other.engine, keys[0], NULL, life.rig.now_ms, &outcome),
		TOCSIN_OK);
	assert_null(outcome);
	reads = TOCSIN_OK;
	/* What is given up is there again, also where it has run out. */
	for (int hours = 0; hours <= 48; hours += 24) {
		const int64_t now_ms = life.rig.now_ms + hours * RIG_HOUR;

		assert_int_equal(
			tocsin_engine_repeat_open(other.engine, keys[0], NULL, now_ms, &outcome), TOCSIN_OK);
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_OPEN), 2);
		tocsin_outcome_destroy(other.engine, outcome);
	}
	free(keys);
	rig_end(&other);
	life_end(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restored_engine_goes_on),
		cmocka_unit_test(what_holds_back_goes_on),
		cmocka_unit_test(silences_go_on),
		cmocka_unit_test(order_goes_on),
		cmocka_unit_test(reviews_go_on),
		cmocka_unit_test(what_was_reviewed_stays_its_reporters),
		cmocka_unit_test(a_review_that_fails_leaves_nothing),
		cmocka_unit_test(a_broken_part_is_told_as_such),
		cmocka_unit_test(what_cannot_be_read_is_not_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

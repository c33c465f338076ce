/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A review after rules that let an audience see less. */
#include "journal/life.h"

#include "engine/review.h"

#define RULES(audiences, outputs)                                                                  \
	"version: 1\n"                                                                                 \
	"gazetteer: [list.csv]\n"                                                                      \
	"audiences:\n"                                                                                 \
	"  coordination: {max_sensitivity: severe}\n" audiences "rules:\n"                             \
	"  - id: mopti\n"                                                                              \
	"    match: {region: ML05}\n"                                                                  \
	"    alert: [" outputs "]\n"                                                                   \
	"default:\n"                                                                                   \
	"  alert: [{audience: coordination, open: true}]\n"
#define PARTNERS(level) "  partners: {max_sensitivity: " level "}\n"
#define TO_PARTNERS "{audience: partners, open: true}"
#define TEXTS "'description':'What they saw'"
#define PARTNERS_ALERT "to/partners/alert/severe/battles/ML/ML05/ML0503"

static void swap(struct rig *rig, const char *rules)
{
	struct tocsin_ruleset *old = NULL;

	assert_int_equal(tocsin_engine_swap_rules(rig->engine, rig_load(rules), &old), TOCSIN_OK);
	tocsin_ruleset_destroy(old);
}

static struct tocsin_outcome *review(
	struct life *life, unsigned act, unsigned id, enum tocsin_review_state *state)
{
	const struct tocsin_review what = {
		.id = rig_id(&life->rig, act), .version = rig_id(&life->rig, id), .author = "chief"};
	struct tocsin_outcome *outcome = NULL;

	assert_int_equal(
		tocsin_engine_review(life->rig.engine, &what, life->rig.now_ms, state, &outcome),
		TOCSIN_OK);
	return outcome;
}

#define BOTH(partners)                                                                             \
	RULES(PARTNERS(partners) "  network: {max_sensitivity: high}\n",                               \
		TO_PARTNERS ", {audience: network, open: true}")

/* An alert that shows everything is not sent again to who may see less now. */
static void a_review_passes_by_who_was_sent_more(void **state)
{
	static const char *const rules[] = {RULES(PARTNERS("severe"), TO_PARTNERS), BOTH("severe")};
	static const char *const next[] = {RULES(PARTNERS("high"), TO_PARTNERS), BOTH("high")};
	(void)state;
	for (size_t i = 0; i < 2; ++i) {
		struct life life;
		enum tocsin_review_state found;
		struct tocsin_review_look look;

		folder_make(&life.folder);
		life_begin(&life, rules[i], RIG_START);
		life_commit(&life, rig_submit(&life.rig, "one", rig_json(&life.rig, 1, "{" TEXTS "}")));
		swap(&life.rig, next[i]);
		assert_int_equal(
			tocsin_engine_look(life.rig.engine, rig_id(&life.rig, 1), life.rig.now_ms, &look),
			TOCSIN_OK);
		assert_int_equal(look.audience_count, i);
		struct tocsin_outcome *released = review(&life, 2, 1, &found);
		assert_int_equal(found, i ? TOCSIN_REVIEW_WAITS : TOCSIN_REVIEW_NOBODY);
		if (released) {
			assert_int_equal(rig_count(released, TOCSIN_PUBLISH_ALERT), 2);
			for (size_t k = 0; k < released->publication_count; ++k) {
				assert_null(strstr(released->publications[k].topic, "to/partners/"));
			}
			life_commit(&life, released);
		}
		/* The next version is made for what it may see, and carries what was released. */
		struct tocsin_outcome *update = rig_submit(&life.rig, "one",
			rig_json(&life.rig, 3, "{'msg_type':'update','references':[%s]," TEXTS "}",
				rig_reference(&life.rig, 1)));
		const Tocsin__V1__Alert *alert = rig_alert(&life.rig, update, PARTNERS_ALERT);
		assert_string_equal(alert->sender, "");
		assert_string_equal(alert->description, i ? "What they saw" : "");
		life_commit(&life, update);
		released = review(&life, 4, 3, &found);
		assert_int_equal(found, i ? TOCSIN_REVIEW_DONE : TOCSIN_REVIEW_WAITS);
		if (released) {
			alert = rig_alert(&life.rig, released, PARTNERS_ALERT);
			assert_string_equal(alert->description, "What they saw");
			assert_string_equal(alert->sender, "");
			life_commit(&life, released);
		}
		life_end(&life);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_review_passes_by_who_was_sent_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

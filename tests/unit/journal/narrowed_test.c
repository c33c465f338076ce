/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rules that let an audience see less: what stands retained for it goes, and nothing of it
 * is sent again. */
#include "journal/life.h"

#include "engine/repeat.h"
#include "journal/shelf_pages.h"
#include "tocsin/v1/digest.pb-c.h"

#define RULES(audiences, outputs)                                                                  \
	"version: 1\n"                                                                                 \
	"gazetteer: [list.csv]\n"                                                                      \
	"hub: rig\n"                                                                                   \
	"audiences:\n"                                                                                 \
	"  coordination: {max_sensitivity: severe}\n" audiences "rules:\n"                             \
	"  - id: mopti\n"                                                                              \
	"    match: {region: ML05}\n"                                                                  \
	"    alert: [" outputs "]\n"                                                                   \
	"default:\n"                                                                                   \
	"  alert: [{audience: coordination, open: true}]\n"
#define PARTNERS(level) "  partners: {max_sensitivity: " level "}\n"
#define PUBLIC(detail) "  public: {max_sensitivity: low, format: [json], detail: " detail "}\n"
#define TO_PARTNERS "{audience: partners, open: true, expires: 14d}"
#define TO_PUBLIC "{audience: public, open: true, expires: 14d}"
#define TO_BOTH TO_PARTNERS ", " TO_PUBLIC

static const char wide[] = RULES(PARTNERS("severe") PUBLIC("adm2"), TO_BOTH);
static const char lower[] = RULES(PARTNERS("high") PUBLIC("adm2"), TO_BOTH);
static const char coarser[] = RULES(PARTNERS("severe") PUBLIC("adm1"), TO_BOTH);
static const char gone[] = RULES(PUBLIC("adm2"), TO_PUBLIC);

#define OPEN "to/partners/open/ML/ML05/00000001-0000-4000-8000-000000000001"
#define OPEN_JSON "to/partners/open-json/ML/ML05/00000001-0000-4000-8000-000000000001"
#define FIGURE "to/partners/figure/ML/ML05/ML0503/-/idp/stock"
#define FIGURE_JSON "to/partners/figure-json/ML/ML05/ML0503/-/idp/stock"
#define PUBLIC_FIGURE "to/public/figure-json/ML/ML05/ML0503/-/idp/stock"
#define REPORT                                                                                     \
	"'sensitivity':'low','event':{'type':'displacement'},'displacement':[{'unit':'person',"        \
	"'figure':500,'population':'idp','flow_or_stock':'stock'}]"

/* Returns who sees something else. */
static struct tocsin_sights swap(struct rig *rig, const char *rules)
{
	struct tocsin_sights sights = {.count = 0};
	struct tocsin_ruleset *next = rig_load(rules);
	struct tocsin_ruleset *old = NULL;

	assert_int_equal(tocsin_engine_swap_rules(rig->engine, next, &old), TOCSIN_OK);
	tocsin_sights_add(&sights, old, next);
	tocsin_ruleset_destroy(old);
	return sights;
}

static struct tocsin_outcome *repeat_open(struct rig *rig, const struct tocsin_sights *only)
{
	uint8_t(*chains)[TOCSIN_UUID] = NULL;
	size_t count;

	assert_int_equal(tocsin_engine_open_chains(rig->engine, &chains, &count), TOCSIN_OK);
	assert_int_equal(count, 1);
	assert_false(tocsin_engine_open_waits(rig->engine, chains[0]));
	struct tocsin_outcome *outcome = NULL;

	assert_int_equal(
		tocsin_engine_repeat_open(rig->engine, chains[0], only, rig->now_ms, &outcome), TOCSIN_OK);
	free(chains);
	return outcome;
}

/* Of one audience. */
struct figures {
	struct rig *rig;
	const struct tocsin_sights *only;
	struct tocsin_outcome *outcome;
};

static void take_figure(void *ctx, const struct tocsin_record_figure *figure)
{
	struct figures *figures = ctx;
	struct tocsin_outcome *outcome =
		tocsin_engine_repeat_figure(figures->rig->engine, figure, figures->only);

	assert_true(!outcome || !figures->outcome);
	figures->outcome = outcome ? outcome : figures->outcome;
}

static struct tocsin_outcome *repeat_figures(struct life *life, const struct tocsin_sights *only)
{
	struct figures figures = {.rig = &life->rig, .only = only};
	struct tocsin_shelf_page page = {.count = 10, .ctx = &figures};
	size_t taken;

	assert_int_equal(tocsin_shelf_page_figures(
						 tocsin_journal_shelf(life->journal), &page, 0, take_figure, &taken),
		TOCSIN_OK);
	assert_int_equal(taken, 2);
	return figures.outcome;
}

static void begin(struct life *life)
{
	folder_make(&life->folder);
	life_begin(life, wide, RIG_START);
	life_commit(life, rig_submit(&life->rig, "one", rig_json(&life->rig, 1, "{" REPORT "}")));
}

/* What stands for partners alone, cleared or published again. */
static void assert_follows(struct life *life, const struct tocsin_sights *sights, bool stands)
{
	struct tocsin_outcome *open = repeat_open(&life->rig, sights);
	struct tocsin_outcome *figure = repeat_figures(life, sights);

	assert_int_equal(open->publication_count, 2);
	assert_int_equal(figure->publication_count, 2);
	if (stands) {
		assert_int_equal(rig_alert(&life->rig, open, OPEN)->redaction,
			TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE);
		assert_int_equal(rig_alert(&life->rig, open, OPEN_JSON)->redaction,
			TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE);
		assert_int_equal(rig_alert(&life->rig, figure, FIGURE)->redaction,
			TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE);
	} else {
		assert_true(rig_cleared(open, OPEN));
		assert_true(rig_cleared(open, OPEN_JSON));
		assert_true(rig_cleared(figure, FIGURE));
		assert_true(rig_cleared(figure, FIGURE_JSON));
	}
	rig_settle(&life->rig, open);
	rig_settle(&life->rig, figure);
}

static void what_stands_follows_the_level(void **state)
{
	(void)state;
	struct life life;

	begin(&life);
	struct tocsin_sights sights = swap(&life.rig, wide);
	assert_int_equal(sights.count, 0);
	sights = swap(&life.rig, lower);
	assert_follows(&life, &sights, false);
	/* One that was lowered by mistake gets back what it had. */
	sights = swap(&life.rig, wide);
	assert_follows(&life, &sights, true);
	life_end(&life);
}

static void what_stands_goes_with_its_audience(void **state)
{
	(void)state;
	struct life life;

	begin(&life);
	struct tocsin_sights sights = swap(&life.rig, gone);
	assert_follows(&life, &sights, false);
	sights = swap(&life.rig, wide);
	assert_follows(&life, &sights, true);
	life_end(&life);
}

static void what_ended_meanwhile_does_not_come_back(void **state)
{
	static const char *const changes[] = {
		"'msg_type':'update'," REPORT, "'msg_type':'cancel','close':{'cause':'error'}"};
	(void)state;
	for (size_t i = 0; i < 2; ++i) {
		struct life life;
		uint8_t(*chains)[TOCSIN_UUID] = NULL;
		size_t count;

		begin(&life);
		(void)swap(&life.rig, gone);
		struct tocsin_outcome *end = rig_submit(&life.rig, "one",
			rig_json(
				&life.rig, 2, "{%s,'references':[%s]}", changes[i], rig_reference(&life.rig, 1)));
		assert_true(rig_cleared(end, OPEN));
		assert_true(rig_cleared(end, OPEN_JSON));
		assert_true(rig_cleared(end, FIGURE));
		life_commit(&life, end);
		struct tocsin_sights sights = swap(&life.rig, wide);
		assert_int_equal(tocsin_engine_open_chains(life.rig.engine, &chains, &count), TOCSIN_OK);
		assert_int_equal(count, i == 0);
		if (count > 0) {
			struct tocsin_outcome *again = NULL;

			assert_int_equal(tocsin_engine_repeat_open(
								 life.rig.engine, chains[0], &sights, life.rig.now_ms, &again),
				TOCSIN_OK);
			assert_null(again);
		}
		free(chains);
		life_end(&life);
	}
}

static void what_stands_follows_the_detail(void **state)
{
	(void)state;
	struct life life;

	begin(&life);
	struct tocsin_sights sights = swap(&life.rig, coarser);
	struct tocsin_outcome *open = repeat_open(&life.rig, &sights);
	assert_int_equal(open->publication_count, 1);
	assert_null(open->publications[0].payload);
	assert_non_null(strstr(open->publications[0].topic, "to/public/open-json/ML/ML05/"));
	rig_settle(&life.rig, open);
	struct tocsin_outcome *figure = repeat_figures(&life, &sights);
	assert_int_equal(figure->publication_count, 1);
	assert_true(rig_cleared(figure, PUBLIC_FIGURE));
	rig_settle(&life.rig, figure);
	life_end(&life);
}

/* It says more than what stands, or is taken back. */
static void what_waits_for_its_commit_is_looked_at_later(void **state)
{
	(void)state;
	struct life life;
	uint8_t(*chains)[TOCSIN_UUID] = NULL;
	size_t count;

	begin(&life);
	struct tocsin_outcome *update = rig_submit(&life.rig, "one",
		rig_json(&life.rig, 2, "{'msg_type':'update','references':[%s]," REPORT "}",
			rig_reference(&life.rig, 1)));
	assert_int_equal(tocsin_engine_open_chains(life.rig.engine, &chains, &count), TOCSIN_OK);
	assert_true(tocsin_engine_open_waits(life.rig.engine, chains[0]));
	free(chains);
	life_commit(&life, update);
	struct tocsin_sights sights = swap(&life.rig, lower);
	assert_follows(&life, &sights, false);
	life_end(&life);
}

static void without_a_journal_all_of_the_narrowed_goes(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(wide, false);

	rig_settle(&rig, rig_submit(&rig, "one", rig_json(&rig, 1, "{" REPORT "}")));
	struct tocsin_sights sights = swap(&rig, lower);
	struct tocsin_outcome *open = repeat_open(&rig, &sights);
	assert_int_equal(open->publication_count, 2);
	assert_true(rig_cleared(open, OPEN));
	assert_true(rig_cleared(open, OPEN_JSON));
	rig_settle(&rig, open);
	struct tocsin_outcome *figure = tocsin_engine_clear_figures(rig.engine, &sights, 10);
	assert_int_equal(figure->publication_count, 2);
	assert_true(rig_cleared(figure, FIGURE));
	assert_true(rig_cleared(figure, FIGURE_JSON));
	rig_settle(&rig, figure);
	assert_null(tocsin_engine_clear_figures(rig.engine, &sights, 10));
	assert_null(repeat_open(&rig, &sights));
	/* Nobody knows what stood there. */
	sights = swap(&rig, wide);
	assert_null(repeat_open(&rig, &sights));
	assert_null(tocsin_engine_clear_figures(rig.engine, &sights, 10));
	rig_end(&rig);
}

static void a_digest_is_not_repeated_to_who_may_see_less(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(wide, true);
	Tocsin__V1__Digest digest = TOCSIN__V1__DIGEST__INIT;
	uint8_t bytes[64];

	digest.audience = (char *)(uintptr_t) "partners";
	digest.rule = (char *)(uintptr_t) "mopti";
	digest.redaction = TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;
	const struct tocsin_record_digest record = {
		.audience = "partners", .bytes = bytes, .size = tocsin__v1__digest__pack(&digest, bytes)};
	struct tocsin_outcome *outcome = tocsin_engine_repeat_digest(rig.engine, &record);
	assert_int_equal(outcome->publication_count, 2);
	rig_settle(&rig, outcome);
	(void)swap(&rig, lower);
	assert_null(tocsin_engine_repeat_digest(rig.engine, &record));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_follows_the_level),
		cmocka_unit_test(what_stands_goes_with_its_audience),
		cmocka_unit_test(what_ended_meanwhile_does_not_come_back),
		cmocka_unit_test(what_stands_follows_the_detail),
		cmocka_unit_test(what_waits_for_its_commit_is_looked_at_later),
		cmocka_unit_test(without_a_journal_all_of_the_narrowed_goes),
		cmocka_unit_test(a_digest_is_not_repeated_to_who_may_see_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

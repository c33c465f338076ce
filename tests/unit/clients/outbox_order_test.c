/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/report/outbox_order.h"

#define NOW_MS INT64_C(1723060800000)

enum { MOST = 8 };

struct bench {
	struct tocsin_outbox outbox;
	struct tocsin_parcel parcels[MOST], *list[MOST];
	char references[MOST][1][TOCSIN_OUTBOX_ID];
	struct tocsin_outbox_order order;
};

static void set_up(struct bench *bench)
{
	*bench = (struct bench){.order = {.sender = "mopti-17"}};
	bench->outbox.parcels = bench->list;
}

/* Adds one that waits; after names the id of what it supersedes, or is NULL. */
static struct tocsin_parcel *put(
	struct bench *bench, const char *id, Tocsin__V1__Severity severity, const char *after)
{
	size_t at = bench->outbox.count++;
	struct tocsin_parcel *parcel = bench->list[at] = &bench->parcels[at];
	static char sender[] = "mopti-17";
	parcel->sender = sender;
	parcel->severity = severity;
	snprintf(parcel->id, sizeof(parcel->id), "%s", id);
	if (after) {
		snprintf(bench->references[at][0], TOCSIN_OUTBOX_ID, "%s", after);
		parcel->references = bench->references[at];
		parcel->reference_count = 1;
	}
	return parcel;
}

static const char *next(struct bench *bench)
{
	int64_t wait_ms;
	struct tocsin_parcel *parcel =
		tocsin_outbox_next(&bench->outbox, &bench->order, NOW_MS, &wait_ms);
	if (!parcel)
		return "";
	parcel->in_flight = true;
	return parcel->id;
}

static void answer(struct tocsin_parcel *parcel, enum tocsin_parcel_state state)
{
	parcel->in_flight = false;
	parcel->state = state;
}

#define MINOR TOCSIN__V1__SEVERITY__SEVERITY_MINOR
#define MODERATE TOCSIN__V1__SEVERITY__SEVERITY_MODERATE
#define UNKNOWN TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN
#define SEVERE TOCSIN__V1__SEVERITY__SEVERITY_SEVERE
#define EXTREME TOCSIN__V1__SEVERITY__SEVERITY_EXTREME

static void in_the_order_of_writing(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	put(&bench, "a", MINOR, NULL);
	put(&bench, "b", EXTREME, NULL);
	put(&bench, "c", UNKNOWN, NULL);
	assert_string_equal(next(&bench), "a");
	assert_string_equal(next(&bench), "b");
	assert_string_equal(next(&bench), "c");
	assert_string_equal(next(&bench), "");
}

static void severe_first_where_asked(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	bench.order.severe_first = true;
	put(&bench, "minor", MINOR, NULL);
	put(&bench, "moderate", MODERATE, NULL);
	put(&bench, "unknown", UNKNOWN, NULL);
	put(&bench, "severe", SEVERE, NULL);
	put(&bench, "first extreme", EXTREME, NULL);
	put(&bench, "second extreme", EXTREME, NULL);
	assert_string_equal(next(&bench), "first extreme");
	assert_string_equal(next(&bench), "second extreme");
	assert_string_equal(next(&bench), "severe");
	assert_string_equal(next(&bench), "unknown");
	assert_string_equal(next(&bench), "moderate");
	assert_string_equal(next(&bench), "minor");
}

static void never_before_its_predecessor(void **state)
{
	struct bench bench;
	(void)state;
	for (int severe_first = 0; severe_first < 2; severe_first++) {
		set_up(&bench);
		bench.order.severe_first = severe_first;
		struct tocsin_parcel *first = put(&bench, "first", MINOR, NULL);
		struct tocsin_parcel *update = put(&bench, "update", EXTREME, "first");
		put(&bench, "cancel", 0, "update");
		put(&bench, "other", MODERATE, NULL);
		put(&bench, "alone", MINOR, "not here");
		/* The minor one goes ahead of the moderate: an extreme waits for it. */
		assert_string_equal(next(&bench), "first");
		assert_string_equal(next(&bench), "other");
		assert_string_equal(next(&bench), "alone");
		assert_string_equal(next(&bench), "");
		/* Put off is no answer. */
		answer(first, TOCSIN_PARCEL_WAITING);
		first->retry_at_ms = NOW_MS + 1000;
		assert_string_equal(next(&bench), "");
		first->retry_at_ms = NOW_MS;
		assert_string_equal(next(&bench), "first");
		answer(first, TOCSIN_PARCEL_ACCEPTED);
		assert_string_equal(next(&bench), "update");
		assert_string_equal(next(&bench), "");
		/* A refusal is one. */
		answer(update, TOCSIN_PARCEL_REFUSED);
		assert_string_equal(next(&bench), "cancel");
	}
}

static void sent_without_an_answer_goes_again_and_holds_its_update(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	struct tocsin_parcel *first = put(&bench, "first", MINOR, NULL);
	put(&bench, "update", MINOR, "first");
	first->state = TOCSIN_PARCEL_SENT;
	assert_string_equal(next(&bench), "first");
	assert_string_equal(next(&bench), "");
	/* Another account cannot bring it home, and its update waits with it. */
	static char other[] = "gao-3";
	first->in_flight = false;
	first->sender = other;
	assert_string_equal(next(&bench), "");
}

static void what_is_for_another_broker_stays(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	struct tocsin_parcel *other = put(&bench, "other", EXTREME, NULL);
	struct tocsin_parcel *ours = put(&bench, "ours", MINOR, NULL);
	put(&bench, "any", MINOR, NULL);
	struct tocsin_parcel *update = put(&bench, "update", MINOR, "other");
	snprintf(other->host, sizeof(other->host), "hub:8883");
	snprintf(ours->host, sizeof(ours->host), "training:1883");
	snprintf(update->host, sizeof(update->host), "training:1883");
	bench.order.host = "training:1883";
	assert_true(tocsin_parcel_is_elsewhere(other, &bench.order));
	assert_false(tocsin_parcel_is_elsewhere(ours, &bench.order));
	assert_string_equal(next(&bench), "ours");
	assert_string_equal(next(&bench), "any");
	/* It would come before what it corrects. */
	assert_string_equal(next(&bench), "");
	bench.order.host = NULL;
	assert_false(tocsin_parcel_is_elsewhere(other, &bench.order));
	assert_string_equal(next(&bench), "other");
	answer(other, TOCSIN_PARCEL_REFUSED);
	bench.order.host = "training:1883";
	assert_false(tocsin_parcel_is_elsewhere(other, &bench.order));
	assert_string_equal(next(&bench), "update");
}

static void references_in_a_circle_hold_nobody(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	struct tocsin_parcel *a = put(&bench, "a", MINOR, "b");
	struct tocsin_parcel *b = put(&bench, "b", MINOR, "a");
	put(&bench, "c", MINOR, NULL);
	const char *id = next(&bench);
	struct tocsin_parcel *first = strcmp(id, "a") == 0 ? a : b;
	assert_string_equal(id, first->id);
	assert_string_equal(next(&bench), "c");
	assert_string_equal(next(&bench), "");
	answer(first, TOCSIN_PARCEL_ACCEPTED);
	assert_string_equal(next(&bench), first == a ? "b" : "a");
}

static void tells_when_to_ask_again(void **state)
{
	struct bench bench;
	int64_t wait_ms;
	(void)state;
	set_up(&bench);
	put(&bench, "a", MINOR, NULL)->retry_at_ms = NOW_MS + 9000;
	put(&bench, "b", MINOR, NULL)->retry_at_ms = NOW_MS + 7000;
	assert_null(tocsin_outbox_next(&bench.outbox, &bench.order, NOW_MS, &wait_ms));
	assert_int_equal(wait_ms, 7000);
	/* A clock that was set back makes nobody wait for years. */
	assert_non_null(tocsin_outbox_next(&bench.outbox, &bench.order, NOW_MS / 2, &wait_ms));
	assert_non_null(tocsin_outbox_next(&bench.outbox, &bench.order, NOW_MS + 7000, &wait_ms));
}

static void what_is_settled_stays(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench);
	put(&bench, "refused", MINOR, NULL)->state = TOCSIN_PARCEL_REFUSED;
	struct tocsin_parcel *accepted = put(&bench, "accepted", MINOR, NULL);
	accepted->state = TOCSIN_PARCEL_ACCEPTED;
	put(&bench, "stuck", MINOR, NULL)->stuck = true;
	assert_string_equal(next(&bench), "");
	bench.order.again = true;
	assert_string_equal(next(&bench), "accepted");
	answer(accepted, TOCSIN_PARCEL_ACCEPTED);
	accepted->tried = true;
	assert_string_equal(next(&bench), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_order_of_writing),
		cmocka_unit_test(severe_first_where_asked),
		cmocka_unit_test(never_before_its_predecessor),
		cmocka_unit_test(sent_without_an_answer_goes_again_and_holds_its_update),
		cmocka_unit_test(what_is_for_another_broker_stays),
		cmocka_unit_test(references_in_a_circle_hold_nobody),
		cmocka_unit_test(tells_when_to_ask_again),
		cmocka_unit_test(what_is_settled_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

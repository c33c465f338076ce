/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who may do what beneath the root. In the tables: b is denied beside others, a alone. */
#include "engine/guard.h"
#include "engine/rig.h"

static const char open_to_all[] =
	"version: 1\n"
	"audiences:\n"
	"  coordination: {max_sensitivity: severe, members: [coord-duty]}\n"
	"  partners: {max_sensitivity: high, members: [msf-duty, coord-duty]}\n"
	"open_senders: true\n"
	"senders: {mopti-17: {}}\n"
	"rules:\n"
	"  - {id: all, match: {}, alert: [{audience: partners}]}\n"
	"default: {alert: [{audience: coordination}]}\n";

struct expected {
	const char *topic;
	const char *denied; /* "", "a" or "ba" */
};

static void check(const struct rig *rig, struct tocsin_access access,
	const struct expected *expected, size_t count)
{
	for (size_t i = 0; i < count; ++i) {
		access.topic = expected[i].topic;
		const bool beside = tocsin_guard_denies(rig->engine, TOCSIN_GUARD_BESIDE, &access);
		const bool alone = tocsin_guard_denies(rig->engine, TOCSIN_GUARD_ALONE, &access);

		if (beside != (strchr(expected[i].denied, 'b') != NULL) ||
			alone != (strchr(expected[i].denied, 'a') != NULL)) {
			fail_msg(
				"%s by %s: denied beside %d, alone %d", access.topic, access.user, beside, alone);
		}
		assert_false(tocsin_guard_denies(rig->engine, TOCSIN_GUARD_OFF, &access));
	}
}

#define CHECK(rig, expected, ...)                                                                  \
	check(&(rig), (struct tocsin_access){__VA_ARGS__}, expected,                                   \
		sizeof(expected) / sizeof(*(expected)))

static void only_the_own_intake_is_written(void **state)
{
	(void)state;
	static const struct expected field[] = {
		{"tocsin/v1/from/mopti-17/incident", ""},
		{"tocsin/v1/from/mopti-17/incident-json", ""},
		{"tocsin/v1/from/mopti-17/replay", ""},
		{"tocsin/v1/from/mopti-17/receipt", "ba"},
		{"tocsin/v1/from/mopti-17/replayed/alert/x", "ba"},
		{"tocsin/v1/from/mopti-17/incident/", "ba"},
		{"tocsin/v1/from/mopti-17/", "ba"},
		{"tocsin/v1/from/mopti-17", "ba"},
		{"tocsin/v1/from/mopti-1/incident", "ba"},
		{"tocsin/v1/from/mopti-177/incident", "ba"},
		{"tocsin/v1/from/Mopti-17/incident", "ba"},
		{"tocsin/v1/from/phone/incident", "ba"},
		{"tocsin/v1/from//incident", "ba"},
		{"tocsin/v1//from/mopti-17/incident", "ba"},
		{"tocsin/v1/to/partners/alert/severe", "ba"},
		{"tocsin/v1/ops/quarantine/x", "ba"},
		{"tocsin/v1", "ba"},
		{"tocsin/v1/", "ba"},
		{"tocsin/v10/from/x/incident", ""},
		{"tocsin", ""},
		{"x/tocsin/v1/to/partners", ""},
		{"", ""},
	};
	struct rig rig = rig_begin();

	CHECK(rig, field, .kind = TOCSIN_ACCESS_WRITE, .user = "mopti-17", .client_id = "phone");
	/* An admin steers, and publishes no alert. */
	CHECK(rig, field, .kind = TOCSIN_ACCESS_WRITE, .user = "mopti-17", .client_id = "phone",
		.admin = true);
	rig_end(&rig);
}

static void boxes_are_read_by_their_owners(void **state)
{
	(void)state;
	static const struct expected others[] = {
		{"tocsin/v1/from/other/receipt", "ba"},
		{"tocsin/v1/from/other/replayed/alert/x", "ba"},
		{"tocsin/v1/from/other/incident", "ba"},
		{"tocsin/v1/from/other", "ba"},
		{"tocsin/v1/from", "ba"},
		{"tocsin/v1/from//receipt", "ba"},
		{"tocsin/v1/from/mopti-17/incident", ""},
		{"tocsin/v1/from/mopti-17/receipt", ""},
		{"tocsin/v1/from/mopti-17/answers/7", ""},
		{"$SYS/broker/tocsin/ledger", ""},
	};
	struct rig rig = rig_begin();

	CHECK(rig, others, .kind = TOCSIN_ACCESS_READ, .user = "mopti-17", .client_id = "other");
	/* Not even an admin reads what a sender sends. */
	CHECK(rig, others, .kind = TOCSIN_ACCESS_READ, .user = "mopti-17", .admin = true);
	rig_end(&rig);
}

static void alone_the_members_read(void **state)
{
	(void)state;
	static const struct expected member[] = {
		{"tocsin/v1/to/partners/alert/severe/battles/ML", ""},
		{"tocsin/v1/to/partners/heartbeat", ""},
		{"tocsin/v1/to/coordination/alert/severe/battles/ML", "a"},
		{"tocsin/v1/to/archive/alert/x", "a"},
		{"tocsin/v1/to/nobody/alert/x", "a"},
		{"tocsin/v1/to/partner/alert/x", "a"},
		{"tocsin/v1/to/partners2/alert/x", "a"},
		{"tocsin/v1/to", "a"},
		{"tocsin/v1/to/", "a"},
		{"tocsin/v1/to/"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/x",
			"a"},
		{"tocsin/v1/ops/quarantine/x", "a"},
		{"tocsin/v1/other", "a"},
		{"tocsin/v1", "a"},
		{"elsewhere", ""},
	};
	static const struct expected admin[] = {
		{"tocsin/v1/ops/quarantine/x", ""},
		{"tocsin/v1/to/coordination/alert/x", "a"},
		{"tocsin/v1/other", "a"},
	};
	static const struct expected nobody[] = {
		{"tocsin/v1/to/partners/alert/x", "a"},
		{"tocsin/v1/ops/x", "a"},
	};
	struct rig rig = rig_begin();

	CHECK(rig, member, .kind = TOCSIN_ACCESS_READ, .user = "msf-duty", .client_id = "coord-duty");
	CHECK(rig, admin, .kind = TOCSIN_ACCESS_READ, .user = "chief", .admin = true);
	/* A client id is no member. */
	CHECK(rig, nobody, .kind = TOCSIN_ACCESS_READ, .client_id = "msf-duty");
	rig_end(&rig);
}

static void subscriptions_are_denied_by_name(void **state)
{
	(void)state;
	static const struct expected filters[] = {
		{"tocsin/v1/from/msf-duty/#", ""},
		{"tocsin/v1/from/msf-duty/+", ""},
		{"tocsin/v1/from/other/#", "ba"},
		{"tocsin/v1/from/#", "ba"},
		{"tocsin/v1/from/+/receipt", "ba"},
		{"tocsin/v1/from", "ba"},
		{"tocsin/v1/to/partners/#", ""},
		{"tocsin/v1/to/coordination/#", "a"},
		{"tocsin/v1/to/+/alert/#", ""},
		{"tocsin/v1/to/#", ""},
		{"tocsin/v1/ops/#", "a"},
		{"tocsin/v1/other/#", "a"},
		{"tocsin/v1/#", ""},
		{"tocsin/v1/+/other/receipt", ""},
		{"tocsin/#", ""},
		{"#", ""},
		{"$SYS/#", ""},
	};
	static const struct expected wild[] = {
		{"tocsin/v1/from/+/receipt", "ba"},
		{"tocsin/v1/from/+", "ba"},
	};
	struct rig rig = rig_begin();

	CHECK(rig, filters, .kind = TOCSIN_ACCESS_SUBSCRIBE, .user = "msf-duty", .client_id = "c");
	/* A user may be called so. */
	CHECK(rig, wild, .kind = TOCSIN_ACCESS_SUBSCRIBE, .user = "+", .client_id = "c");
	rig_end(&rig);
}

static void a_client_id_reads_only_a_name_that_is_nobodys(void **state)
{
	(void)state;
	static const struct expected free_name[] = {{"tocsin/v1/from/phone-3/receipt", ""}};
	static const struct expected listed[] = {{"tocsin/v1/from/mopti-17/receipt", "ba"}};
	static const struct expected member[] = {{"tocsin/v1/from/msf-duty/replayed/x", "ba"}};
	static const struct expected closed[] = {{"tocsin/v1/from/phone-3/receipt", "ba"}};
	static const struct expected nothing[] = {{"tocsin/v1/from//receipt", "ba"}};
	struct rig rig = rig_begin_with(open_to_all, true);

	CHECK(rig, free_name, .kind = TOCSIN_ACCESS_READ, .client_id = "phone-3");
	CHECK(rig, listed, .kind = TOCSIN_ACCESS_READ, .client_id = "mopti-17");
	CHECK(rig, member, .kind = TOCSIN_ACCESS_READ, .client_id = "msf-duty");
	CHECK(rig, nothing, .kind = TOCSIN_ACCESS_READ, .client_id = NULL);
	rig_end(&rig);
	rig = rig_begin();
	CHECK(rig, closed, .kind = TOCSIN_ACCESS_READ, .client_id = "phone-3");
	rig_end(&rig);
}

static void a_relay_brings_incidents_and_takes_receipts(void **state)
{
	(void)state;
	static const char rules[] = "version: 1\n"
								"audiences: {coordination: {max_sensitivity: severe}}\n"
								"open_senders: true\n"
								"senders: {bridge: {relays: ['mopti-*']}}\n"
								"rules:\n"
								"  - {id: all, match: {}, alert: [{audience: coordination}]}\n"
								"default: {alert: [{audience: coordination}]}\n";
	static const struct expected writes[] = {
		{"tocsin/v1/from/bridge/incident", ""},
		{"tocsin/v1/from/mopti-3/incident", ""},
		{"tocsin/v1/from/mopti-3/incident-json", ""},
		{"tocsin/v1/from/mopti-3/replay", "ba"},
		{"tocsin/v1/from/mopti-3/receipt", "ba"},
		{"tocsin/v1/from/gao-3/incident", "ba"},
	};
	static const struct expected reads[] = {
		{"tocsin/v1/from/mopti-3/receipt", ""},
		{"tocsin/v1/from/mopti-3/receipt-json", ""},
		{"tocsin/v1/from/mopti-3/incident", "ba"},
		{"tocsin/v1/from/mopti-3/replayed/alert/x", "ba"},
		{"tocsin/v1/from/mopti-3/replay-end", "ba"},
		{"tocsin/v1/from/gao-3/receipt", "ba"},
	};
	static const struct expected filters[] = {
		{"tocsin/v1/from/+/receipt", ""},
		{"tocsin/v1/from/mopti-3/#", ""},
		{"tocsin/v1/from/gao-3/#", "ba"},
	};
	static const struct expected relayed[] = {{"tocsin/v1/from/mopti-3/receipt", "ba"}};
	struct rig rig = rig_begin_with(rules, true);

	CHECK(rig, writes, .kind = TOCSIN_ACCESS_WRITE, .user = "bridge", .client_id = "c");
	CHECK(rig, reads, .kind = TOCSIN_ACCESS_READ, .user = "bridge", .client_id = "c");
	CHECK(rig, filters, .kind = TOCSIN_ACCESS_SUBSCRIBE, .user = "bridge", .client_id = "c");
	/* A name that a relay speaks for is no client id's. */
	CHECK(rig, relayed, .kind = TOCSIN_ACCESS_READ, .client_id = "mopti-3");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_own_intake_is_written),
		cmocka_unit_test(boxes_are_read_by_their_owners),
		cmocka_unit_test(alone_the_members_read),
		cmocka_unit_test(subscriptions_are_denied_by_name),
		cmocka_unit_test(a_client_id_reads_only_a_name_that_is_nobodys),
		cmocka_unit_test(a_relay_brings_incidents_and_takes_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

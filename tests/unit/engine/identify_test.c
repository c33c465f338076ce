/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who may report, and to whom the answer goes. */
#include "engine/rig.h"

#include "engine/identity.h"
#include "engine/replay.h"

static const char listed[] = "version: 1\n"
							 "gazetteer: [list.csv]\n"
							 "audiences: {coordination: {max_sensitivity: severe}}\n"
							 "senders:\n"
							 "  mopti-17: {regions: [ML05], events: [battles]}\n"
							 "  liaison: {may_amend: [mopti-17]}\n"
							 "rules:\n"
							 "  - {id: all, match: {}, alert: [{audience: coordination}]}\n"
							 "default: {alert: [{audience: coordination}]}\n";

static const char open_to_all[] = "version: 1\n"
								  "gazetteer: [list.csv]\n"
								  "audiences: {coordination: {max_sensitivity: severe}}\n"
								  "open_senders: true\n"
								  "rules:\n"
								  "  - {id: all, match: {}, alert: [{audience: coordination}]}\n"
								  "default: {alert: [{audience: coordination}]}\n";

static const char bridged[] =
	"version: 1\n"
	"gazetteer: [list.csv]\n"
	"audiences: {coordination: {max_sensitivity: severe}}\n"
	"senders:\n"
	"  bridge-mopti: {relays: ['mopti-*'], regions: [ML05], events: [battles, food]}\n"
	"  mopti-17: {regions: [ML0503, ML08], events: [battles, riots]}\n"
	"  kidal-1: {}\n"
	"rules:\n"
	"  - {id: all, match: {}, alert: [{audience: coordination}]}\n"
	"default: {alert: [{audience: coordination}]}\n";

static struct tocsin_outcome *publish(struct rig *rig, const char *level, const char *user,
	const char *client, const char *response, const char *json)
{
	const struct tocsin_submission submission = {
		.topic_sender = level,
		.topic_sender_length = strlen(level),
		.user = user,
		.client_id = client,
		.form = TOCSIN_FORM_JSON,
		.payload = (const uint8_t *)json,
		.payload_size = strlen(json),
		.response_topic = response,
		.correlation = (const uint8_t *)"\0\1\2",
		.correlation_size = 3,
	};

	return tocsin_engine_submit(rig->engine, &submission, rig->now_ms);
}

static const struct tocsin_publication *answer(const struct tocsin_outcome *outcome)
{
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		if (outcome->publications[i].kind == TOCSIN_PUBLISH_RECEIPT) {
			return &outcome->publications[i];
		}
	}
	return NULL;
}

static void another_box_is_reserved(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	const char *json = rig_json(&rig, 1, "{}");

	assert_null(publish(&rig, "mopti-17", "other", "c", NULL, json));
	assert_null(publish(&rig, "mopti-17", "mopti-1", "mopti-17", NULL, json));
	assert_null(publish(&rig, "mopti-17", "mopti-177", "c", NULL, json));
	assert_null(publish(&rig, "mopti-17", NULL, NULL, NULL, json));
	assert_null(publish(&rig, "mopti-17", NULL, "other", NULL, json));
	assert_int_equal(tocsin_engine_ledger(rig.engine)->reserved, 5);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->received, 0);
	rig_end(&rig);
}

static void client_without_user_needs_open_senders(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *outcome =
		publish(&rig, "phone-3", NULL, "phone-3", NULL, rig_json(&rig, 1, "{}"));

	rig.client = "phone-3";
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "sender.unknown"));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_ALERT), 0);
	rig_settle(&rig, outcome);
	rig_end(&rig);

	rig = rig_begin_with(open_to_all, true);
	rig.client = "phone-3";
	outcome = publish(&rig, "phone-3", NULL, "phone-3", NULL, rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void a_client_id_stands_for_no_name_of_the_rules(void **state)
{
	(void)state;
	static const char rules[] =
		"version: 1\n"
		"gazetteer: [list.csv]\n"
		"audiences: {coordination: {max_sensitivity: severe, members: [coord-duty]}}\n"
		"open_senders: true\n"
		"senders: {mopti-17: {regions: [ML05]}}\n"
		"rules:\n"
		"  - {id: all, match: {}, alert: [{audience: coordination}]}\n"
		"default: {alert: [{audience: coordination}]}\n";
	static const char *const taken[] = {"mopti-17", "coord-duty"};
	struct rig rig = rig_begin_with(rules, true);

	for (unsigned i = 0; i < sizeof(taken) / sizeof(*taken); ++i) {
		rig.client = taken[i];
		struct tocsin_outcome *outcome =
			publish(&rig, taken[i], NULL, taken[i], NULL, rig_json(&rig, 1, "{}"));

		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
		assert_true(rig_has_check(rig_receipt(&rig, outcome), "sender.unknown"));
		rig_settle(&rig, outcome);
		/* With a password it is theirs. */
		outcome = publish(&rig, taken[i], taken[i], taken[i], NULL, rig_json(&rig, i + 1, "{}"));
		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		rig_settle(&rig, outcome);
	}
	rig.client = "phone-3";
	struct tocsin_outcome *outcome =
		publish(&rig, "phone-3", NULL, "phone-3", NULL, rig_json(&rig, 3, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void listed_senders_and_their_scope(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(listed, true);
	const struct {
		const char *sender, *patch, *check;
	} cases[] = {
		{"stranger", "{}", "sender.unknown"},
		{"mopti-17", "{'location':{'pcode':'ML0801'}}", "sender.region"},
		{"mopti-17", "{'location':{'pcode':null}}", "sender.region"},
		{"mopti-17", "{'event':{'type':'riots'}}", "sender.event"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		struct tocsin_outcome *outcome =
			rig_submit(&rig, cases[i].sender, rig_json(&rig, 1, "%s", cases[i].patch));
		const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);
		char topic[64];

		assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
		assert_int_equal(receipt->n_violations, 1);
		assert_string_equal(receipt->violations[0]->check, cases[i].check);
		assert_string_equal(receipt->violations[0]->level, "error");
		snprintf(topic, sizeof(topic), "from/%s/receipt-json", cases[i].sender);
		assert_non_null(rig_find(outcome, topic));
		rig_settle(&rig, outcome);
	}
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	/* A liaison may amend what the other reported; not the other way round. */
	outcome = rig_submit(&rig, "liaison",
		rig_json(&rig, 2, "{'msg_type':'update','references':[{'sender':'mopti-17','id':'%s'}]}",
			rig_id(&rig, 1)));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(rig_receipt(&rig, outcome)->n_violations, 0);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "mopti-17",
		rig_json(&rig, 3, "{'msg_type':'update','references':[{'sender':'liaison','id':'%s'}]}",
			rig_id(&rig, 2)));
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "references.sender"));
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void who_may_speak_for_whom(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);
	const struct {
		const char *user, *client, *level;
		enum tocsin_identity identity;
	} cases[] = {
		{"bridge-mopti", "c", "bridge-mopti", TOCSIN_IDENTITY_OWN},
		{"bridge-mopti", "c", "mopti-17", TOCSIN_IDENTITY_RELAYED},
		{"bridge-mopti", "c", "mopti-unlisted", TOCSIN_IDENTITY_RELAYED},
		{"bridge-mopti", NULL, "mopti-17", TOCSIN_IDENTITY_RELAYED},
		{"bridge-mopti", "c", "kidal-1", TOCSIN_IDENTITY_OTHERS},
		{"bridge-mopti", "kidal-1", "kidal-1", TOCSIN_IDENTITY_OTHERS},
		{"bridge-mopti", "c", "mopti-a/b", TOCSIN_IDENTITY_OTHERS},
		{"bridge-mopti", "c", "mopti-+", TOCSIN_IDENTITY_OTHERS},
		{"bridge-mopti", "c", "", TOCSIN_IDENTITY_OTHERS},
		{"bridge-mopt", "c", "mopti-17", TOCSIN_IDENTITY_OTHERS},
		{"kidal-1", "c", "mopti-17", TOCSIN_IDENTITY_OTHERS},
		{"mopti-17", "c", "mopti-18", TOCSIN_IDENTITY_OTHERS},
		{NULL, "bridge-mopti", "bridge-mopti", TOCSIN_IDENTITY_OWN},
		{NULL, "bridge-mopti", "mopti-17", TOCSIN_IDENTITY_OTHERS},
		{NULL, NULL, "mopti-17", TOCSIN_IDENTITY_OTHERS},
		{"", "", "", TOCSIN_IDENTITY_OWN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		if (tocsin_identity_of(tocsin_engine_rules(rig.engine), cases[i].user, cases[i].client,
				cases[i].level, strlen(cases[i].level)) != cases[i].identity) {
			fail_msg("row %zu", i);
		}
	}
	rig_end(&rig);
}

static void a_relay_speaks_within_both_scopes(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);
	const struct {
		const char *user, *sender, *patch, *check; /* NULL: accepted */
	} cases[] = {
		{"bridge-mopti", "mopti-17", "{}", NULL},
		{"bridge-mopti", "mopti-9", "{}", NULL},
		{"bridge-mopti", "mopti-9", "{'event':{'type':'food'}}", NULL},
		{"bridge-mopti", "mopti-9", "{'location':{'pcode':'ML0801'}}", "sender.region"},
		{"bridge-mopti", "mopti-9", "{'location':{'pcode':null}}", "sender.region"},
		{"bridge-mopti", "mopti-9", "{'event':{'type':'riots'}}", "sender.event"},
		/* What the sender itself may, and not by this bridge; and the other way round. */
		{"mopti-17", "mopti-17", "{'location':{'pcode':'ML0801'}}", NULL},
		{"bridge-mopti", "mopti-17", "{'location':{'pcode':'ML0801'}}", "sender.region"},
		{"bridge-mopti", "mopti-17", "{'location':{'pcode':'ML0506'}}", "sender.region"},
		{"bridge-mopti", "mopti-17", "{'event':{'type':'riots'}}", "sender.event"},
		{"bridge-mopti", "mopti-17", "{'event':{'type':'food'}}", "sender.event"},
		/* The bridge lists it, its own account does not. */
		{"mopti-9", "mopti-9", "{}", "sender.unknown"},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		struct tocsin_outcome *outcome = publish(&rig, cases[i].sender, cases[i].user, rig.client,
			NULL, rig_json(&rig, i + 1, "%s", cases[i].patch));
		const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);
		char topic[64];

		snprintf(topic, sizeof(topic), "from/%s/receipt-json", cases[i].sender);
		assert_non_null(rig_find(outcome, topic));
		const bool relayed = strcmp(cases[i].user, cases[i].sender) != 0;
		if (cases[i].check) {
			assert_int_equal(receipt->n_violations, 1);
			assert_string_equal(receipt->violations[0]->check, cases[i].check);
			assert_string_equal(outcome->refusal->sender, cases[i].sender);
			if (relayed) {
				assert_string_equal(outcome->refusal->relay, "bridge-mopti");
			} else {
				assert_null(outcome->refusal->relay);
			}
		} else {
			assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
			assert_string_equal(outcome->record->sender, cases[i].sender);
			assert_int_equal(outcome->record->relay != NULL, relayed);
		}
		rig_settle(&rig, outcome);
	}
	assert_null(publish(&rig, "kidal-1", "bridge-mopti", "c", NULL, rig_json(&rig, 90, "{}")));
	assert_null(publish(&rig, "mopti-17", "kidal-1", "c", NULL, rig_json(&rig, 91, "{}")));
	assert_null(publish(&rig, "mopti-17", NULL, "bridge-mopti", NULL, rig_json(&rig, 92, "{}")));
	assert_int_equal(tocsin_engine_ledger(rig.engine)->reserved, 3);
	rig_end(&rig);
}

/* Directly and by the bridge is one incident, whichever comes first. */
static void two_ways_are_one_sender(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);

	for (unsigned i = 1; i <= 2; ++i) {
		const char *json = rig_json(&rig, i, "{}");
		const char *first = i == 1 ? "mopti-17" : "bridge-mopti";
		const char *second = i == 1 ? "bridge-mopti" : "mopti-17";
		struct tocsin_outcome *outcome = publish(&rig, "mopti-17", first, rig.client, NULL, json);

		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		rig_settle(&rig, outcome);
		outcome = publish(&rig, "mopti-17", second, rig.client, NULL, json);
		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
		rig_settle(&rig, outcome);
	}
	struct tocsin_outcome *outcome =
		publish(&rig, "mopti-18", "bridge-mopti", rig.client, NULL, rig_json(&rig, 1, "{}"));
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "incident.id_taken"));
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

/* A bridge neither ends nor moves what it could not have reported. */
static void a_relay_changes_what_is_within_its_scope(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);
	const char *const reports[] = {
		"{}", "{'location':{'pcode':'ML0801'}}", "{'event':{'type':'riots'}}"};
	const struct {
		unsigned of;
		const char *msg_type, *check; /* NULL: accepted */
	} cases[] = {
		{1, "update", NULL},
		{1, "cancel", NULL},
		{2, "update", "sender.region"},
		{2, "cancel", "sender.region"},
		{3, "update", "sender.event"},
		{3, "cancel", "sender.event"},
	};

	for (unsigned i = 0; i < 3; ++i) {
		struct tocsin_outcome *outcome =
			rig_submit(&rig, "mopti-17", rig_json(&rig, i + 1, "%s", reports[i]));

		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		rig_settle(&rig, outcome);
	}
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		const char *json = rig_json(&rig, 10 + i, "{'msg_type':'%s','references':[%s]}",
			cases[i].msg_type, rig_reference(&rig, cases[i].of));
		struct tocsin_outcome *outcome =
			publish(&rig, "mopti-17", "bridge-mopti", rig.client, NULL, json);
		const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);

		if (cases[i].check) {
			assert_int_equal(receipt->n_violations, 1);
			assert_string_equal(receipt->violations[0]->check, cases[i].check);
			assert_string_equal(receipt->violations[0]->field, "references");
		} else {
			assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		}
		rig_settle(&rig, outcome);
		/* Its sender may, on its own way. */
		if (cases[i].check && strcmp(cases[i].msg_type, "cancel") == 0) {
			outcome = publish(&rig, "mopti-17", "mopti-17", rig.client, NULL, json);
			assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
			rig_settle(&rig, outcome);
		}
	}
	rig_end(&rig);
}

/* Names can be invented without end; the quarantine and an operator's screen have one. */
static void invented_names_are_no_louder_than_one(void **state)
{
	enum { NAMES = 200 };
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);
	unsigned kept = 0, told = 0;

	rig.user = "bridge-mopti";
	for (unsigned i = 0; i < NAMES; ++i) {
		struct tocsin_outcome *outcome =
			rig_submit(&rig, tocsin_arena_format(rig.arena, "mopti-%u", i),
				rig_json(&rig, i + 1, "{'status':'draft'}"));

		assert_int_equal(
			rig_receipt(&rig, outcome)->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
		kept += outcome->refusal != NULL;
		told += rig_count(outcome, TOCSIN_PUBLISH_NOTICE) != 0;
		rig_settle(&rig, outcome);
	}
	assert_int_equal(kept, 10);
	assert_int_equal(told, 10);
	rig.user = NULL;
	struct tocsin_outcome *other =
		rig_submit(&rig, "kidal-1", rig_json(&rig, NAMES + 1, "{'status':'draft'}"));
	assert_non_null(other->refusal);
	rig_settle(&rig, other);
	rig.now_ms += 1000;
	struct tocsin_outcome *tick = tocsin_engine_tick(rig.engine, rig.now_ms);
	const struct tocsin_publication *notice = rig_find(tick, "ops/quarantine/bridge-mopti");
	assert_non_null(notice);
	assert_non_null(memmem(notice->payload, notice->payload_size, "\"refused_more\":190", 18));
	rig_settle(&rig, tick);
	rig_end(&rig);
}

static void a_relay_asks_for_no_replay(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(bridged, true);
	struct tocsin_replay *replay = NULL;
	const struct tocsin_submission request = {
		.topic_sender = "mopti-17",
		.topic_sender_length = 8,
		.user = "bridge-mopti",
		.client_id = "c",
		.payload = (const uint8_t *)"{}",
		.payload_size = 2,
	};

	assert_null(tocsin_engine_replay(rig.engine, &request, rig.now_ms, &replay));
	assert_null(replay);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->reserved, 1);
	rig_end(&rig);
}

static void names_of_another_form_cannot_report(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	static const char *const names[] = {"jean.dupont", "a b", "m\xc3\xa9ni"};
	char longest[66];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); ++i) {
		struct tocsin_outcome *outcome =
			publish(&rig, names[i], names[i], "client-1", NULL, rig_json(&rig, 1, "{}"));

		assert_true(rig_has_check(rig_receipt(&rig, outcome), "sender.name"));
		assert_null(outcome->refusal);
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_NOTICE), 0);
		rig_settle(&rig, outcome);
	}
	memset(longest, 'a', sizeof(longest));
	longest[65] = '\0';
	struct tocsin_outcome *outcome =
		publish(&rig, longest, longest, "client-1", NULL, rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	rig_settle(&rig, outcome);
	longest[64] = '\0';
	outcome = publish(&rig, longest, longest, "client-1", NULL, rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	/* Nothing is ever sent to a topic made of wildcards. */
	outcome = publish(&rig, "a+#", "a+#", "client-1", NULL, rig_json(&rig, 2, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_int_equal(outcome->publication_count, 0);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void answers_go_to_the_client_alone(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	const struct {
		const char *wanted, *used;
	} cases[] = {
		{NULL, "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/mopti-17/answers/1", "tocsin/v1/from/mopti-17/answers/1"},
		{"tocsin/v1/from/mopti-17/", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/mopti-17/+", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/mopti-17/incident", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/mopti-17/incident-json", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/mopti-17/replay", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/from/other/receipt", "tocsin/v1/from/mopti-17/receipt-json"},
		{"tocsin/v1/to/partners/alert", "tocsin/v1/from/mopti-17/receipt-json"},
		{"$SYS/broker", "tocsin/v1/from/mopti-17/receipt-json"},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		struct tocsin_outcome *outcome = publish(
			&rig, "mopti-17", "mopti-17", "c", cases[i].wanted, rig_json(&rig, i + 1, "{}"));
		const struct tocsin_publication *receipt = answer(outcome);

		assert_string_equal(receipt->topic, cases[i].used);
		assert_string_equal(receipt->client_id, "c");
		assert_int_equal(receipt->correlation_size, 3);
		assert_memory_equal(receipt->correlation, "\0\1\2", 3);
		rig_settle(&rig, outcome);
	}
	struct tocsin_outcome *outcome =
		publish(&rig, "mopti-17", "mopti-17", NULL, NULL, rig_json(&rig, 99, "{}"));
	assert_null(answer(outcome));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void refusals_are_noticed_without_bytes(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char *json = rig_json(
		&rig, 1, "{'expires':'2024-08-07T18:00:00Z','headline':'a secret','status':'draft'}");
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", json);
	const struct tocsin_publication *notice = rig_find(outcome, "ops/quarantine/mopti-17");
	json_t *read = json_loadb(notice->payload, notice->payload_size, 0, NULL);

	assert_non_null(read);
	assert_int_equal(notice->kind, TOCSIN_PUBLISH_NOTICE);
	assert_false(notice->retain);
	assert_string_equal(json_string_value(json_object_get(read, "incident_id")), rig_id(&rig, 1));
	assert_null(json_object_get(read, "relay"));
	assert_string_equal(json_string_value(json_object_get(read, "time")), "2024-08-07T18:41:00Z");
	assert_int_equal(json_integer_value(json_object_get(read, "size")), strlen(json));
	assert_int_equal(strlen(json_string_value(json_object_get(read, "hash"))), 64);
	assert_int_equal(json_array_size(json_object_get(read, "violations")), 2);
	json_decref(read);
	assert_non_null(outcome->refusal);
	assert_int_equal(outcome->refusal->size, strlen(json));
	assert_memory_equal(outcome->refusal->bytes, json, strlen(json));
	assert_true(outcome->refusal->receipt_size > 0);
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		assert_null(memmem(outcome->publications[i].payload, outcome->publications[i].payload_size,
			"a secret", 8));
	}
	rig_settle(&rig, outcome);

	/* No bytes at all, too many, and bytes that are nothing. */
	outcome = rig_submit_bytes(&rig, "mopti-17", TOCSIN_FORM_PROTOBUF, NULL, 0);
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "payload.empty"));
	assert_string_equal(rig_receipt(&rig, outcome)->incident_id, "");
	rig_settle(&rig, outcome);
	char *large = calloc(1, TOCSIN_MAX_PAYLOAD + 1);
	outcome =
		rig_submit_bytes(&rig, "mopti-17", TOCSIN_FORM_PROTOBUF, large, TOCSIN_MAX_PAYLOAD + 1);
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "payload.size"));
	free(large);
	rig_settle(&rig, outcome);
	outcome = rig_submit_bytes(&rig, "mopti-17", TOCSIN_FORM_PROTOBUF, "\xff\xff\xff", 3);
	assert_true(rig_has_check(rig_receipt(&rig, outcome), "payload.malformed"));
	rig_settle(&rig, outcome);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->rejected, 4);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_box_is_reserved),
		cmocka_unit_test(client_without_user_needs_open_senders),
		cmocka_unit_test(a_client_id_stands_for_no_name_of_the_rules),
		cmocka_unit_test(listed_senders_and_their_scope),
		cmocka_unit_test(who_may_speak_for_whom),
		cmocka_unit_test(a_relay_speaks_within_both_scopes),
		cmocka_unit_test(two_ways_are_one_sender),
		cmocka_unit_test(a_relay_changes_what_is_within_its_scope),
		cmocka_unit_test(invented_names_are_no_louder_than_one),
		cmocka_unit_test(a_relay_asks_for_no_replay),
		cmocka_unit_test(names_of_another_form_cannot_report),
		cmocka_unit_test(answers_go_to_the_client_alone),
		cmocka_unit_test(refusals_are_noticed_without_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Target: tocsin_engine_submit, bytes to alerts, with all in between. An input is up to
 * four parts {flags, length in two bytes, bytes}, each one publish. */
#include "hub.h"
#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

enum {
	MAX_PARTS = 4,
	MAX_READ_MEMORY = 32 << 20,
	MAX_RECEIPT = 32 * 1024, /* bytes, whatever was wrong with how much */
};

enum {
	PART_JSON = 1,
	PART_FAILS = 2,   /* the journal refuses it */
	PART_PLANTED = 4, /* it gets a reporter_ref of ours, where it can be read */
	PART_OTHER = 8,   /* from another sender */
	PART_LATE = 16,   /* a day after the last */
	PART_DEFERRED = 32,
};

static const char *const senders[] = {"sender-Qx7Zk", "sender-Jw4Vb"};
static char planted[] = "ref-Hq9Xw-3Lz";

struct run {
	struct tocsin_engine *engine;
	struct tocsin_arena *arena;
	int64_t now_ms;
	bool accepted; /* the engine remembers something */
};

struct part {
	unsigned flags;
	const char *sender;
	const uint8_t *bytes;
	size_t size;
	bool hides_sender, hides_planted; /* they stand nowhere else in it */
};

static size_t occurrences(const void *bytes, size_t size, const char *text)
{
	const char *at = bytes;
	size_t count = 0;

	for (const char *found; (found = memmem(at, size, text, strlen(text))); count++) {
		size -= (size_t)(found + 1 - at);
		at = found + 1;
	}
	return count;
}

/* Packs the incident of a part anew, with our reporter_ref. */
static void plant(struct run *run, struct part *part)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;

	tocsin_violations_init(&violations, run->arena);
	if (tocsin_incident_decode(part->flags & PART_JSON ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF,
			part->bytes, part->size, run->arena, &violations, &incident) != TOCSIN_OK)
		return;
	incident->reporter_ref = planted;
	const size_t size = tocsin__v1__incident__get_packed_size(incident);
	uint8_t *bytes = tocsin_arena_alloc(run->arena, size);
	FUZZ_HOLDS(bytes != NULL);
	part->size = tocsin__v1__incident__pack(incident, bytes);
	part->bytes = bytes;
	part->flags &= ~(unsigned)PART_JSON;
	part->hides_planted = occurrences(bytes, size, planted) == 1;
}

static const ProtobufCMessage *read_back(struct run *run,
	const struct tocsin_publication *publication, const ProtobufCMessageDescriptor *type)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;

	if (publication->form == TOCSIN_FORM_PROTOBUF) {
		message = protobuf_c_message_unpack(type, tocsin_arena_protobuf(run->arena),
			publication->payload_size, publication->payload);
	} else {
		tocsin_violations_init(&violations, run->arena);
		FUZZ_HOLDS(tocsin_json_read(type, publication->payload, publication->payload_size,
					   run->arena, &violations, &message) == TOCSIN_OK);
		FUZZ_HOLDS(violations.count == 0);
	}
	FUZZ_HOLDS(message != NULL);
	return message;
}

static void check_receipt(struct run *run, const struct part *part,
	const struct tocsin_outcome *outcome, const struct tocsin_publication *publication)
{
	const Tocsin__V1__Receipt *receipt =
		(const Tocsin__V1__Receipt *)read_back(run, publication, &tocsin__v1__receipt__descriptor);

	FUZZ_HOLDS(receipt->verdict == outcome->verdict);
	FUZZ_HOLDS(publication->client_id && strcmp(publication->client_id, "client") == 0);
	FUZZ_HOLDS(hub_is_beneath(publication->topic, HUB_ROOT "/from/"));
	FUZZ_HOLDS(hub_is_beneath(publication->topic + strlen(HUB_ROOT "/from/"), part->sender));
	FUZZ_HOLDS(!publication->retain && publication->payload_size <= MAX_RECEIPT);
	if (outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED)
		FUZZ_HOLDS(receipt->n_violations > 0 && receipt->n_violations <= TOCSIN_MAX_VIOLATIONS);
	if (outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED)
		FUZZ_HOLDS(receipt->retry_after > 0 && receipt->reason[0] != '\0');
}

static void check_alert(
	struct run *run, const struct part *part, const struct tocsin_publication *publication)
{
	const Tocsin__V1__Alert *alert =
		(const Tocsin__V1__Alert *)read_back(run, publication, &tocsin__v1__alert__descriptor);
	const char *tree = strchr(publication->topic + strlen(HUB_ROOT "/to/"), '/') + 1;
	const bool actual = hub_is_beneath(tree, "alert") || hub_is_beneath(tree, "open") ||
		hub_is_beneath(tree, "figure");

	FUZZ_HOLDS(actual == (alert->status == TOCSIN__V1__STATUS__STATUS_ACTUAL));
	FUZZ_HOLDS(hub_is_beneath(publication->topic + strlen(HUB_ROOT "/to/"), alert->audience));
	FUZZ_HOLDS(strlen(alert->text) <= (size_t)TOCSIN_MAX_HEADLINE * 4);
	FUZZ_HOLDS(!part->hides_planted ||
		occurrences(publication->payload, publication->payload_size, planted) == 0);
	FUZZ_HOLDS(!part->hides_sender ||
		alert->redaction == TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE ||
		occurrences(publication->payload, publication->payload_size, part->sender) == 0);
}

static void check_published(
	struct run *run, const struct part *part, const struct tocsin_outcome *outcome)
{
	size_t receipts = 0;

	for (size_t i = 0; i < outcome->publication_count; i++) {
		const struct tocsin_publication *publication = &outcome->publications[i];

		if (publication->kind == TOCSIN_PUBLISH_RECEIPT) {
			receipts++;
			check_receipt(run, part, outcome, publication);
			continue;
		}
		hub_check_publication(publication);
		if (publication->kind == TOCSIN_PUBLISH_NOTICE) {
			FUZZ_HOLDS(outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED);
			continue;
		}
		FUZZ_HOLDS(outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		FUZZ_HOLDS(occurrences(publication->topic, strlen(publication->topic), part->sender) == 0 ||
			!part->hides_sender);
		if (publication->payload_size > 0)
			check_alert(run, part, publication);
	}
	FUZZ_HOLDS(receipts == 1);
}

static struct tocsin_outcome *submit(struct run *run, const struct part *part)
{
	const struct tocsin_submission submission = {
		.topic_sender = part->sender,
		.topic_sender_length = strlen(part->sender),
		.user = part->sender,
		.client_id = "client",
		.form = part->flags & PART_JSON ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF,
		.payload = part->bytes,
		.payload_size = part->size,
		.defer = part->flags & PART_DEFERRED ? "disk" : NULL,
	};
	struct tocsin_outcome *outcome = tocsin_engine_submit(run->engine, &submission, run->now_ms);

	FUZZ_HOLDS(outcome != NULL);
	FUZZ_HOLDS(tocsin_ledger_adds_up(tocsin_engine_ledger(run->engine)));
	check_published(run, part, outcome);
	return outcome;
}

/* What the sender may rely on, whatever it sent. */
static void take_part(struct run *run, const struct part *part)
{
	struct tocsin_outcome *outcome = submit(run, part);
	const Tocsin__V1__Verdict verdict = outcome->verdict;

	FUZZ_HOLDS(verdict >= TOCSIN__V1__VERDICT__VERDICT_ACCEPTED &&
		verdict <= TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
	FUZZ_HOLDS(!(part->flags & PART_DEFERRED) || verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	FUZZ_HOLDS((outcome->record != NULL) == (verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED));
	if (part->flags & PART_FAILS && outcome->pending) {
		tocsin_engine_fail(run->engine, outcome, "disk", run->now_ms);
		FUZZ_HOLDS(outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
		FUZZ_HOLDS(outcome->publication_count == 1 && !outcome->record);
		tocsin_outcome_destroy(run->engine, outcome);
		/* As if it had never come. */
		outcome = submit(run, part);
		FUZZ_HOLDS(outcome->verdict == verdict);
	}
	tocsin_engine_settle(run->engine, outcome);
	tocsin_outcome_destroy(run->engine, outcome);
	if (verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED) {
		run->accepted = true;
		outcome = submit(run, part);
		FUZZ_HOLDS(outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
		tocsin_engine_settle(run->engine, outcome);
		tocsin_outcome_destroy(run->engine, outcome);
	}
	FUZZ_HOLDS(tocsin_ledger_adds_up(tocsin_engine_ledger(run->engine)));
}

static void tick(struct run *run)
{
	struct tocsin_outcome *outcome;

	while ((outcome = tocsin_engine_tick(run->engine, run->now_ms))) {
		for (size_t i = 0; i < outcome->publication_count; i++)
			hub_check_publication(&outcome->publications[i]);
		tocsin_engine_settle(run->engine, outcome);
		tocsin_outcome_destroy(run->engine, outcome);
	}
}

/* Reads the next part; false at the end. */
static bool next_part(const uint8_t **at, size_t *left, struct part *part)
{
	if (*left < 3)
		return false;
	const size_t length = (size_t)(*at)[1] | (size_t)(*at)[2] << 8;
	part->flags = (*at)[0];
	part->sender = senders[(part->flags & PART_OTHER) != 0];
	part->bytes = *at + 3;
	part->size = length < *left - 3 ? length : *left - 3;
	*left -= 3 + part->size;
	*at += 3 + part->size;
	return true;
}

void fuzz_input(const uint8_t *data, size_t size)
{
	static struct tocsin_engine *fresh; /* reading the rules takes longer than the rest */
	struct run run = {.engine = fresh ? fresh : hub_create(), .now_ms = HUB_NOW_MS};
	struct part part;
	bool hides_senders = true;

	run.arena = tocsin_arena_create(MAX_READ_MEMORY, NULL);
	FUZZ_HOLDS(run.arena != NULL);
	for (int i = 0; i < MAX_PARTS && next_part(&data, &size, &part); i++) {
		tocsin_arena_reset(run.arena);
		/* An earlier version may be told of again: what it held counts, too. */
		hides_senders &= occurrences(part.bytes, part.size, "Qx7Zk") == 0 &&
			occurrences(part.bytes, part.size, "Jw4Vb") == 0;
		part.hides_sender = hides_senders;
		part.hides_planted = false;
		if (part.flags & PART_LATE)
			run.now_ms += INT64_C(86400000);
		if (part.flags & PART_PLANTED)
			plant(&run, &part);
		take_part(&run, &part);
		tick(&run);
	}
	tocsin_arena_destroy(run.arena);
	fresh = run.accepted ? NULL : run.engine;
	if (!fresh)
		tocsin_engine_destroy(run.engine);
}

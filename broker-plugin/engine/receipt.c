/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/text.h"

static const char schema[] = "tocsin.v1.Receipt";

/* A name that came as a topic level of the client's own may be echoed as one to
 * that client, even where Tocsin does not take it as a sender. */
static bool level_echoable(const struct tocsin_submission *submission)
{
	const char *level = submission->topic_sender;
	const size_t length = submission->topic_sender_length;
	size_t code_points;

	return length > 0 && length <= TOCSIN_MAX_USER_IN_TOPIC && !memchr(level, '+', length) &&
		!memchr(level, '#', length) && !memchr(level, '/', length) &&
		tocsin_text_check(level, length, &code_points) == TOCSIN_TEXT_FINE &&
		!memchr(level, '\t', length) && !memchr(level, '\n', length);
}

/* Only a plain topic inside the sender's own box that nothing is taken from. */
static bool response_usable(const char *box, size_t length, const char *topic)
{
	static const char *const intake[] = {"incident", "incident-json", "replay"};
	size_t code_points;

	if (strncmp(topic, box, length) != 0 || topic[length] == '\0' ||
		strlen(topic) > TOCSIN_MAX_RESPONSE_TOPIC || strpbrk(topic, "+#\t\n") ||
		tocsin_text_check(topic, strlen(topic), &code_points) != TOCSIN_TEXT_FINE) {
		return false;
	}
	for (size_t i = 0; i < sizeof(intake) / sizeof(*intake); ++i) {
		if (strcmp(topic + length, intake[i]) == 0) {
			return false;
		}
	}
	return true;
}

static const char *receipt_topic(const struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;
	const char *response = submission->response_topic;
	char *topic = tocsin_arena_format(draft->arena, "%s/from/%.*s/receipt%s", draft->engine->root,
		(int)submission->topic_sender_length, submission->topic_sender,
		submission->form == TOCSIN_FORM_JSON ? "-json" : "");

	if (!topic || !response) {
		return topic;
	}
	const size_t box = (size_t)(strrchr(topic, '/') - topic) + 1;
	return response_usable(topic, box, response)
		? tocsin_arena_text(draft->arena, response, strlen(response))
		: topic;
}

enum tocsin_status tocsin_receipt_address(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;
	struct tocsin_undo *undo = draft->undo;

	undo->form = submission->form;
	undo->version_3 = submission->version_3;
	if (!submission->client_id || !level_echoable(submission)) {
		return TOCSIN_OK;
	}
	undo->client_id =
		tocsin_arena_text(draft->arena, submission->client_id, strlen(submission->client_id));
	undo->receipt_topic = receipt_topic(draft);
	if (!undo->client_id || !undo->receipt_topic) {
		return TOCSIN_NO_MEMORY;
	}
	if (submission->correlation && submission->correlation_size > 0 &&
		submission->correlation_size <= TOCSIN_MAX_CORRELATION) {
		uint8_t *copy = tocsin_arena_alloc(draft->arena, submission->correlation_size);

		if (!copy) {
			return TOCSIN_NO_MEMORY;
		}
		memcpy(copy, submission->correlation, submission->correlation_size);
		undo->correlation = copy;
		undo->correlation_size = submission->correlation_size;
	}
	return TOCSIN_OK;
}

/* Fills what every receipt has and hands it to the publisher. */
static enum tocsin_status receipt_send(struct tocsin_draft *draft, Tocsin__V1__Receipt *receipt,
	Google__Protobuf__Timestamp *received, int64_t received_ms)
{
	struct tocsin_undo *undo = draft->undo;

	tocsin_instant_set(received, received_ms);
	receipt->received = received;
	receipt->incident_id = (char *)(uintptr_t)undo->incident_id;
	receipt->payload_sha256 = undo->hash;
	draft->outcome->verdict = receipt->verdict;
	if (!undo->client_id) {
		return TOCSIN_OK;
	}
	const struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_RECEIPT,
		.form = undo->form,
		.topic = undo->receipt_topic,
		.qos = 1,
		.client_id = undo->client_id,
		.correlation = undo->correlation,
		.correlation_size = undo->correlation_size,
		.schema = schema,
		.version_3 = undo->version_3,
	};
	return tocsin_publish_message(draft, &like, &receipt->base);
}

static enum tocsin_status receipt_violations(
	struct tocsin_draft *draft, Tocsin__V1__Receipt *receipt)
{
	struct tocsin_arena *arena = draft->engine->working;
	const struct tocsin_violations *from = &draft->violations;
	Tocsin__V1__Violation **list = tocsin_arena_zero(arena, from->count + 1, sizeof(*list));
	Tocsin__V1__Violation *items = tocsin_arena_zero(arena, from->count + 1, sizeof(*items));

	if (!list || !items) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < from->count; ++i) {
		tocsin__v1__violation__init(&items[i]);
		items[i].field = (char *)(uintptr_t)from->items[i].field;
		items[i].check = (char *)(uintptr_t)from->items[i].id;
		items[i].level = (char *)(uintptr_t)tocsin_level_name(from->items[i].level);
		items[i].message = (char *)(uintptr_t)from->items[i].message;
		list[i] = &items[i];
	}
	receipt->n_violations = from->count;
	receipt->violations = list;
	return TOCSIN_OK;
}

static const char *journal_text(struct tocsin_draft *draft, uint64_t journal_id)
{
	return draft->engine->durable
		? tocsin_arena_format(draft->engine->working, "%" PRIu64, journal_id)
		: "";
}

/* Keeps what a re-send will be told again. */
static enum tocsin_status answer_keep(
	struct tocsin_draft *draft, struct tocsin_known *known, const Tocsin__V1__Receipt *receipt)
{
	size_t size;
	const uint8_t *bytes = tocsin_packed(draft->engine, &receipt->base, &size);

	known->answer = bytes ? tocsin_token_take(&draft->engine->tokens, bytes, size) : NULL;
	return known->answer ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

/* The bytes are those that were just published, where they were. */
static enum tocsin_status record_receipt(
	struct tocsin_draft *draft, const Tocsin__V1__Receipt *receipt, struct tocsin_record *record)
{
	const struct tocsin_outcome *outcome = draft->outcome;

	if (draft->undo->client_id && draft->undo->form == TOCSIN_FORM_PROTOBUF) {
		const struct tocsin_publication *sent =
			&outcome->publications[outcome->publication_count - 1];

		record->receipt = sent->payload;
		record->receipt_size = sent->payload_size;
		return TOCSIN_OK;
	}
	record->receipt =
		tocsin_packed_into(draft->arena, draft->engine, &receipt->base, &record->receipt_size);
	return record->receipt ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_receipt_accepted(struct tocsin_draft *draft, struct tocsin_known *known)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	enum tocsin_status status = receipt_violations(draft, &receipt);

	if (status != TOCSIN_OK) {
		return status;
	}
	receipt.routing = draft->routing;
	receipt.n_rules = draft->rule_count;
	receipt.rules = (char **)(uintptr_t)draft->rules;
	receipt.n_held_by = draft->held_count;
	receipt.held_by = (char **)(uintptr_t)draft->held_by;
	receipt.topics = draft->topics;
	if (draft->submission->reviews) {
		receipt.reason = (char *)(uintptr_t) "review";
	}
	status = answer_keep(draft, known, &receipt);
	if (status != TOCSIN_OK) {
		return status;
	}
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	receipt.durable = draft->engine->durable;
	receipt.journal_id = (char *)(uintptr_t)journal_text(draft, known->journal_id);
	if (!receipt.journal_id) {
		return TOCSIN_NO_MEMORY;
	}
	status = receipt_send(draft, &receipt, &received, draft->now_ms);
	if (status == TOCSIN_OK && draft->engine->durable) {
		struct tocsin_record *record = (struct tocsin_record *)(uintptr_t)draft->outcome->record;

		status = record_receipt(draft, &receipt, record);
	}
	return status;
}

enum tocsin_status tocsin_receipt_duplicate(
	struct tocsin_draft *draft, const struct tocsin_known *known)
{
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Tocsin__V1__Receipt *receipt =
		tocsin__v1__receipt__unpack(tocsin_arena_protobuf(draft->engine->working),
			known->answer->size, (const uint8_t *)known->answer->bytes);

	if (!receipt) {
		return TOCSIN_NO_MEMORY;
	}
	receipt->verdict = TOCSIN__V1__VERDICT__VERDICT_DUPLICATE;
	receipt->durable = draft->engine->durable;
	receipt->journal_id = (char *)(uintptr_t)journal_text(draft, known->journal_id);
	if (!receipt->journal_id) {
		return TOCSIN_NO_MEMORY;
	}
	return receipt_send(draft, receipt, &received, known->received_ms);
}

enum tocsin_status tocsin_receipt_rejected(struct tocsin_draft *draft)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	enum tocsin_status status = receipt_violations(draft, &receipt);

	if (status != TOCSIN_OK) {
		return status;
	}
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	status = receipt_send(draft, &receipt, &received, draft->now_ms);
	struct tocsin_refusal *refusal = (struct tocsin_refusal *)(uintptr_t)draft->outcome->refusal;
	if (status == TOCSIN_OK && refusal) {
		refusal->receipt =
			tocsin_packed_into(draft->arena, draft->engine, &receipt.base, &refusal->receipt_size);
		status = refusal->receipt ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	}
	return status;
}

static uint32_t retry_after(const struct tocsin_draft *draft, const char *reason)
{
	if (draft->retry_after_s > 0) {
		return draft->retry_after_s;
	}
	if (strcmp(reason, "disk") == 0) {
		return TOCSIN_RETRY_DISK_S;
	}
	return strcmp(reason, "shutdown") == 0 ? TOCSIN_RETRY_SHUTDOWN_S : TOCSIN_RETRY_OVERLOAD_S;
}

enum tocsin_status tocsin_receipt_deferred(struct tocsin_draft *draft, const char *reason)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_DEFERRED;
	receipt.reason = (char *)(uintptr_t)reason;
	receipt.retry_after = retry_after(draft, reason);
	return receipt_send(draft, &receipt, &received, draft->undo->received_ms);
}

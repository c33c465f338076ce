/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/validate.h"

enum known_as { KNOWN_NOT, KNOWN_SAME, KNOWN_CONFLICT };

static bool draft_begin(struct tocsin_draft *draft, struct tocsin_engine *engine,
	const struct tocsin_submission *submission, int64_t now_ms)
{
	memset(draft, 0, offsetof(struct tocsin_draft, violations));
	memset(&draft->incident, 0, sizeof(*draft) - offsetof(struct tocsin_draft, incident));
	tocsin_arena_reset(engine->decoding);
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->rendering);
	tocsin_violations_init(&draft->violations, engine->working);
	draft->engine = engine;
	draft->submission = submission;
	draft->now_ms = now_ms;
	draft->outcome = tocsin_outcome_create(engine);
	if (!draft->outcome) {
		return false;
	}
	draft->arena = draft->outcome->memory;
	draft->undo = draft->outcome->undo;
	draft->undo->incident_id = "";
	draft->undo->received_ms = now_ms;
	if (tocsin_receipt_address(draft) != TOCSIN_OK || tocsin_identify_sender(draft) != TOCSIN_OK) {
		tocsin_outcome_destroy(engine, draft->outcome);
		return false;
	}
	return true;
}

/* Decodes as far as it goes. The id is echoed only where it has the form of one. */
static enum tocsin_status draft_decode(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;
	struct tocsin_engine *engine = draft->engine;

	if (submission->payload_size > engine->max_payload) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_PAYLOAD_SIZE, "",
			"the limit is %zu bytes", engine->max_payload);
		return TOCSIN_OK;
	}
	const enum tocsin_status status = tocsin_incident_decode(submission->form, submission->payload,
		submission->payload_size, engine->decoding, &draft->violations, &draft->incident);
	if (draft->incident && tocsin_uuid_read(draft->incident->id, draft->id)) {
		draft->has_id = true;
		draft->undo->incident_id =
			tocsin_arena_text(draft->arena, draft->incident->id, strlen(draft->incident->id));
	}
	/* What would take more than one may is refused; where the hub has no memory left the
	 * message is not to blame. */
	if (status == TOCSIN_NO_MEMORY && !tocsin_arena_at_ceiling(engine->decoding)) {
		return status;
	}
	return (status == TOCSIN_OK || draft->violations.errors > 0) && draft->undo->incident_id
		? TOCSIN_OK
		: TOCSIN_NO_MEMORY;
}

/* Meanwhile what is remembered of the id is fetched. */
static bool draft_hash(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;
	struct tocsin_engine *engine = draft->engine;

	if (draft->has_id) {
		draft->id_hash = tocsin_id_hash(engine, draft->id);
		tocsin_table_prefetch(&engine->known, draft->id_hash);
		tocsin_table_prefetch(&engine->chains, draft->id_hash);
		tocsin_filter_prefetch(&engine->stored, draft->id_hash);
	}
	if (tocsin_sha256(submission->payload, submission->payload_size, draft->hash) != TOCSIN_OK) {
		tocsin_outcome_destroy(engine, draft->outcome);
		return false;
	}
	tocsin_hex(draft->hash, sizeof(draft->hash), draft->undo->hash);
	return true;
}

/* While the disk is in trouble nothing is asked of it: the sender is told to keep
 * its copy, whatever the answer would have been. */
static enum tocsin_status draft_recall(
	struct tocsin_draft *draft, const struct tocsin_known **known)
{
	struct tocsin_engine *engine = draft->engine;

	*known = NULL;
	if (!draft->has_id) {
		return TOCSIN_OK;
	}
	if (draft->submission->defer) {
		*known = tocsin_known_find(&engine->known, draft->id, draft->id_hash);
		return !*known && engine->archive && tocsin_filter_may_have(&engine->stored, draft->id_hash)
			? TOCSIN_IO
			: TOCSIN_OK;
	}
	const enum tocsin_status status = tocsin_recall_known(engine, draft->id, draft->id_hash, known);
	if (status == TOCSIN_IO) {
		draft->deferred = "disk";
	}
	return status;
}

static enum known_as draft_known(struct tocsin_draft *draft, const struct tocsin_known *known)
{
	if (!known) {
		return KNOWN_NOT;
	}
	/* One that was forgotten is nobody's: its bytes tell whether it is sent again. */
	if (known->sender->bytes[0] && strcmp(known->sender->bytes, draft->sender) != 0) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_ID_TAKEN, "id", NULL);
		return KNOWN_CONFLICT;
	}
	if (memcmp(known->hash, draft->hash, sizeof(draft->hash)) == 0) {
		return KNOWN_SAME;
	}
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&time, known->received_ms);
	tocsin_instant_write(&time, text);
	tocsin_violations_add(
		&draft->violations, TOCSIN_CHECK_ID_REUSED, "id", "already accepted at %s", text);
	return KNOWN_CONFLICT;
}

/* All that needs no journal: what is wrong with the incident. */
static enum tocsin_status draft_judge(struct tocsin_draft *draft)
{
	const struct tocsin_ruleset *ruleset = draft->engine->ruleset;

	if (!draft->incident) {
		return TOCSIN_OK;
	}
	/* A review says nothing of its own: the version that it is about was judged. */
	if (!draft->submission->reviews) {
		const struct tocsin_places places = tocsin_gazetteer_places(ruleset->gazetteer);
		tocsin_incident_validate(draft->incident, &places, draft->now_ms, &draft->violations);
		tocsin_scope_check(draft);
	}
	const enum tocsin_status status = tocsin_admit(draft);
	tocsin_scope_check_chain(draft);
	if (status != TOCSIN_OK || !tocsin_violations_pass(&draft->violations) ||
		draft->submission->reviews ||
		draft->incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		return status;
	}
	return tocsin_facts_read(draft->incident, draft->sender, draft->now_ms, ruleset->gazetteer,
		draft->engine->working, &draft->facts);
}

static void ledger_count(
	struct tocsin_ledger *ledger, Tocsin__V1__Verdict verdict, Tocsin__V1__Routing routing)
{
	switch (verdict) {
	case TOCSIN__V1__VERDICT__VERDICT_ACCEPTED:
		++ledger->accepted;
		++*(routing == TOCSIN__V1__ROUTING__ROUTING_ROUTED     ? &ledger->routed
				: routing == TOCSIN__V1__ROUTING__ROUTING_HELD ? &ledger->held
															   : &ledger->defaulted);
		break;
	case TOCSIN__V1__VERDICT__VERDICT_REJECTED:
		++ledger->rejected;
		break;
	case TOCSIN__V1__VERDICT__VERDICT_DUPLICATE:
		++ledger->duplicate;
		break;
	default:
		++ledger->deferred;
		break;
	}
}

/* Turns whatever the outcome was into "keep it, ask again". */
static void draft_defer(struct tocsin_draft *draft, const char *reason)
{
	struct tocsin_outcome *outcome = draft->outcome;

	tocsin_steps_undo(&draft->undo->steps);
	tocsin_publications_drop(draft->engine, outcome);
	outcome->record = NULL;
	outcome->refusal = NULL;
	outcome->pending = false;
	draft->undo->alerts = 0;
	draft->undo->figures_left_out = 0;
	draft->undo->routing = TOCSIN__V1__ROUTING__ROUTING_UNSPECIFIED;
	if (tocsin_receipt_deferred(draft, reason) != TOCSIN_OK) {
		tocsin_publications_drop(draft->engine, outcome);
		outcome->verdict = TOCSIN__V1__VERDICT__VERDICT_DEFERRED;
	}
}

/* Of what a relay brings the relay is asked first: names can be invented, and each would
 * be as quiet as the one before. */
static bool is_kept(const struct tocsin_draft *draft)
{
	struct tocsin_noise *noise = &draft->engine->noise;

	return draft->speakable && !draft->submission->retried && !draft->submission->by_operator &&
		(!draft->relay || tocsin_noise_keep(noise, draft->relay_name, draft->now_ms)) &&
		tocsin_noise_keep(noise, draft->sender, draft->now_ms);
}

static enum tocsin_status draft_reject(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;
	struct tocsin_refusal *refusal = tocsin_arena_zero(draft->arena, 1, sizeof(*refusal));
	uint8_t *bytes = tocsin_arena_alloc(draft->arena, submission->payload_size);

	if (!refusal || !bytes) {
		return TOCSIN_NO_MEMORY;
	}
	if (submission->payload_size > 0) {
		memcpy(bytes, submission->payload, submission->payload_size);
	}
	refusal->incident_id = draft->undo->incident_id;
	refusal->sender = draft->sender;
	refusal->relay = draft->relay_name;
	refusal->form = submission->form;
	refusal->received_ms = draft->now_ms;
	refusal->bytes = bytes;
	refusal->size = submission->payload_size;
	memcpy(refusal->hash, draft->hash, sizeof(draft->hash));
	const bool kept = is_kept(draft);
	draft->outcome->refusal = kept ? refusal : NULL;
	const enum tocsin_status status = tocsin_receipt_rejected(draft);
	return status == TOCSIN_OK && kept ? tocsin_notice_refused(draft) : status;
}

/* What the verdict is and all that follows from it. The answer to something that
 * still waits for its commit waits with it. */
static enum tocsin_status draft_conclude(struct tocsin_draft *draft)
{
	const struct tocsin_known *known = NULL;

	if (!tocsin_violations_pass(&draft->violations) && !draft->incident) {
		return draft_reject(draft);
	}
	/* The identity of the sender stands first: nobody else is told what is known. */
	const bool admitted = !tocsin_violations_have(&draft->violations, TOCSIN_CHECK_SENDER_NAME) &&
		!tocsin_violations_have(&draft->violations, TOCSIN_CHECK_SENDER_UNKNOWN);
	if (!admitted) {
		return draft_reject(draft);
	}
	enum tocsin_status status = draft_recall(draft, &known);
	if (status != TOCSIN_OK) {
		return status;
	}
	const enum known_as as = draft_known(draft, known);
	draft->outcome->pending = known && known->node.pins > 0;
	if (draft->outcome->pending && draft->submission->defer) {
		return TOCSIN_LIMIT;
	}
	if (as == KNOWN_SAME) {
		return tocsin_receipt_duplicate(draft, known);
	}
	status = draft_judge(draft);
	if (status != TOCSIN_OK) {
		return status;
	}
	if (!tocsin_violations_pass(&draft->violations)) {
		return draft_reject(draft);
	}
	status = draft->submission->defer ? TOCSIN_LIMIT : tocsin_rate_take(draft);
	return status == TOCSIN_OK ? tocsin_accept(draft) : status;
}

static const char *defer_reason(const struct tocsin_draft *draft)
{
	if (draft->submission->defer) {
		return draft->submission->defer;
	}
	return draft->deferred ? draft->deferred : "overload";
}

struct tocsin_outcome *tocsin_engine_submit(
	struct tocsin_engine *engine, const struct tocsin_submission *submission, int64_t now_ms)
{
	struct tocsin_draft draft;

	if (tocsin_identify(engine, submission) == TOCSIN_IDENTITY_OTHERS) {
		tocsin_engine_count_reserved(engine);
		return NULL;
	}
	if (!draft_begin(&draft, engine, submission, now_ms)) {
		return NULL;
	}
	enum tocsin_status status = draft_decode(&draft);
	if (!draft_hash(&draft)) {
		return NULL;
	}
	++engine->ledger.received;
	tocsin_silences_turn(engine, now_ms);
	if (status == TOCSIN_OK) {
		status = draft_conclude(&draft);
	}
	if (status != TOCSIN_OK) {
		draft_defer(&draft, defer_reason(&draft));
	}
	draft.undo->routing = draft.routing;
	draft.undo->open =
		draft.outcome->pending || draft.outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	if (draft.undo->open) {
		++engine->ledger.pending;
	} else {
		ledger_count(&engine->ledger, draft.outcome->verdict, draft.routing);
	}
	return draft.outcome;
}

bool tocsin_engine_take_back(struct tocsin_engine *engine, struct tocsin_outcome *outcome)
{
	if (outcome->verdict != TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
		return false;
	}
	--engine->ledger.received;
	--engine->ledger.deferred;
	tocsin_outcome_destroy(engine, outcome);
	return true;
}

void tocsin_engine_settle(struct tocsin_engine *engine, struct tocsin_outcome *outcome)
{
	struct tocsin_undo *undo = outcome->undo;

	if (!undo->open) {
		return;
	}
	undo->open = false;
	/* Upkeep is no incident. */
	if (!outcome->upkeep) {
		--engine->ledger.pending;
		ledger_count(&engine->ledger, outcome->verdict, undo->routing);
		engine->ledger.alerts += undo->alerts;
		engine->figures_left_out += undo->figures_left_out;
	}
	tocsin_steps_settle(&undo->steps);
}

void tocsin_engine_fail(struct tocsin_engine *engine, struct tocsin_outcome *outcome,
	const char *reason, int64_t now_ms)
{
	struct tocsin_undo *undo = outcome->undo;
	struct tocsin_draft draft = {.engine = engine,
		.now_ms = now_ms,
		.outcome = outcome,
		.undo = undo,
		.arena = outcome->memory};

	if (!undo->open) {
		return;
	}
	undo->open = false;
	if (outcome->upkeep) {
		tocsin_steps_undo(&undo->steps);
		tocsin_publications_drop(engine, outcome);
		return;
	}
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->rendering);
	draft_defer(&draft, reason);
	--engine->ledger.pending;
	++engine->ledger.deferred;
}

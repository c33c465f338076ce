/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/restore.h"

#include <string.h>

#include "rules/render.h"

static enum tocsin_status find_topic(
	struct tocsin_draft *draft, const char *text, uint64_t sequence, struct tocsin_topic **topic)
{
	struct tocsin_table *topics = &draft->engine->topics;

	*topic = tocsin_topic_find(topics, text);
	if (!*topic) {
		struct tocsin_topic *made = tocsin_topic_create(topics, text);

		if (!made) {
			return TOCSIN_NO_MEMORY;
		}
		const enum tocsin_status status = tocsin_steps_add(&draft->undo->steps, topics, &made->node,
			tocsin_table_hash(topics, text, strlen(text)));
		if (status != TOCSIN_OK) {
			topics->destroy(topics->ctx, &made->node);
			return status;
		}
		*topic = made;
	}
	if (sequence > (*topic)->count.sequence) {
		(*topic)->count.sequence = sequence;
	}
	return TOCSIN_OK;
}

/* The count of an audience goes on even where the rules no longer have it. */
static enum tocsin_status raise_audience(
	struct tocsin_engine *engine, const char *name, uint64_t sequence)
{
	struct tocsin_topic *count = tocsin_topic_find(&engine->counts, name);

	if (!count) {
		count = tocsin_topic_create(&engine->counts, name);
		if (!count) {
			return TOCSIN_NO_MEMORY;
		}
		tocsin_table_add(
			&engine->counts, &count->node, tocsin_table_hash(&engine->counts, name, strlen(name)));
	}
	if (sequence > count->count.sequence) {
		count->count.sequence = sequence;
	}
	return TOCSIN_OK;
}

/* The audience's reach in the next state, made from what stands there, or anew. */
static enum tocsin_status reach_begin(struct tocsin_restoring *restoring,
	const struct tocsin_record_alert *sent, struct tocsin_reach *reach, size_t *at)
{
	struct tocsin_engine *engine = restoring->draft.engine;
	struct tocsin_state *next = restoring->next;

	for (*at = 0; *at < next->reach_count; ++*at) {
		if (strcmp(next->reaches[*at]->audience->bytes, sent->audience) == 0) {
			*reach = *next->reaches[*at];
			break;
		}
	}
	if (*at == next->reach_count) {
		memset(reach, 0, sizeof(*reach));
		reach->audience =
			tocsin_token_take(&engine->tokens, sent->audience, strlen(sent->audience));
		return reach->audience ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	}
	tocsin_token_share(reach->audience);
	return TOCSIN_OK;
}

static enum tocsin_status reach_id(
	struct tocsin_restoring *restoring, struct tocsin_reach *reach, const char *text)
{
	uint8_t id[TOCSIN_UUID];
	uint8_t(*ids)[TOCSIN_UUID] =
		tocsin_arena_zero(restoring->draft.engine->working, reach->alert_count + 1, sizeof(*ids));

	if (!ids || !tocsin_uuid_read(text, id)) {
		return ids ? TOCSIN_INVALID : TOCSIN_NO_MEMORY;
	}
	if (reach->alert_count > 0) {
		if (memcmp(reach->alerts[reach->alert_count - 1], id, TOCSIN_UUID) == 0) {
			return TOCSIN_OK;
		}
		const size_t gone = reach->alert_count >= TOCSIN_MAX_CHAIN_VERSIONS;
		memcpy(ids, reach->alerts + gone, (reach->alert_count - gone) * TOCSIN_UUID);
		reach->alert_count -= gone;
	}
	memcpy(ids[reach->alert_count++], id, TOCSIN_UUID);
	reach->alerts = (const uint8_t(*)[TOCSIN_UUID])ids;
	return TOCSIN_OK;
}

static enum tocsin_status reach_topic(struct tocsin_restoring *restoring,
	struct tocsin_reach *reach, const struct tocsin_record_alert *sent)
{
	struct tocsin_topic *topic;
	const enum tocsin_status status =
		find_topic(&restoring->draft, sent->topic, sent->topic_sequence, &topic);

	if (status != TOCSIN_OK) {
		return status;
	}
	for (size_t i = 0; i < reach->topic_count; ++i) {
		if (reach->topics[i] == topic) {
			return TOCSIN_OK;
		}
	}
	struct tocsin_topic **grown =
		tocsin_arena_zero(restoring->draft.engine->working, reach->topic_count + 1, sizeof(*grown));
	if (!grown || reach->topic_count >= TOCSIN_MAX_CHAIN_TOPICS) {
		return grown ? TOCSIN_LIMIT : TOCSIN_NO_MEMORY;
	}
	if (reach->topic_count > 0) {
		memcpy(grown, reach->topics, reach->topic_count * sizeof(*grown));
	}
	grown[reach->topic_count++] = topic;
	reach->topics = (struct tocsin_topic *const *)grown;
	return TOCSIN_OK;
}

/* A CANCEL takes back what is not true any more. */
static enum tocsin_status restore_cancel(
	struct tocsin_restoring *restoring, struct tocsin_reach *reach)
{
	const struct tocsin_draft *draft = &restoring->draft;
	const struct tocsin_closing *closing = restoring->next->closing;
	const bool cancel = draft->incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	const bool closes = cancel || draft->cancelled;

	reach->withdrawn = true;
	reach->open = false;
	return !closes || (closing && closing->cause == TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR)
		? tocsin_clear_figures(&restoring->draft, reach)
		: TOCSIN_OK;
}

static enum tocsin_status restore_open(struct tocsin_restoring *restoring,
	struct tocsin_reach *reach, const struct tocsin_record_alert *sent,
	const Tocsin__V1__Alert *alert)
{
	struct tocsin_engine *engine = restoring->draft.engine;

	reach->open = sent->open;
	if (!sent->open) {
		return TOCSIN_OK;
	}
	const char *topic = tocsin_topic_open(engine->root, alert, false, engine->working);
	if (!topic) {
		return TOCSIN_NO_MEMORY;
	}
	const bool same = reach->open_topic && strcmp(reach->open_topic, topic) == 0;
	reach->open_sequence = same ? reach->open_sequence + 1 : 1;
	reach->open_topic = topic;
	(void)tocsin_expiries_add(
		&engine->expiries, engine->heap, sent->expires_ms, restoring->draft.chain->key);
	return TOCSIN_OK;
}

/* What a version did to its audience. One that came late changed no picture. */
static enum tocsin_status restore_version(struct tocsin_restoring *restoring,
	struct tocsin_reach *reach, const struct tocsin_record_alert *sent,
	const Tocsin__V1__Alert *alert)
{
	struct tocsin_draft *draft = &restoring->draft;
	const bool superseded = draft->late && reach->last_size > 0 && !reach->withdrawn;
	enum tocsin_status status = TOCSIN_OK;

	if (!superseded) {
		reach->expires_ms = sent->expires_ms;
		reach->withdrawn = false;
		status = restore_open(restoring, reach, sent, alert);
		if (status == TOCSIN_OK) {
			status = tocsin_send_keep(draft, reach, alert);
		}
	}
	if (reach->expires_ms > restoring->next->expires_ms) {
		restoring->next->expires_ms = reach->expires_ms;
	}
	return status == TOCSIN_OK && draft->chain->status == TOCSIN__V1__STATUS__STATUS_ACTUAL
		? tocsin_figures_recall(draft, reach)
		: status;
}

static enum tocsin_status reach_alert(struct tocsin_restoring *restoring,
	struct tocsin_reach *reach, const struct tocsin_record_alert *sent,
	const Tocsin__V1__Alert *alert)
{
	const struct tocsin_ruleset *ruleset = restoring->draft.engine->ruleset;
	const int index = tocsin_ruleset_audience(ruleset, sent->audience);

	reach->qos = 1;
	reach->formats = index < 0 ? TOCSIN_FORMAT_PROTOBUF | TOCSIN_FORMAT_JSON
							   : (uint8_t)ruleset->audiences[index].formats;
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		reach->expires_ms = sent->expires_ms;
		return restore_cancel(restoring, reach);
	}
	return restore_version(restoring, reach, sent, alert);
}

enum tocsin_status tocsin_restore_alert(
	struct tocsin_restoring *restoring, const struct tocsin_record_alert *sent)
{
	struct tocsin_engine *engine = restoring->draft.engine;
	struct tocsin_state *next = restoring->next;
	struct tocsin_reach reach;
	size_t at;

	tocsin_arena_reset(engine->rendering);
	const Tocsin__V1__Alert *alert = tocsin__v1__alert__unpack(
		tocsin_arena_protobuf(engine->rendering), sent->size, sent->bytes);
	if (!alert) {
		return TOCSIN_INVALID;
	}
	enum tocsin_status status = raise_audience(engine, sent->audience, sent->sequence);
	if (status == TOCSIN_OK) {
		status = reach_begin(restoring, sent, &reach, &at);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	const size_t before = reach.alert_count;
	status = reach_id(restoring, &reach, sent->alert_id);
	const bool first = reach.alert_count != before;
	/* Every alert goes to every topic of its reach, in order. */
	reach.topic_count = first ? 0 : reach.topic_count;
	if (status == TOCSIN_OK) {
		status = reach_topic(restoring, &reach, sent);
	}
	/* One alert on several topics is one alert. */
	if (status == TOCSIN_OK && first) {
		status = reach_alert(restoring, &reach, sent, alert);
	}
	if (first && alert->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		restoring->delivered[restoring->delivered_count++] = at;
	}
	struct tocsin_reach *made =
		status == TOCSIN_OK ? tocsin_reach_create(&engine->chains, &reach) : NULL;
	tocsin_token_drop(&engine->tokens, reach.audience);
	if (!made) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	if (at < next->reach_count) {
		tocsin_reach_drop(&engine->chains, next->reaches[at]);
	} else {
		++next->reach_count;
	}
	next->reaches[at] = made;
	return TOCSIN_OK;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/text.h"
#include "rules/sender.h"

enum tocsin_identity tocsin_identity_of(const struct tocsin_ruleset *ruleset, const char *user,
	const char *client_id, const char *level, size_t length)
{
	const char *name = user ? user : client_id;

	if (name && strlen(name) == length && memcmp(name, level, length) == 0) {
		return TOCSIN_IDENTITY_OWN;
	}
	const struct tocsin_sender *relay = user ? tocsin_ruleset_sender(ruleset, user) : NULL;
	return relay && tocsin_sender_relays(relay, level, length) ? TOCSIN_IDENTITY_RELAYED
															   : TOCSIN_IDENTITY_OTHERS;
}

enum tocsin_identity tocsin_identify(
	const struct tocsin_engine *engine, const struct tocsin_submission *submission)
{
	return tocsin_identity_of(engine->ruleset, submission->user, submission->client_id,
		submission->topic_sender, submission->topic_sender_length);
}

bool tocsin_engine_is_own(
	const struct tocsin_engine *engine, const struct tocsin_submission *submission)
{
	return tocsin_identify(engine, submission) != TOCSIN_IDENTITY_OTHERS;
}

bool tocsin_identity_unnamed(const struct tocsin_ruleset *ruleset, const char *client_id)
{
	if (!ruleset->open_senders || tocsin_ruleset_sender(ruleset, client_id) ||
		tocsin_ruleset_relay(ruleset, client_id, NULL)) {
		return false;
	}
	for (size_t i = 0; i < ruleset->audience_count; ++i) {
		if (tocsin_audience_has(&ruleset->audiences[i], client_id)) {
			return false;
		}
	}
	return true;
}

/* A user need be listed only where the rules list who may report. Whom a relay may speak
 * for is listed with it. */
static bool sender_admitted(const struct tocsin_draft *draft)
{
	const struct tocsin_ruleset *ruleset = draft->engine->ruleset;

	if (draft->relay) {
		return true;
	}
	if (!draft->submission->user) {
		return tocsin_identity_unnamed(ruleset, draft->sender);
	}
	return ruleset->open_senders || !ruleset->senders_listed ||
		tocsin_ruleset_sender(ruleset, draft->sender) != NULL;
}

enum tocsin_status tocsin_identify_sender(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;

	draft->speakable =
		tocsin_text_is_level(submission->topic_sender, submission->topic_sender_length);
	draft->sender = tocsin_arena_text(draft->arena, submission->topic_sender,
		draft->speakable ? submission->topic_sender_length : 0);
	if (tocsin_identify(draft->engine, submission) == TOCSIN_IDENTITY_RELAYED) {
		draft->relay = tocsin_ruleset_sender(draft->engine->ruleset, submission->user);
		draft->relay_name =
			tocsin_arena_text(draft->arena, submission->user, strlen(submission->user));
	}
	if (!draft->sender || (draft->relay && !draft->relay_name)) {
		return TOCSIN_NO_MEMORY;
	}
	if (draft->submission->by_operator) {
		return TOCSIN_OK;
	}
	if (!draft->speakable) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_NAME, "", NULL);
	} else if (!sender_admitted(draft)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_UNKNOWN, "", NULL);
	}
	return TOCSIN_OK;
}

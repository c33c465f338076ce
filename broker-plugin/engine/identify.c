/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/text.h"

static bool level_equals(const struct tocsin_submission *submission, const char *name)
{
	return name && strlen(name) == submission->topic_sender_length &&
		memcmp(name, submission->topic_sender, submission->topic_sender_length) == 0;
}

enum tocsin_identity tocsin_identify(const struct tocsin_submission *submission)
{
	const char *name = submission->user ? submission->user : submission->client_id;

	return level_equals(submission, name) ? TOCSIN_IDENTITY_OWN : TOCSIN_IDENTITY_OTHERS;
}

bool tocsin_engine_is_own(
	const struct tocsin_engine *engine, const struct tocsin_submission *submission)
{
	(void)engine;
	return tocsin_identify(submission) != TOCSIN_IDENTITY_OTHERS;
}

/* A client without a user name always needs open_senders; one with a user name
 * only where the rules list who may report. */
static bool sender_admitted(const struct tocsin_draft *draft)
{
	const struct tocsin_ruleset *ruleset = draft->engine->ruleset;

	if (ruleset->open_senders) {
		return true;
	}
	if (!draft->submission->user) {
		return false;
	}
	return !ruleset->senders_listed || tocsin_ruleset_sender(ruleset, draft->sender) != NULL;
}

enum tocsin_status tocsin_identify_sender(struct tocsin_draft *draft)
{
	const struct tocsin_submission *submission = draft->submission;

	draft->speakable =
		tocsin_text_is_level(submission->topic_sender, submission->topic_sender_length);
	draft->sender = tocsin_arena_text(draft->arena, submission->topic_sender,
		draft->speakable ? submission->topic_sender_length : 0);
	if (!draft->sender) {
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

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/succession.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/watch/relayed.h"

struct tocsin_succession {
	struct tocsin_relayed *topics; /* "sequence,topic,topic_sequence -" each */
	struct {
		bool known;
		uint64_t sequence;
	} audiences[TOCSIN_MAX_SUCCESSIONS];
};

enum { MAX_NOTE = 2200 };

struct tocsin_succession *tocsin_succession_create(void)
{
	struct tocsin_succession *succession = calloc(1, sizeof(*succession));
	if (succession && tocsin_relayed_open(NULL, &succession->topics) != TOCSIN_OK) {
		free(succession);
		succession = NULL;
	}
	return succession;
}

void tocsin_succession_destroy(struct tocsin_succession *succession)
{
	if (!succession)
		return;
	tocsin_relayed_close(succession->topics);
	free(succession);
}

static bool find(const struct tocsin_succession *succession, const char *topic, uint64_t *sequence,
	uint64_t *topic_sequence)
{
	const char *note = tocsin_relayed_reference(succession->topics, topic);
	const char *last = note ? strrchr(note, ',') : NULL;
	if (!last)
		return false;
	*sequence = strtoull(note, NULL, 10);
	*topic_sequence = strtoull(last + 1, NULL, 10);
	return true;
}

/* Without memory, and for a topic that no note can hold, gaps are not seen: nothing that
 * comes is lost by that. */
static void note(struct tocsin_succession *succession, const struct tocsin_succession_step *step)
{
	char text[MAX_NOTE];
	int length = snprintf(text, sizeof(text), "%" PRIu64 ",%s,%" PRIu64, step->sequence,
		step->topic, step->topic_sequence);
	enum tocsin_status status = TOCSIN_INVALID;
	if (length > 0 && (size_t)length < sizeof(text))
		status = tocsin_relayed_add(succession->topics, text, "-");
	(void)status;
}

void tocsin_succession_reach(
	struct tocsin_succession *succession, size_t audience, uint64_t sequence)
{
	if (succession->audiences[audience].known &&
		succession->audiences[audience].sequence >= sequence)
		return;
	succession->audiences[audience].known = true;
	succession->audiences[audience].sequence = sequence;
}

uint64_t tocsin_succession_take(struct tocsin_succession *succession,
	const struct tocsin_succession_step *step, uint64_t *after)
{
	uint64_t sequence, topic_sequence, missing = 0;
	tocsin_succession_reach(succession, step->audience, step->sequence);
	if (step->topic_sequence == 0)
		return 0;
	if (find(succession, step->topic, &sequence, &topic_sequence)) {
		if (step->topic_sequence <= topic_sequence)
			return 0;
		missing = step->topic_sequence - topic_sequence - 1;
	}
	if (missing > 0)
		*after = sequence;
	note(succession, step);
	return missing;
}

void tocsin_succession_raise(
	struct tocsin_succession *succession, const struct tocsin_succession_step *step)
{
	uint64_t nothing;
	(void)tocsin_succession_take(succession, step, &nothing);
}

/* Topics of other audiences are forgotten with it: they too are this hub's. */
static void begin_anew(struct tocsin_succession *succession)
{
	struct tocsin_relayed *fresh = NULL;
	if (tocsin_relayed_open(NULL, &fresh) != TOCSIN_OK)
		return;
	tocsin_relayed_close(succession->topics);
	succession->topics = fresh;
}

bool tocsin_succession_hear(
	struct tocsin_succession *succession, size_t audience, uint64_t sequence, bool retained)
{
	const bool known = succession->audiences[audience].known;
	const uint64_t last = succession->audiences[audience].sequence;
	const bool anew = known && sequence < last && !retained;
	if (anew)
		begin_anew(succession);
	if (!known || anew) {
		succession->audiences[audience].known = true;
		succession->audiences[audience].sequence = sequence;
		return false;
	}
	return sequence > last;
}

bool tocsin_succession_last(
	const struct tocsin_succession *succession, size_t audience, uint64_t *sequence)
{
	if (!succession->audiences[audience].known)
		return false;
	*sequence = succession->audiences[audience].sequence;
	return true;
}

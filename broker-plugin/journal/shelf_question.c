/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf_question.h"

#include <string.h>

#include "engine/siphash.h"
#include "journal/shelf.h"

/* Equal hashes of one submission would cost a read on the broker's thread, no more: the
 * key need not be a secret. */
static uint64_t hash_of(const struct tocsin_shelf_question *question)
{
	static const uint8_t key[16] = {0};
	uint8_t fixed[sizeof(uint64_t) + 1] = {(uint8_t)question->subject};

	memcpy(fixed + 1, &question->row, sizeof(question->row));
	return tocsin_siphash(key, fixed, sizeof(fixed)) ^
		tocsin_siphash(key, question->name, strlen(question->name));
}

static bool was_asked(const struct tocsin_shelf_asking *asking, uint64_t hash)
{
	for (size_t i = 0; i < asking->count; i++) {
		if (asking->asked[i] == hash) {
			return true;
		}
	}
	return false;
}

bool tocsin_shelf_asks(struct tocsin_shelf_asking *asking, enum tocsin_shelf_subject subject,
	uint64_t row, const char *name)
{
	struct tocsin_shelf_question question = {.subject = subject, .row = row};
	const size_t length = strlen(name);

	if (!asking || asking->count == TOCSIN_SHELF_QUESTIONS || length >= sizeof(question.name)) {
		return false;
	}
	memcpy(question.name, name, length);
	const uint64_t hash = hash_of(&question);
	/* One at a time: the next try comes further. */
	if (!asking->open && was_asked(asking, hash)) {
		return false;
	}
	if (!asking->open) {
		asking->asked[asking->count++] = hash;
		asking->question = question;
		asking->open = true;
	}
	return true;
}

enum tocsin_status tocsin_shelf_answer(
	struct tocsin_shelf *shelf, const struct tocsin_shelf_question *question)
{
	const struct tocsin_archive *archive = &tocsin_shelf_archive;
	struct tocsin_record record;
	const uint8_t *bytes;
	uint64_t sequence;
	size_t size;

	switch (question->subject) {
	case TOCSIN_SUBJECT_INCIDENT:
		return archive->incident(shelf, question->name, &record);
	case TOCSIN_SUBJECT_CHAIN:
		return archive->chain(shelf, question->name, &record);
	case TOCSIN_SUBJECT_ALERT:
		return archive->alert(shelf, question->row, &bytes, &size);
	case TOCSIN_SUBJECT_TOPIC:
		return archive->topic_sequence(shelf, question->name, &sequence);
	}
	return TOCSIN_INVALID;
}

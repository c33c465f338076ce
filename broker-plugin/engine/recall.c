/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/state.h"

/* Not having one is an answer, too. */
static enum tocsin_status answered(enum tocsin_status status)
{
	return status == TOCSIN_NOT_FOUND ? TOCSIN_OK : status;
}

enum tocsin_status tocsin_recall_known(struct tocsin_engine *engine, const uint8_t id[TOCSIN_UUID],
	uint64_t hash, const struct tocsin_known **known)
{
	const struct tocsin_archive *archive = engine->archive;
	struct tocsin_record record = {0};
	char text[TOCSIN_UUID_TEXT];

	*known = tocsin_known_find(&engine->known, id, hash);
	if (*known || !archive || !tocsin_filter_may_have(&engine->stored, hash)) {
		return TOCSIN_OK;
	}
	tocsin_uuid_write(id, text);
	enum tocsin_status status = archive->incident(archive->ctx, text, &record);
	if (status == TOCSIN_OK) {
		status = tocsin_restore_known(engine, &record);
		*known = status == TOCSIN_OK ? tocsin_known_find(&engine->known, id, hash) : NULL;
	}
	return answered(status);
}

/* Reading one chain may push the oldest out, which must not be the one in hand. */
enum tocsin_status tocsin_recall_chain(struct tocsin_engine *engine, const uint8_t key[TOCSIN_UUID],
	struct tocsin_chain *keep, struct tocsin_chain **chain)
{
	const struct tocsin_archive *archive = engine->archive;
	struct tocsin_record record = {0};
	char text[TOCSIN_UUID_TEXT];

	*chain = tocsin_chain_find(&engine->chains, key, tocsin_id_hash(engine, key));
	if (*chain || !archive) {
		return TOCSIN_OK;
	}
	tocsin_uuid_write(key, text);
	enum tocsin_status status = archive->chain(archive->ctx, text, &record);
	if (status == TOCSIN_OK) {
		if (keep) {
			++keep->node.pins;
		}
		status = tocsin_memory_read(engine, &record, chain);
		if (keep) {
			--keep->node.pins;
		}
	}
	return answered(status);
}

enum tocsin_status tocsin_recall_sequence(
	struct tocsin_engine *engine, const char *topic, uint64_t *sequence)
{
	const struct tocsin_archive *archive = engine->archive;

	*sequence = 0;
	return archive ? answered(archive->topic_sequence(archive->ctx, topic, sequence)) : TOCSIN_OK;
}

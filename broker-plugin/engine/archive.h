/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where accepted incidents are kept for good: what the engine asks once its own
 * memory, which is bounded and ends with the process, has let go of something. The
 * host gives it one that reads the journal. Broker's thread. */
#pragma once

#include "engine/outcome.h"
#include "proto/status.h"

/* Each returns TOCSIN_NOT_FOUND where there is none, TOCSIN_IO where it cannot be
 * read now. What a record points to is valid until the next call of any of them. */
struct tocsin_archive {
	void *ctx;
	/* The incident with this id, without its alerts. */
	enum tocsin_status (*incident)(void *ctx, const char *id, struct tocsin_record *record);
	/* The newest record of the chain with this key. */
	enum tocsin_status (*chain)(void *ctx, const char *key, struct tocsin_record *record);
	/* The bytes of the incident with this id, as published. */
	enum tocsin_status (*published)(
		void *ctx, const char *id, enum tocsin_form *form, const uint8_t **bytes, size_t *size);
	/* The packed alert of a row. */
	enum tocsin_status (*alert)(void *ctx, uint64_t row, const uint8_t **bytes, size_t *size);
	/* The last sequence of an alert topic, of an audience. */
	enum tocsin_status (*topic_sequence)(void *ctx, const char *topic, uint64_t *sequence);
	enum tocsin_status (*audience_sequence)(void *ctx, const char *audience, uint64_t *sequence);
};

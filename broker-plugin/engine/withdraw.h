/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An operator takes back what anybody reported, with a name and a reason: a Cancel like
 * any other, to whoever saw an earlier version. */
#pragma once

#include "engine/engine.h"

struct tocsin_withdrawal {
	const char *id;       /* of the Cancel: a UUID version 4 that is new */
	const char *incident; /* id of any version */
	const char *author;   /* user name */
	Tocsin__V1__CloseCause cause;
	const char *note; /* at most 1,000 characters */
};

/* *outcome is to be taken like that of a submission. TOCSIN_NOT_FOUND where no such
 * incident is known, TOCSIN_LIMIT where it is cancelled already, TOCSIN_INVALID where the
 * note cannot be sent, TOCSIN_IO where the archive cannot say. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_withdraw(struct tocsin_engine *engine,
	const struct tocsin_withdrawal *withdrawal, int64_t now_ms, struct tocsin_outcome **outcome);

/* An accepted incident with this id is in memory, and on disk where there is a journal. */
bool tocsin_engine_has(const struct tocsin_engine *engine, const char *id);

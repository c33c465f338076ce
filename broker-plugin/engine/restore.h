/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Taking accepted incidents back from a journal, at start. Not for other rooms. */
#pragma once

#include "engine/state.h"

/* One record on its way back into memory. */
struct tocsin_restoring {
	struct tocsin_draft draft; /* without a submission: nothing is published */
	const struct tocsin_record *record;
	struct tocsin_state *next;
	size_t *delivered; /* places in next of the audiences that got the version, in order */
	size_t delivered_count;
};

/* Puts one alert back: the counts of its audience and topic, and the audience's
 * reach in next. */
TOCSIN_MUST_USE enum tocsin_status tocsin_restore_alert(
	struct tocsin_restoring *restoring, const struct tocsin_record_alert *sent);

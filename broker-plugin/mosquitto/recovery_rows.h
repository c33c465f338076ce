/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The rows of the journal that a stage of the recovery is about, whoever reads them: any
 * thread, with a shelf of its own. */
#pragma once

#include "journal/floor.h"
#include "journal/shelf_pages.h"

enum tocsin_recovery_stage {
	TOCSIN_RECOVERY_CLEARS,
	TOCSIN_RECOVERY_ALERTS,
	TOCSIN_RECOVERY_DIGESTS,
	TOCSIN_RECOVERY_OPEN, /* not rows: chains of the engine */
	TOCSIN_RECOVERY_FIGURES,
	TOCSIN_RECOVERY_SENT, /* the last of it is on its way */
	TOCSIN_RECOVERY_DONE,
};

/* Each gets the page's ctx. */
struct tocsin_recovery_takers {
	void (*clear)(void *ctx, const struct tocsin_record_clear *clear);
	void (*alert)(void *ctx, const struct tocsin_record_alert *alert);
	void (*digest)(void *ctx, const struct tocsin_record_digest *digest);
	void (*figure)(void *ctx, const struct tocsin_record_figure *figure);
};

/* The next page of a stage, from its cursor on; cursor 0 is its beginning. Nothing for a
 * stage without rows. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recovery_rows(enum tocsin_recovery_stage stage,
	const struct tocsin_floor *floor, struct tocsin_shelf *shelf, struct tocsin_shelf_page *page,
	const struct tocsin_recovery_takers *takers, size_t *taken);

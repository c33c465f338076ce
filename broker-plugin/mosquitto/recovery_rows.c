/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/recovery_rows.h"

#include "engine/repeat.h"

/* The alerts of incidents from the first on that was committed since. */
static enum tocsin_status alerts(const struct tocsin_floor *floor, struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, const struct tocsin_recovery_takers *takers, size_t *taken)
{
	if (page->cursor == 0) {
		uint64_t first = floor->first;
		enum tocsin_status status =
			first ? TOCSIN_OK : tocsin_shelf_first_since(shelf, floor->since_ms, &first);

		if (status != TOCSIN_OK)
			return status;
		page->cursor = tocsin_alert_row(first, 0) - 1;
	}
	return tocsin_shelf_page_alerts(shelf, page, takers->alert, taken);
}

enum tocsin_status tocsin_recovery_rows(enum tocsin_recovery_stage stage,
	const struct tocsin_floor *floor, struct tocsin_shelf *shelf, struct tocsin_shelf_page *page,
	const struct tocsin_recovery_takers *takers, size_t *taken)
{
	*taken = 0;
	switch (stage) {
	case TOCSIN_RECOVERY_CLEARS:
		return tocsin_shelf_page_clears(shelf, page, floor->since_ms, takers->clear, taken);
	case TOCSIN_RECOVERY_ALERTS:
		return alerts(floor, shelf, page, takers, taken);
	case TOCSIN_RECOVERY_DIGESTS:
		return tocsin_shelf_page_digests(shelf, page, floor->since_ms, takers->digest, taken);
	case TOCSIN_RECOVERY_FIGURES:
		return tocsin_shelf_page_figures(shelf, page, floor->since_ms, takers->figure, taken);
	case TOCSIN_RECOVERY_OPEN:
	case TOCSIN_RECOVERY_SENT:
	case TOCSIN_RECOVERY_DONE:
		break;
	}
	return TOCSIN_OK;
}

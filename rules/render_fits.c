/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/render.h"

/* One of several rows may be meant. */
static bool lies_deeper(const struct tocsin_gazetteer *gazetteer, const char *code, unsigned level)
{
	uint32_t rows[TOCSIN_MAX_CODE_ROWS];
	size_t count = tocsin_gazetteer_rows(gazetteer, code, rows, TOCSIN_MAX_CODE_ROWS);
	for (size_t i = 0; i < count && i < TOCSIN_MAX_CODE_ROWS; i++) {
		if (tocsin_gazetteer_region(gazetteer, rows[i])->level > level) {
			return true;
		}
	}
	return false;
}

/* What `detail: adm2` shows and nothing else of the same level does. */
static bool shows_admin2(const struct tocsin_gazetteer *gazetteer, const Tocsin__V1__Alert *alert)
{
	if (alert->area != NULL && alert->area->n_pcodes > 1) {
		return true;
	}
	for (size_t i = 0; i < alert->n_displacement; i++) {
		if (lies_deeper(gazetteer, alert->displacement[i]->pcode, 1) ||
			lies_deeper(gazetteer, alert->displacement[i]->origin_pcode, 1)) {
			return true;
		}
	}
	return false;
}

bool tocsin_render_fits(const Tocsin__V1__Alert *alert, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience)
{
	if (alert->redaction > audience->max_sensitivity) {
		return false;
	}
	return audience->max_sensitivity > TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW ||
		audience->detail == TOCSIN_DETAIL_ADM2 || !shows_admin2(ruleset->gazetteer, alert);
}

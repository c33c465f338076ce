/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/validate_part.h"

void tocsin_validate_claims(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;

	for (size_t i = 0; i < incident->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[i];
		const bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
		const bool high =
			claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;

		if (low && high && claim->low > claim->high) {
			tocsin_validation_add_at(
				validation, TOCSIN_CHECK_CLAIM_ORDER, "casualty_claims", i, "low");
		}
		if (claim->not_reported && (low || high)) {
			tocsin_validation_add_at(
				validation, TOCSIN_CHECK_CLAIM_NOT_REPORTED, "casualty_claims", i, "not_reported");
		}
	}
}

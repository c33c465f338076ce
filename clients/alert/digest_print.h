/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A digest for a person: what was held back and was never an alert. */
#pragma once

#include "clients/base/paper.h"
#include "tocsin/v1/digest.pb-c.h"

/* "HELD BACK: 7 incidents (throttle, rule displacement-large), 2024-08-07 18:41 UTC to
 * 2024-08-07 19:41 UTC", without an end of line. */
void tocsin_digest_say(const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest);

/* The same as a block, with a line for each place and kind of event. */
void tocsin_digest_print(
	const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest, bool name_audience);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether a digest may count what somebody watches for. It names places to admin-1 and
 * the highest severity alone, so that it is wanted where it cannot be told. */
#pragma once

#include "clients/alert/alert_judge.h"
#include "tocsin/v1/digest.pb-c.h"

/* One of its groups may; or it has none, and tells that nothing was held. */
bool tocsin_digest_wanted(const struct tocsin_alert_want *want, const Tocsin__V1__Digest *digest);

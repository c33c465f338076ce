/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A receipt in words. */
#pragma once

#include "clients/base/exit.h"
#include "clients/base/paper.h"
#include "tocsin/v1/receipt.pb-c.h"

/* What the receipt means: recorded or refused, why, and where it went. here says
 * that the check was made on this machine and nothing was sent. */
void tocsin_receipt_print(
	const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt, bool here);

/* "location.pcode: must be ... [location.pcode.form]", one a line, errors first. */
void tocsin_violations_print(const struct tocsin_paper *paper,
	Tocsin__V1__Violation *const *violations, size_t count, const char *indent);

/* OK when it is recorded, REFUSED when rejected, TIMEOUT when deferred. */
enum tocsin_exit tocsin_receipt_exit(const Tocsin__V1__Receipt *receipt);

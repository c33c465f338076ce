/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An alert as a block of lines for a person. */
#pragma once

#include "clients/alert/alert_judge.h"
#include "clients/base/paper.h"
#include "tocsin/v1/alert.pb-c.h"

struct tocsin_alert_marks {
	bool open;          /* it was already open when we came */
	bool moved_out;     /* a new version of one shown before, no longer in the filter */
	bool name_audience; /* several audiences are watched */
};

/* Colour, word and shape for severity: "[### ] SEVERE". */
void tocsin_alert_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks);

/* The lines about people: tolls by claimant, displacement figures. */
void tocsin_claims_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert);
void tocsin_figures_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert);

#define TOCSIN_ALERT_INDENT "       "

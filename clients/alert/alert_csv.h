/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts as CSV, a line each, for spreadsheets. */
#pragma once

#include <stdio.h>

#include "tocsin/v1/alert.pb-c.h"

/* The names of the columns, and beneath them their HXL tags. */
void tocsin_alert_csv_head(FILE *out);

/* What an alert does not say is an empty cell; "not reported" is a value. */
void tocsin_alert_csv_row(FILE *out, const Tocsin__V1__Alert *alert);

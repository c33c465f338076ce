/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Many incidents, one JSON object a line, each judged as if it were the only one. */
#pragma once

#include "clients/base/exit.h"
#include "clients/rule/forecast.h"

struct tocsin_explain_lines {
	const char *path;   /* or "-" */
	const char *sender; /* of lines that name none; NULL: nobody in particular */
	int64_t now_ms;     /* of lines that say no time */
	bool wrapped;       /* every line must be {"sender", "incident", "at"} */
};

/* A line is an incident, or {"sender": ..., "incident": {...}, "at": ...} with sender
 * and at left out or not. Prints a decision for each, or {"error": ...} where a line
 * is neither, in the order of the file; empty lines are passed over. REFUSED where a
 * line could not be judged, whatever the verdicts. */
enum tocsin_exit tocsin_explain_lines(
	struct tocsin_forecaster *forecaster, const struct tocsin_explain_lines *lines);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is measured, in the order of the table. */
#pragma once

#include "measure.h"
#include "rules/ruleset.h"

/* decode.c: decoding, which no rule touches. */
void measure_decoding(const struct measuring *measuring);

/* decide.c: validation and decision under this rule set, alone and after decoding. */
void measure_deciding(const struct measuring *measuring, const struct tocsin_ruleset *ruleset);

/* render.c: what each audience may see, as protobuf and as JSON. */
void measure_rendering(const struct measuring *measuring, const struct tocsin_ruleset *ruleset);

/* submit.c: the whole way through an engine. Takes the rule set. */
void measure_submitting(const struct measuring *measuring, const char *variant, const char *axis,
	size_t at, struct tocsin_ruleset *ruleset);
/* An engine that fills up: open incidents, remembered ids, what they take. */
void measure_filling(const struct measuring *measuring, struct tocsin_ruleset *ruleset);
/* Silences that hold nothing back. */
void measure_silences(
	const struct measuring *measuring, size_t count, struct tocsin_ruleset *ruleset);

/* load.c: the time and the memory of rule files and places; writes into folder. */
void measure_loading(const struct measuring *measuring, const char *folder);

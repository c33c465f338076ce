/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What `tocsin review` prints of an incident besides its texts. */
#pragma once

#include <jansson.h>

#include "clients/base/paper.h"

/* Two lines: the id, from whom and when; what and where. object is the hub's answer, or a
 * row of its journal. */
void tocsin_review_print_head(
	const struct tocsin_paper *paper, const char *id, const json_t *object);

/* "partners, network" */
void tocsin_review_print_names(const struct tocsin_paper *paper, const json_t *names);

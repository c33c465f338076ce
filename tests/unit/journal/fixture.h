/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Outcomes with records as the engine makes them, and a folder of their own. */
#pragma once

#include "engine/outcome.h"

struct folder {
	char path[64];
	char journal[96];
};

void folder_make(struct folder *folder);
void folder_remove(struct folder *folder);

/* An outcome with one record of two alerts; freed with outcome_free. */
struct tocsin_outcome *outcome_make(uint64_t journal_id, size_t bytes);
void outcome_free(struct tocsin_outcome *outcome);
void outcomes_free(struct tocsin_outcome *first);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The texts that a rule set is made of; each goes into its version. */
#pragma once

#include "rules/load.h"

/* Reads a file and adds its bytes to the digest. *text is the caller's. Statuses
 * and errno as struct tocsin_files has them. */
TOCSIN_MUST_USE enum tocsin_status tocsin_load_file(
	struct tocsin_loader *loader, const char *path, size_t ceiling, char **text, size_t *length);

/* Why a file could not be read, for an operator: "no such file". Static
 * storage. */
const char *tocsin_load_file_fault(enum tocsin_status status, int reason);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include "rules/ruleset.h"

/* Loads a rule file; diagnostics go to stderr. NULL where it does not load. */
struct tocsin_ruleset *tocsin_rule_file_load(const char *path);

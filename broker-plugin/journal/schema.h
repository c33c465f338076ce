/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The tables of the journal, and how older files become newer ones. */
#pragma once

#include "journal/database.h"

extern const struct tocsin_schema tocsin_journal_schema;

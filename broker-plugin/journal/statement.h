/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What everything here does with SQLite's prepared statements. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

/* Texts and bytes are borrowed: they must outlive the step. NULL bytes are NULL. */
void tocsin_bind_text(sqlite3_stmt *statement, int at, const char *text);
void tocsin_bind_bytes(sqlite3_stmt *statement, int at, const void *bytes, size_t size);

/* Steps a statement that gives no row, and resets it: SQLITE_OK, or what went wrong. */
int tocsin_statement_run(sqlite3_stmt *statement);

/* A text column; "" for NULL. Valid until the next step. */
const char *tocsin_column_text(sqlite3_stmt *statement, int column);

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/statement.h"

void tocsin_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

void tocsin_bind_bytes(sqlite3_stmt *statement, int at, const void *bytes, size_t size)
{
	/* No pointer at all would be NULL rather than empty. */
	sqlite3_bind_blob64(statement, at, size == 0 && bytes ? "" : bytes, size, SQLITE_STATIC);
}

int tocsin_statement_run(sqlite3_stmt *statement)
{
	const int result = sqlite3_step(statement);

	sqlite3_reset(statement);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

const char *tocsin_column_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return text ? (const char *)text : "";
}

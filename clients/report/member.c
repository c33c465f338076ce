/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/member.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct tocsin_member_reader *reader)
{
	while (reader->at < reader->end && is_blank(*reader->at))
		reader->at++;
}

static bool take(struct tocsin_member_reader *reader, char wanted)
{
	skip_blanks(reader);
	if (reader->at == reader->end || *reader->at != wanted)
		return false;
	reader->at++;
	return true;
}

/* From behind the opening quote to behind the closing one. */
static bool skip_text(struct tocsin_member_reader *reader)
{
	for (; reader->at < reader->end; reader->at++) {
		if (*reader->at == '"') {
			reader->at++;
			return true;
		}
		if (*reader->at == '\\' && ++reader->at == reader->end)
			return false;
	}
	return false;
}

/* Up to the comma or brace that ends the value. */
static bool skip_value(struct tocsin_member_reader *reader)
{
	size_t depth = 0;
	while (reader->at < reader->end) {
		char c = *reader->at;
		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			return true;
		reader->at++;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		else if (c == '"' && !skip_text(reader))
			return false;
	}
	return false;
}

bool tocsin_members_begin(struct tocsin_member_reader *reader, const char *text, size_t length)
{
	*reader = (struct tocsin_member_reader){text, text + length, true};
	return take(reader, '{');
}

bool tocsin_members_next(struct tocsin_member_reader *reader, struct tocsin_member *member)
{
	skip_blanks(reader);
	if (reader->at < reader->end && *reader->at == '}')
		return false;
	if ((!reader->first && !take(reader, ',')) || !take(reader, '"'))
		return false;
	reader->first = false;
	const char *name = reader->at;
	if (!skip_text(reader))
		return false;
	size_t name_length = (size_t)(reader->at - name) - 1;
	if (!take(reader, ':'))
		return false;
	skip_blanks(reader);
	const char *value = reader->at;
	if (!skip_value(reader))
		return false;
	const char *end = reader->at;
	while (end > value && is_blank(end[-1]))
		end--;
	if (end == value)
		return false;
	*member = (struct tocsin_member){name, name_length, value, (size_t)(end - value)};
	return true;
}

bool tocsin_members_ended(const struct tocsin_member_reader *reader)
{
	struct tocsin_member_reader rest = *reader;
	if (!take(&rest, '}'))
		return false;
	skip_blanks(&rest);
	return rest.at == rest.end;
}

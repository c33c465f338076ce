/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Expected values against a message, both as Tocsin JSON. */
#include <stdlib.h>
#include <string.h>

#include "clients/rule/rehearsal_run.h"

enum { MAX_PATH = 200 };

/* What Tocsin JSON leaves out: false, 0, "" and empty lists. */
static bool is_default(const json_t *value)
{
	return json_is_null(value) || json_is_false(value) ||
		(json_is_integer(value) && json_integer_value(value) == 0) ||
		(json_is_string(value) && json_string_length(value) == 0) ||
		(json_is_array(value) && json_array_size(value) == 0);
}

static bool holds(const json_t *wanted, const json_t *actual);

static bool holds_list(const json_t *wanted, const json_t *actual)
{
	if (!json_is_array(actual) || json_array_size(wanted) != json_array_size(actual))
		return false;
	for (size_t i = 0; i < json_array_size(wanted); i++)
		if (!holds(json_array_get(wanted, i), json_array_get(actual, i)))
			return false;
	return true;
}

static bool holds_object(const json_t *wanted, const json_t *actual)
{
	const char *name;
	json_t *value;
	if (!json_is_object(actual))
		return false;
	json_object_foreach((json_t *)(uintptr_t)wanted, name, value)
	{
		if (!holds(value, json_object_get(actual, name)))
			return false;
	}
	return true;
}

/* Every key that is wanted, every entry of a list; numbers by their value. */
static bool holds(const json_t *wanted, const json_t *actual)
{
	if (!actual || json_is_null(wanted))
		return !actual && is_default(wanted);
	if (json_is_object(wanted))
		return holds_object(wanted, actual);
	if (json_is_array(wanted))
		return holds_list(wanted, actual);
	if (json_is_number(wanted) && json_is_number(actual))
		return json_number_value(wanted) == json_number_value(actual);
	return json_equal(wanted, actual) != 0;
}

/* What stands at a path such as displacement[0].figure, borrowed; NULL where nothing
 * does. The path was checked when it was read. */
static const json_t *value_at(const json_t *message, const char *path)
{
	while (message && *path) {
		char name[MAX_PATH];
		const size_t length = strcspn(path, ".[");
		snprintf(name, sizeof name, "%.*s", (int)length, path);
		message = json_object_get(message, name);
		path += length;
		if (*path == '[') {
			message = json_array_get(message, strtoul(path + 1, NULL, 10));
			path = strchr(path, ']') + 1;
		}
		path += *path == '.';
	}
	return message;
}

json_t *tocsin_rehearsal_difference(const char *field, json_t *expected, json_t *actual)
{
	return json_pack("{s:s, s:o, s:o}", "field", field, "expected", expected, "actual",
		actual ? actual : json_null());
}

static json_t *copy_of(const json_t *value)
{
	return value ? json_deep_copy(value) : json_null();
}

void tocsin_rehearsal_compare(const json_t *fields, const json_t *message, json_t *differences)
{
	const char *path;
	json_t *wanted;
	json_object_foreach((json_t *)(uintptr_t)fields, path, wanted)
	{
		const json_t *actual = value_at(message, path);
		if (!holds(wanted, actual))
			json_array_append_new(
				differences, tocsin_rehearsal_difference(path, copy_of(wanted), copy_of(actual)));
	}
}

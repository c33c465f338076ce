/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/control.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/tongue.h"

/* Compiling many rules on a small machine takes a while. */
enum { COMPILE_WAIT_MS = 60000 };

static void print_impact(const json_t *data)
{
	const json_t *impact = json_object_get(data, "impact");
	const json_t *lines = json_object_get(impact, "lines");
	json_int_t incidents = json_integer_value(json_object_get(impact, "incidents"));
	json_t *line;
	size_t i;
	if (incidents == 0) {
		puts(_("  the hub has taken no incident since its start to try them on"));
		return;
	}
	printf(_("  of the last %lld incidents:\n"), (long long)incidents);
	json_array_foreach(lines, i, line) printf("  %s\n", json_string_value(line));
}

static void print_warnings(const json_t *data)
{
	json_t *item;
	size_t i;
	json_array_foreach(json_object_get(data, "diagnostics"), i, item)
	{
		const char *level = json_string_value(json_object_get(item, "level"));
		if (!level || strcmp(level, "warning") != 0)
			continue;
		fprintf(stderr, _("%s:%lld:%lld: warning: %s\n"),
			json_string_value(json_object_get(item, "file")),
			(long long)json_integer_value(json_object_get(item, "line")),
			(long long)json_integer_value(json_object_get(item, "column")),
			json_string_value(json_object_get(item, "message")));
	}
}

static void print_result(const json_t *response, bool dry)
{
	const json_t *data = json_object_get(response, "data");
	const char *version = json_string_value(json_object_get(data, "version"));
	print_warnings(data);
	if (dry)
		printf(_("The hub would take them, as version %s.\n"), version);
	else
		printf(_("The hub runs version %s.\n"), version);
	print_impact(data);
}

static enum tocsin_exit present_version(struct tocsin_control *control, json_t **response)
{
	enum tocsin_exit code =
		tocsin_control_ask(control, "getRules", NULL, COMPILE_WAIT_MS, response);
	const char *error = tocsin_control_error(*response);
	if (error)
		fprintf(stderr, _("tocsin: the hub refuses: %s\n"), error);
	return code;
}

enum tocsin_exit tocsin_control_send_rules(struct tocsin_control *control, const char *text,
	size_t length, const char *version, bool dry, bool json)
{
	json_t *present = NULL, *response = NULL;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	if (!version && !dry) {
		code = present_version(control, &present);
		version = json_string_value(json_object_get(json_object_get(present, "data"), "version"));
	}
	if (code == TOCSIN_EXIT_OK) {
		json_t *arguments = dry
			? json_pack("{s:s%}", "text", text, length)
			: json_pack("{s:s%, s:s}", "text", text, length, "expectedVersion", version);
		if (!arguments) {
			fprintf(stderr, _("tocsin: the text is not UTF-8\n"));
			code = TOCSIN_EXIT_REFUSED;
		} else {
			code = tocsin_control_ask(
				control, dry ? "checkRules" : "setRules", arguments, COMPILE_WAIT_MS, &response);
		}
	}
	const char *error = tocsin_control_error(response);
	if (error)
		fprintf(stderr, _("tocsin: the hub refuses: %s\n"), error);
	if (response && json)
		tocsin_json_line_value(json_incref(response), stdout);
	else if (response && !error)
		print_result(response, dry);
	json_decref(present);
	json_decref(response);
	return code;
}

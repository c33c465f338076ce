/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"
#include "rules/diagnostics.h"

static void say_broken(
	struct tocsin_doctor *doctor, const char *path, const struct tocsin_diagnostics *list)
{
	static const struct tocsin_remark broken = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the rule file does not load: {1} (mistakes: {2})"),
		.why = N_("the hub keeps its old rules, and without them does not start"),
		.type = "tocsin check {0}"};
	const struct tocsin_diagnostic *first = NULL;
	char count[32], *text = NULL;
	for (size_t i = list->count; i > 0; i--)
		if (list->items[i - 1].kind == TOCSIN_NOTE_ERROR)
			first = &list->items[i - 1];
	if (!first ||
		(first->line ? asprintf(&text, "%s:%u:%u: %s", first->file, first->line, first->column,
						   first->message)
					 : asprintf(&text, "%s: %s", first->file, first->message)) < 0)
		text = NULL;
	snprintf(count, sizeof(count), "%zu", list->errors);
	const struct tocsin_spot spot = {first ? first->file : path, first ? first->line : 0};
	tocsin_doctor_say(doctor, &broken, spot, path, text ? text : path, count, NULL);
	free(text);
}

bool tocsin_doctor_rules(struct tocsin_doctor *doctor)
{
	const char *path = tocsin_doctor_option(doctor, "rules_file");
	struct tocsin_diagnostics list;
	if (!path)
		return false; /* the check of the plugin says that it is missing */
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 && errno == EACCES) {
		tocsin_doctor_say_closed(doctor, path);
		return true;
	}
	if (file >= 0)
		close(file);
	tocsin_diagnostics_init(&list);
	if (tocsin_ruleset_load(path, &tocsin_disk, &list, &doctor->rules) != TOCSIN_OK) {
		doctor->rules = NULL;
		tocsin_diagnostics_sort(&list);
		say_broken(doctor, path, &list);
	}
	tocsin_diagnostics_finish(&list);
	return true;
}

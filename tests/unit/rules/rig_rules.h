/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rule sets from YAML text and the rig's list, without a disk but for time zones. */
#pragma once

#include "rules/rig.h"

#include "rules/decide.h"

static inline enum tocsin_status rig_read(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	if (strncmp(path, TOCSIN_ZONEINFO, strlen(TOCSIN_ZONEINFO)) == 0) {
		return tocsin_disk.read(tocsin_disk.ctx, path, ceiling, text, length);
	}
	const char *from = strstr(path, ".csv") != NULL ? rig_list : (const char *)ctx;
	*length = strlen(from);
	assert_true(*length <= ceiling);
	*text = strdup(from);
	return *text != NULL ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

/* The rules beneath four audiences and a default to coordination. */
static inline struct tocsin_ruleset *rig_load(const char *rules)
{
	static const char head[] = "version: 1\n"
							   "gazetteer: [list.csv]\n"
							   "audiences:\n"
							   "  coordination: {max_sensitivity: severe}\n"
							   "  partners: {max_sensitivity: high}\n"
							   "  network: {max_sensitivity: moderate}\n"
							   "  public: {max_sensitivity: low}\n";
	static const char fallback[] = "default:\n  alert: [{audience: coordination, open: true}]\n";
	struct tocsin_ruleset *ruleset = NULL;
	struct tocsin_diagnostics diagnostics;
	char text[16384];
	(void)snprintf(text, sizeof text, "%s%s%s", head, rules,
		strstr(rules, "\ndefault:") != NULL ? "" : fallback);
	const struct tocsin_files files = {.ctx = text, .read = rig_read};
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load("rules.yaml", &files, &diagnostics, &ruleset);
	tocsin_diagnostics_print(&diagnostics, stderr);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(status, TOCSIN_OK);
	assert_non_null(ruleset);
	return ruleset;
}

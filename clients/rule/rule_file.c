/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rule_file.h"

#include "clients/base/tongue.h"

struct tocsin_ruleset *tocsin_rule_file_load(const char *path)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	tocsin_diagnostics_sort(&diagnostics);
	tocsin_diagnostics_print(&diagnostics, stderr);
	if (status == TOCSIN_NO_MEMORY)
		fprintf(stderr, _("tocsin: out of memory\n"));
	else if (status != TOCSIN_OK && diagnostics.count == 0)
		fprintf(stderr, _("tocsin: %s: cannot be loaded\n"), path);
	tocsin_diagnostics_finish(&diagnostics);
	return status == TOCSIN_OK ? ruleset : NULL;
}

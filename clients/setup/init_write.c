/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/rule/rule_file.h"
#include "clients/setup/access.h"
#include "clients/setup/init.h"

static bool fail(const char *what)
{
	fprintf(stderr, "tocsin init: %s: %s\n", what, errno ? strerror(errno) : _("cannot be made"));
	return false;
}

char *tocsin_init_acl_command(const struct tocsin_init_plan *plan)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	fprintf(out, "tocsin acl %s/rules/rules.yaml", plan->folder);
	for (size_t i = 0; i < plan->admins.count; i++)
		fprintf(out, "%s%s", i ? "," : " --admins ", plan->admins.items[i]);
	fprintf(out, " -o %s/acl", plan->folder);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static bool write_access(struct tocsin_init_plan *plan, const struct tocsin_ruleset *ruleset)
{
	struct tocsin_access access;
	char *made_by = tocsin_init_acl_command(plan);
	bool fine =
		made_by && tocsin_access_init(&access, ruleset, &plan->admins, "tocsin/v1", made_by);
	if (fine) {
		FILE *out = tocsin_tree_create(&plan->tree, "acl", 0600, TOCSIN_TREE_READ);
		fine = out && tocsin_access_write_acl(&access, out);
		fine = out && tocsin_tree_end(out) && fine;
		tocsin_access_finish(&access);
	}
	free(made_by);
	return fine;
}

/* By the hub's own code, so that what was written also loads; the permissions then come
 * from what was loaded. */
static bool write_acl(struct tocsin_init_plan *plan)
{
	char *path = NULL;
	if (asprintf(&path, "%s/rules/rules.yaml", plan->folder) < 0)
		return fail("acl");
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(path);
	free(path);
	if (!ruleset)
		return false;
	bool fine = write_access(plan, ruleset) || fail("acl");
	tocsin_ruleset_destroy(ruleset);
	return fine;
}

static bool write_all(struct tocsin_init_plan *plan)
{
	errno = 0;
	return (tocsin_init_write_rules(plan) || fail("rules")) && write_acl(plan) &&
		(tocsin_init_write_people(plan) || fail("secrets")) &&
		(tocsin_tree_folder(&plan->tree, "state", 0700, TOCSIN_TREE_BROKERS) || fail("state")) &&
		((tocsin_init_write_conf(plan) && tocsin_tree_sync(&plan->tree)) || fail("mosquitto.conf"));
}

bool tocsin_init_write(struct tocsin_init_plan *plan)
{
	plan->tree.path = plan->folder;
	if (!tocsin_tree_open(&plan->tree))
		return fail(plan->folder);
	bool fine = write_all(plan);
	if (!fine)
		tocsin_tree_remove(&plan->tree);
	tocsin_tree_close(&plan->tree);
	return fine;
}

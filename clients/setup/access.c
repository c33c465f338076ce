/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/access.h"

#include <string.h>

const char *const tocsin_access_relay_writes[] = {"from/+/incident", "from/+/incident-json", NULL};
const char *const tocsin_access_relay_reads[] = {"from/+/receipt", "from/+/receipt-json", NULL};
const char *const tocsin_access_admin_writes[] = {"$CONTROL/tocsin/v1", NULL};
const char *const tocsin_access_admin_reads[] = {
	"$CONTROL/tocsin/v1/response", "$SYS/broker/tocsin/#", NULL};

static bool add_members(struct tocsin_user_names *people, const struct tocsin_audience *audience)
{
	for (size_t i = 0; i < audience->member_count; i++)
		if (!tocsin_user_names_add(people, audience->members[i]))
			return false;
	return true;
}

static bool add_all(struct tocsin_access *access)
{
	const struct tocsin_ruleset *ruleset = access->ruleset;
	for (size_t i = 0; i < ruleset->audience_count; i++)
		if (!add_members(&access->people, &ruleset->audiences[i]))
			return false;
	for (size_t i = 0; i < ruleset->sender_count; i++)
		if (!tocsin_user_names_add(&access->people, ruleset->senders[i].name))
			return false;
	for (size_t i = 0; i < access->admins->count; i++)
		if (!tocsin_user_names_add(&access->people, access->admins->items[i]))
			return false;
	return true;
}

bool tocsin_access_init(struct tocsin_access *access, const struct tocsin_ruleset *ruleset,
	const struct tocsin_user_names *admins, const char *root, const char *made_by)
{
	*access = (struct tocsin_access){
		.ruleset = ruleset, .admins = admins, .root = root, .made_by = made_by};
	if (!add_all(access)) {
		tocsin_access_finish(access);
		return false;
	}
	tocsin_user_names_sort(&access->people);
	return true;
}

void tocsin_access_finish(struct tocsin_access *access)
{
	tocsin_user_names_finish(&access->people);
}

bool tocsin_access_is_member(const struct tocsin_audience *audience, const char *name)
{
	for (size_t i = 0; i < audience->member_count; i++)
		if (strcmp(audience->members[i], name) == 0)
			return true;
	return false;
}

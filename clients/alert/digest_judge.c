/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/digest_judge.h"

#include <string.h>

#include "clients/rule/region.h"

/* Of a code alone only its letters tell whether it lies in an admin-1. */
static bool may_lie_in(const struct tocsin_region_path *path, const Tocsin__V1__DigestGroup *group)
{
	const char *code = path->count > 0 ? path->levels[path->count - 1] : "";
	const bool no_adm1 = !*group->adm1;
	if (!tocsin_region_is_located(path))
		return no_adm1 || strncmp(code, group->adm1, strlen(group->adm1)) == 0;
	return strcmp(path->levels[0], group->country) == 0 &&
		(no_adm1 || path->count == 1 || strcmp(path->levels[1], group->adm1) == 0);
}

static bool may_lie_in_any(
	const struct tocsin_alert_want *want, const Tocsin__V1__DigestGroup *group)
{
	for (size_t i = 0; i < want->region_count; i++)
		if (may_lie_in(&want->regions[i], group))
			return true;
	return want->region_count == 0;
}

static bool group_wanted(const struct tocsin_alert_want *want, const Tocsin__V1__DigestGroup *group)
{
	const int event = (int)group->event;
	return may_lie_in_any(want, group) &&
		(group->severity >= want->least ||
			group->severity <= TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN) &&
		(want->events == 0 || event < 0 || event > 31 || (want->events >> event & 1) != 0);
}

bool tocsin_digest_wanted(const struct tocsin_alert_want *want, const Tocsin__V1__Digest *digest)
{
	for (size_t i = 0; i < digest->n_groups; i++)
		if (group_wanted(want, digest->groups[i]))
			return true;
	return digest->n_groups == 0;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/doctor_audience.h"

#include <string.h>

static bool is_member(const struct tocsin_audience *audience, const char *user)
{
	for (size_t i = 0; i < audience->member_count; i++)
		if (strcmp(audience->members[i], user) == 0)
			return true;
	return false;
}

bool tocsin_audience_admits(
	const struct tocsin_ruleset *rules, const struct tocsin_audience *audience, const char *user)
{
	if (audience->member_count == 0)
		return true;
	for (size_t i = 0; user && i < rules->audience_count; i++)
		if (rules->audiences[i].max_sensitivity >= audience->max_sensitivity &&
			is_member(&rules->audiences[i], user))
			return true;
	return false;
}

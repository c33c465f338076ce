/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sight.h"

#include <string.h>

static const struct tocsin_sight *find(const struct tocsin_sights *sights, const char *audience)
{
	for (size_t i = 0; i < sights->count; i++) {
		if (strcmp(sights->items[i].audience, audience) == 0) {
			return &sights->items[i];
		}
	}
	return NULL;
}

static void add(struct tocsin_sights *sights, const char *audience, bool narrowed)
{
	struct tocsin_sight *sight = (struct tocsin_sight *)find(sights, audience);
	if (sight != NULL) {
		sight->narrowed |= narrowed;
		return;
	}
	if (sights->count == sizeof sights->items / sizeof sights->items[0]) {
		sights->everybody = true;
		return;
	}
	sight = &sights->items[sights->count++];
	size_t length = strnlen(audience, TOCSIN_MAX_NAME);
	memcpy(sight->audience, audience, length);
	sight->audience[length] = '\0';
	sight->narrowed = narrowed;
}

/* detail is a matter of low alone. */
static enum tocsin_detail detail_of(const struct tocsin_audience *audience)
{
	return audience->max_sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW
		? audience->detail
		: TOCSIN_DETAIL_ADM1;
}

static void compare(struct tocsin_sights *sights, const struct tocsin_audience *before,
	const struct tocsin_audience *after)
{
	bool less = after->max_sensitivity < before->max_sensitivity;
	bool same = after->max_sensitivity == before->max_sensitivity;
	bool coarser = same && detail_of(after) < detail_of(before);
	if (!same || detail_of(after) != detail_of(before)) {
		add(sights, before->name, less || coarser);
	}
}

void tocsin_sights_add(struct tocsin_sights *sights, const struct tocsin_ruleset *rules,
	const struct tocsin_ruleset *next)
{
	for (size_t i = 0; i < rules->audience_count; i++) {
		const struct tocsin_audience *before = &rules->audiences[i];
		int at = tocsin_ruleset_audience(next, before->name);
		if (at < 0) {
			add(sights, before->name, true);
		} else {
			compare(sights, before, &next->audiences[at]);
		}
	}
	for (size_t i = 0; i < next->audience_count; i++) {
		if (tocsin_ruleset_audience(rules, next->audiences[i].name) < 0) {
			add(sights, next->audiences[i].name, false);
		}
	}
}

bool tocsin_sights_changed(const struct tocsin_sights *sights, const char *audience)
{
	return sights->everybody || find(sights, audience) != NULL;
}

bool tocsin_sights_narrowed(const struct tocsin_sights *sights, const char *audience)
{
	const struct tocsin_sight *sight = find(sights, audience);
	return sights->everybody || (sight != NULL && sight->narrowed);
}

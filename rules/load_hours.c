/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Hours on the wall of a place: `time` and its keys. */
#include <stdlib.h>
#include <string.h>

#include "rules/load.h"
#include "rules/suggest.h"

enum { DAY_MINUTES = 24 * 60, MAX_ZONE_TABLE = 256 * 1024 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "18:00" in text[0..4]; 24:00 is the end of a day. */
static bool read_minute(const char *text, uint16_t *minute)
{
	if (!is_digit(text[0]) || !is_digit(text[1]) || text[2] != ':' || !is_digit(text[3]) ||
		!is_digit(text[4]))
		return false;
	int hours = (text[0] - '0') * 10 + (text[1] - '0');
	int minutes = (text[3] - '0') * 10 + (text[4] - '0');
	*minute = (uint16_t)(hours * 60 + minutes);
	return minutes < 60 && *minute <= DAY_MINUTES;
}

void tocsin_load_between(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_hours *hours = into;
	uint16_t from, to;
	const char *text = tocsin_load_need_text(loader, key->name, node, "two times of the day");
	if (!text)
		return;
	if (node->size != 11 || text[5] != '-' || !read_minute(text, &from) ||
		!read_minute(text + 6, &to) || from == DAY_MINUTES) {
		tocsin_load_error(loader, node,
			"'%.64s' is not two times of the day from 00:00 to 24:00, such as 18:00-06:00", text);
		return;
	}
	if (from == to) {
		tocsin_load_error(loader, node,
			"'%s' begins when it ends: for the whole day leave it out and name 'days'", text);
		return;
	}
	hours->from_minute = from;
	hours->to_minute = to;
	hours->has_between = true;
}

/* The third column of a row of zone.tab, or NULL. */
static char *zone_of_row(char *row)
{
	char *rest = row;
	strsep(&rest, "\t");
	strsep(&rest, "\t");
	return *row == '#' ? NULL : strsep(&rest, "\t");
}

/* Whether the last part of a name, a city, is what was written. */
static bool is_city(const char *name, const char *written)
{
	const char *slash = strrchr(name, '/');
	return slash && tocsin_suggest_same(slash + 1, written);
}

static void refuse_zone(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *name)
{
	char *table = NULL, *row, *rest;
	size_t length;
	const bool looks = loader->hints > 0;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, name, node->size);
	tocsin_suggest_offer(&suggest, "UTC");
	loader->hints -= looks;
	if (!looks ||
		loader->files->read(loader->files->ctx, TOCSIN_ZONEINFO "/zone.tab", MAX_ZONE_TABLE, &table,
			&length) != TOCSIN_OK)
		table = NULL;
	for (row = table ? strtok_r(table, "\n", &rest) : NULL; row;
		 row = strtok_r(NULL, "\n", &rest)) {
		const char *zone = zone_of_row(row);
		if (zone && is_city(zone, name)) {
			suggest.best = zone;
			break;
		}
		if (zone)
			tocsin_suggest_offer(&suggest, zone);
	}
	if (suggest.best)
		tocsin_load_error(
			loader, node, "unknown time zone '%.64s': did you mean '%s'?", name, suggest.best);
	else
		tocsin_load_error(loader, node,
			"unknown time zone '%.64s': a name such as Africa/Bamako of this machine's tzdata",
			name);
	free(table);
}

static struct tocsin_load_zone *read_zone(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *name)
{
	struct tocsin_zone *zone;
	if (loader->zone_count >= TOCSIN_MAX_ZONES) {
		tocsin_load_error(loader, node, "at most %d time zones", TOCSIN_MAX_ZONES);
		return NULL;
	}
	enum tocsin_status status = tocsin_zone_read(loader->files, name, &zone);
	if (status == TOCSIN_NO_MEMORY)
		loader->out_of_memory = true;
	else if (status != TOCSIN_OK)
		refuse_zone(loader, node, name);
	if (status != TOCSIN_OK)
		return NULL;
	struct tocsin_load_zone *entry = tocsin_load_alloc(loader, sizeof(*entry));
	if (entry)
		entry->name = tocsin_load_text(loader, name, strlen(name));
	if (!entry || !entry->name) {
		tocsin_zone_destroy(zone);
		return NULL;
	}
	entry->zone = zone;
	entry->next = loader->owner->zones;
	loader->owner->zones = entry;
	loader->zone_count++;
	return entry;
}

void tocsin_load_zone(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_hours *hours = into;
	const char *text = tocsin_load_need_text(loader, key->name, node, "the name of a time zone");
	if (!text)
		return;
	struct tocsin_load_zone *zone = loader->owner->zones;
	while (zone && strcmp(zone->name, text) != 0)
		zone = zone->next;
	if (!zone)
		zone = read_zone(loader, node, text);
	if (!zone)
		return;
	hours->zone = zone->zone;
	hours->tz = zone->name;
}

void tocsin_load_zones_finish(struct tocsin_load_zone *zones)
{
	for (; zones; zones = zones->next)
		tocsin_zone_destroy(zones->zone);
}

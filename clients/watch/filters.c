/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/filters.h"

#include <stdio.h>
#include <string.h>

#include "proto/enum_name.h"
#include "proto/text.h"

enum { MAX_FILTER = 1024 };

#define BIT(value) (UINT32_C(1) << (unsigned)(value))

bool tocsin_region_path_read(const char *text, struct tocsin_region_path *path)
{
	struct tocsin_region_path read = {.count = 0};
	while (read.count < TOCSIN_MAX_LEVELS) {
		size_t length = strcspn(text, "/");
		if (!tocsin_text_is_pcode(text, length) || (read.count == 0 && length != 2))
			return false;
		memcpy(read.levels[read.count], text, length);
		read.levels[read.count++][length] = '\0';
		if (text[length] == '\0') {
			*path = read;
			return true;
		}
		text += length + 1;
	}
	return false;
}

uint32_t tocsin_severities_from(Tocsin__V1__Severity least)
{
	uint32_t mask = BIT(TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN);
	for (int value = (int)least; value <= TOCSIN__V1__SEVERITY__SEVERITY_EXTREME; value++)
		if (value > 0)
			mask |= BIT(value);
	return mask;
}

static uint32_t all_of(const ProtobufCEnumDescriptor *type)
{
	uint32_t mask = 0;
	for (unsigned i = 0; i < type->n_values; i++)
		if (type->values[i].value > 0)
			mask |= BIT(type->values[i].value);
	return mask;
}

/* The values that stand in the filter, one after the other; 0 for "+". */
static size_t spread(uint32_t mask, const ProtobufCEnumDescriptor *type, int values[32])
{
	size_t count = 0;
	uint32_t all = all_of(type);
	if ((mask & all) == 0 || (mask & all) == all) {
		values[0] = 0;
		return 1;
	}
	for (int value = 31; value > 0; value--)
		if (mask & all & BIT(value))
			values[count++] = value;
	return count;
}

static bool append_region(
	const struct tocsin_region_path *region, size_t depth, char *text, size_t size, size_t *used)
{
	for (size_t i = 0; region && i < region->count && i < depth; i++) {
		int length = snprintf(text + *used, size - *used, "/%s", region->levels[i]);
		if (length < 0 || (size_t)length >= size - *used)
			return false;
		*used += (size_t)length;
	}
	return true;
}

static bool write_filter(
	const struct tocsin_filter_want *want, int severity, int event, char *text, size_t size)
{
	const char *severity_name =
		severity ? tocsin_enum_name(&tocsin__v1__severity__descriptor, severity) : "+";
	const char *event_name =
		event ? tocsin_enum_name(&tocsin__v1__event_type__descriptor, event) : "+";
	int length = snprintf(text, size, "%s/to/%s/%s%s/%s/%s", want->root, want->audience, want->tree,
		want->json ? "-json" : "", severity_name, event_name);
	if (length < 0 || (size_t)length >= size)
		return false;
	size_t used = (size_t)length;
	if (!append_region(want->region, TOCSIN_MAX_LEVELS, text, size, &used) || used + 3 > size)
		return false;
	memcpy(text + used, "/#", 3);
	return true;
}

enum tocsin_status tocsin_filters_each(const struct tocsin_filter_want *want,
	enum tocsin_status (*take)(void *ctx, const char *filter, int severity, int event), void *ctx)
{
	int severities[32], events[32];
	char text[MAX_FILTER];
	size_t severity_count = spread(want->severities, &tocsin__v1__severity__descriptor, severities);
	size_t event_count = spread(want->events, &tocsin__v1__event_type__descriptor, events);
	for (size_t s = 0; s < severity_count; s++) {
		for (size_t e = 0; e < event_count; e++) {
			if (!write_filter(want, severities[s], events[e], text, sizeof(text)))
				return TOCSIN_LIMIT;
			enum tocsin_status status = take(ctx, text, severities[s], events[e]);
			if (status != TOCSIN_OK)
				return status;
		}
	}
	return TOCSIN_OK;
}

bool tocsin_filter_write(const struct tocsin_filter_want *want, char *text, size_t size)
{
	return write_filter(want, 0, 0, text, size);
}

bool tocsin_filter_open(const struct tocsin_filter_want *want, char *text, size_t size)
{
	int length = snprintf(
		text, size, "%s/to/%s/open%s", want->root, want->audience, want->json ? "-json" : "");
	if (length < 0 || (size_t)length >= size)
		return false;
	size_t used = (size_t)length;
	size_t depth = want->region ? want->region->count : 0;
	if (!append_region(want->region, 2, text, size, &used) || used + 3 > size)
		return false;
	memcpy(text + used, depth >= 2 ? "/+" : "/#", 3);
	return true;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/geojson.h"

#include <math.h>
#include <string.h>

#include "clients/alert/prose.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "proto/json_text.h"

static void put(struct tocsin_json_text *text, const char *bytes)
{
	tocsin_json_text_raw(text, bytes, strlen(bytes));
}

static bool has_position(const Tocsin__V1__Point *point)
{
	return point &&
		point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE &&
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE &&
		fabs(point->latitude) <= 90 && fabs(point->longitude) <= 180;
}

static void put_geometry(struct tocsin_json_text *text, const Tocsin__V1__Area *area)
{
	if (!area || !has_position(area->point)) {
		put(text, "null");
		return;
	}
	put(text, "{\"type\":\"Point\",\"coordinates\":[");
	tocsin_json_text_double(text, area->point->longitude);
	put(text, ",");
	tocsin_json_text_double(text, area->point->latitude);
	put(text, "]}");
}

static void put_column(struct tocsin_json_text *text, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tocsin_json_text_name(text, false, name);
	tocsin_json_text_string(text, value);
}

/* Flat columns; none has the name of a field of Alert. */
static void put_columns(
	struct tocsin_json_text *text, const Tocsin__V1__Alert *alert, const char *place)
{
	const Tocsin__V1__Area *area = alert->area;
	char start[TOCSIN_INSTANT_TEXT];
	if (alert->event && alert->event->type)
		put_column(text, "event_type",
			tocsin_enum_name(&tocsin__v1__event_type__descriptor, (int)alert->event->type));
	if (alert->occurred && alert->occurred->start) {
		tocsin_instant_write(alert->occurred->start, start);
		put_column(text, "occurred_start", start);
	}
	if (!area)
		return;
	put_column(text, "country", area->country);
	if (area->n_pcodes > 0)
		put_column(text, "pcode", area->pcodes[area->n_pcodes - 1]);
	put_column(text, "place", place);
}

enum tocsin_status tocsin_geojson_feature(
	const Tocsin__V1__Alert *alert, struct tocsin_arena *arena, char **text, size_t *length)
{
	struct tocsin_json_text feature;
	char *json;
	size_t size;
	if (!*alert->id)
		return TOCSIN_INVALID;
	enum tocsin_status status = tocsin_json_write(&alert->base, arena, &json, &size);
	if (status != TOCSIN_OK)
		return status;
	const char *place = tocsin_prose_place(alert, TOCSIN_ENGLISH, arena);
	if (!place)
		return TOCSIN_NO_MEMORY;
	tocsin_json_text_init(&feature, arena);
	put(&feature, "{\"type\":\"Feature\",\"id\":");
	tocsin_json_text_string(&feature, alert->id);
	put(&feature, ",\"geometry\":");
	put_geometry(&feature, alert->area);
	put(&feature, ",\"properties\":");
	/* The alert's own object, left open for the columns; with an id it is not empty. */
	tocsin_json_text_raw(&feature, json, size - 1);
	put_columns(&feature, alert, place);
	put(&feature, "}}");
	status = tocsin_json_text_finish(&feature);
	if (status == TOCSIN_OK) {
		*text = feature.bytes;
		*length = feature.length;
	}
	return status;
}

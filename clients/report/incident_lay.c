/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/incident_flags.h"

/* A figure is counted only where unit, population and kind are given: without
 * another word it means people newly displaced within their country. */
static bool complete_figures(json_t *incident)
{
	size_t index;
	json_t *entry;
	json_array_foreach(json_object_get(incident, "displacement"), index, entry)
	{
		if (!json_object_get(entry, "population") &&
			json_object_set_new(entry, "population", json_string("idp")) != 0)
			return false;
		if (!json_object_get(entry, "flow_or_stock") &&
			json_object_set_new(entry, "flow_or_stock", json_string("flow")) != 0)
			return false;
	}
	return true;
}

static bool lay_object(json_t *over, json_t *under);

static bool lay_value(const char *name, json_t *value, json_t *under)
{
	json_t *before = json_object_get(under, name);
	if (json_is_object(value) && json_is_object(before))
		return lay_object(value, before);
	if (json_is_array(value) && json_is_array(before))
		return json_array_extend(before, value) == 0;
	return json_object_set(under, name, value) == 0;
}

/* As deep as the option table's paths, which is three. */
static bool lay_object(json_t *over, json_t *under)
{
	const char *name;
	json_t *value;
	json_object_foreach(over, name, value) if (!lay_value(name, value, under)) return false;
	return true;
}

bool tocsin_incident_flags_lay(const struct tocsin_incident_flags *flags, json_t *incident)
{
	json_t *over = json_deep_copy(flags->incident);
	bool fine = over && complete_figures(over) && lay_object(over, incident);
	json_decref(over);
	return fine;
}

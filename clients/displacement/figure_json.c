/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_json.h"

#include "proto/enum_name.h"
#include "proto/instant.h"

/* Absent means absent: what is empty has no key. */
static void set_text(json_t *object, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(object, key, json_string(text));
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void set_flag(json_t *object, const char *key, bool flag)
{
	if (flag)
		json_object_set_new(object, key, json_true());
}

static void set_name(
	json_t *object, const char *key, const ProtobufCEnumDescriptor *type, int value)
{
	set_text(object, key, value ? tocsin_enum_name(type, value) : NULL);
}

static void set_time(json_t *object, const char *key, int64_t time_ms)
{
	char text[TOCSIN_INSTANT_TEXT];
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	tocsin_instant_set(&time, time_ms);
	tocsin_instant_write(&time, text);
	set_text(object, key, text);
}

static void set_window(json_t *object, bool cumulative, int64_t since_ms)
{
	if (cumulative)
		set_time(object, "cumulative_since", since_ms);
}

static void set_qualifier(json_t *object, Tocsin__V1__Qualifier qualifier)
{
	set_name(object, "qualifier", &tocsin__v1__qualifier__descriptor, (int)qualifier);
}

static void set_who(
	const struct tocsin_figure_book *book, const struct tocsin_figure *figure, json_t *object)
{
	const struct tocsin_figure_chain *chain = &book->chains[figure->chain];
	set_text(object, "sources", figure->sources);
	set_text(object, "source_grade", figure->grade);
	set_text(object, "sender", figure->sender);
	set_text(object, "hub", figure->hub);
	set_text(object, "reason", figure->reason);
	set_flag(object, "disputed", figure->disputed);
	set_text(object, "incident_id", tocsin_texts_at(book->incidents, figure->chain));
	set_number(object, "revision", figure->revision);
	set_text(object, "id", figure->id);
	if (figure->received_ms)
		set_time(object, "received", figure->received_ms);
	if (chain->closed > chain->newest) {
		const char *cause =
			tocsin_enum_name(&tocsin__v1__close_cause__descriptor, (int)chain->cause);
		set_text(object, "closed", cause ? cause : "unspecified");
	}
}

/* One entry as it was given. */
static json_t *entry_json(const struct tocsin_figure_book *book, const struct tocsin_figure *figure)
{
	json_t *object = json_object();
	set_number(object, "people", figure->people);
	set_qualifier(object, figure->qualifier);
	set_text(object, "unit", figure->households ? "household" : "person");
	if (figure->households) {
		set_number(object, "households", figure->count);
		json_object_set_new(object, "household_size", json_real(figure->household_size));
		set_text(object, "household_size_source", tocsin_size_source_name(figure->size_source));
	}
	set_time(object, "as_of", figure->as_of_ms);
	set_window(object, figure->cumulative, figure->since_ms);
	if (figure->round)
		set_number(object, "round", figure->round);
	set_name(object, "assessment", &tocsin__v1__assessment__descriptor, (int)figure->assessment);
	set_name(object, "term", &tocsin__v1__term__descriptor, (int)figure->term);
	set_text(object, "place", figure->place);
	set_text(object, "origin_pcode", figure->origin);
	set_text(object, "destination_pcode", figure->destination);
	set_flag(object, "rounded", figure->rounded);
	set_who(book, figure, object);
	return object;
}

/* What a series said at one date; of several parts, what they come to. */
static json_t *point_json(
	const struct tocsin_figure_book *book, const struct tocsin_figure_point *point)
{
	json_t *object = entry_json(book, point->figure);
	set_number(object, "people", point->people);
	json_object_del(object, "qualifier");
	set_qualifier(object, point->qualifier);
	if (point->changed)
		json_object_set_new(object, "change", json_integer((json_int_t)point->change));
	if (point->revised)
		set_number(object, "was_people", point->was_people);
	if (point->others)
		set_number(object, "not_added", point->others);
	if (point->part_count > 1) {
		json_t *parts = json_array();
		for (size_t i = 0; i < point->part_count; i++)
			json_array_append_new(parts, entry_json(book, point->parts[i]));
		json_object_set_new(object, "parts", parts);
		json_object_del(object, "origin_pcode");
		json_object_del(object, "destination_pcode");
	}
	return object;
}

/* A period for each step of the table; without a report it is null, never 0. */
static json_t *periods_json(
	const struct tocsin_figure_table *table, const struct tocsin_figure_run *run)
{
	json_t *list = json_array();
	size_t at = 0;
	for (int64_t index = tocsin_figure_table_begin(table); index <= table->last_period; index++) {
		char text[TOCSIN_PERIOD_TEXT];
		const struct tocsin_figure_point *newest = tocsin_figure_run_at(table, run, index, &at);
		tocsin_period_write(table->every, index, text);
		json_array_append_new(list,
			json_pack("{s:s, s:o}", "period", text, "people",
				newest ? json_integer((json_int_t)newest->people) : json_null()));
	}
	return list;
}

static json_t *run_json(
	const struct tocsin_figure_table *table, const struct tocsin_figure_run *run, bool counted)
{
	json_t *object = json_object();
	json_t *points = json_array();
	json_object_set_new(object, "counted", json_boolean(counted));
	set_window(object, run->cumulative, run->since_ms);
	set_name(object, "assessment", &tocsin__v1__assessment__descriptor, (int)run->assessment);
	for (size_t i = 0; i < run->count; i++)
		json_array_append_new(points, point_json(table->book, &run->points[i]));
	json_object_set_new(object, "points", points);
	json_object_set_new(object, "periods", periods_json(table, run));
	return object;
}

static json_t *place_json(const struct tocsin_figure_place *place)
{
	json_t *object = json_object();
	json_t *path = json_array();
	set_text(object, "code", place->code);
	set_text(object, "name", place->name);
	for (size_t i = 0; place->known && i < place->path.count; i++)
		json_array_append_new(path, json_string(place->path.levels[i]));
	if (place->known)
		json_object_set(object, "path", path);
	json_decref(path);
	return object;
}

static json_t *key_json(
	const char *operation, Tocsin__V1__Population population, enum tocsin_measure measure)
{
	json_t *object = json_object();
	set_text(object, "operation", operation);
	set_name(object, "population", &tocsin__v1__population__descriptor, (int)population);
	set_text(object, "measure", tocsin_measure_name(measure));
	set_text(object, "flow_or_stock", measure == TOCSIN_MEASURE_STOCK ? "stock" : "flow");
	return object;
}

static json_t *series_json(
	const struct tocsin_figure_table *table, const struct tocsin_figure_series *series)
{
	json_t *object = key_json(series->operation, series->population, series->measure);
	json_t *runs = json_array();
	json_t *evidence = json_array();
	json_object_set_new(object, "place", place_json(series->place));
	json_object_set_new(object, "current",
		series->current ? point_json(table->book, series->current) : json_null());
	set_text(object, "in_total", tocsin_share_name(series->share));
	if (series->silent)
		set_number(object, "silent", (uint64_t)series->silent);
	for (size_t i = 0; i < series->run_count; i++)
		json_array_append_new(runs, run_json(table, &series->runs[i], i == 0));
	for (size_t i = 0; i < series->evidence_count; i++)
		json_array_append_new(evidence, entry_json(table->book, series->evidence[i]));
	json_object_set_new(object, "windows", runs);
	json_object_set_new(object, "triangulation", evidence);
	return object;
}

static json_t *total_json(
	const struct tocsin_figure_table *table, const struct tocsin_figure_total *total)
{
	const struct tocsin_figure_series *first = total->first;
	char text[TOCSIN_PERIOD_TEXT];
	json_t *object = key_json(first->operation, first->population, first->measure);
	set_text(object, "country", first->place->path.levels[0]);
	set_number(object, "people", total->people);
	set_qualifier(object, total->qualifier);
	set_flag(object, "at_least", total->at_least);
	set_flag(object, "converted", total->converted);
	if (total->round)
		set_number(object, "round", total->round);
	tocsin_period_write(table->every, total->period, text);
	set_text(object, "period", text);
	set_window(object, total->cumulative, total->since_ms);
	set_number(object, "places", total->places);
	set_number(object, "places_with_a_figure", total->of);
	set_number(object, "earlier", total->earlier);
	set_number(object, "linked", total->linked);
	set_number(object, "window", total->windowed);
	return object;
}

static json_t *corridor_json(
	const struct tocsin_figure_table *table, const struct tocsin_figure_corridor *corridor)
{
	json_t *object = key_json(corridor->operation, corridor->population, corridor->measure);
	json_t *arrivals = json_array();
	set_text(object, "origin_pcode", corridor->origin);
	set_time(object, "as_of", corridor->as_of_ms);
	json_object_set_new(
		object, "left", corridor->left ? entry_json(table->book, corridor->left) : json_null());
	for (size_t i = 0; i < corridor->arrival_count; i++)
		json_array_append_new(arrivals, entry_json(table->book, corridor->arrivals[i]));
	if (corridor->arrival_count) {
		json_t *sum = json_object();
		set_number(sum, "people", corridor->arrived);
		set_qualifier(sum, corridor->qualifier);
		json_object_set_new(object, "arrived", sum);
	}
	json_object_set_new(object, "arrivals", arrivals);
	return object;
}

static json_t *counts_json(const struct tocsin_figure_table *table)
{
	json_t *object = json_object();
	set_number(object, "superseded", table->superseded);
	set_number(object, "withdrawn", table->withdrawn);
	set_number(object, "incomplete", table->book->incomplete);
	set_number(object, "drills", table->book->drills);
	set_number(object, "beyond_ceiling", table->book->left_out);
	return object;
}

json_t *tocsin_figure_json(const struct tocsin_figure_table *table)
{
	json_t *object = json_object();
	json_t *series = json_array(), *totals = json_array(), *corridors = json_array();
	set_text(object, "every", tocsin_period_name(table->every));
	for (size_t i = 0; i < table->series_count; i++)
		json_array_append_new(series, series_json(table, &table->series[i]));
	for (size_t i = 0; i < table->total_count; i++)
		json_array_append_new(totals, total_json(table, &table->totals[i]));
	for (size_t i = 0; i < table->corridor_count; i++)
		json_array_append_new(corridors, corridor_json(table, &table->corridors[i]));
	json_object_set_new(object, "series", series);
	json_object_set_new(object, "totals", totals);
	json_object_set_new(object, "corridors", corridors);
	json_object_set_new(object, "not_counted", counts_json(table));
	return object;
}

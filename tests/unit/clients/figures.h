/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A book of figures and its table, from alerts in a short form. */
#pragma once

#include "suite.h"

#include "clients/displacement/figure_table.h"
#include "proto/json.h"

struct figures {
	struct tocsin_figure_book *book;
	struct tocsin_arena *arena;
	struct tocsin_figure_want want;
	struct tocsin_figure_table table;
};

static inline void figures_open(struct figures *figures, const struct tocsin_gazetteer *gazetteer)
{
	*figures = (struct figures){.want = {.every = TOCSIN_PERIOD_WEEK}};
	figures->book = tocsin_figure_book_create(gazetteer);
	figures->arena = tocsin_arena_create(64 << 20, &tocsin_heap);
	assert_non_null(figures->book);
	assert_non_null(figures->arena);
}

static inline void figures_close(struct figures *figures)
{
	tocsin_figure_book_destroy(figures->book);
	tocsin_arena_destroy(figures->arena);
}

/* Tocsin JSON with ' for ". The message lives in the arena until the next table. */
static inline ProtobufCMessage *figures_read(
	struct figures *figures, const ProtobufCMessageDescriptor *type, const char *text)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	char *json = strdup(text);
	assert_non_null(json);
	for (char *at = json; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	tocsin_violations_init(&violations, figures->arena);
	if (tocsin_json_read(type, json, strlen(json), figures->arena, &violations, &message) !=
		TOCSIN_OK)
		fail_msg("%s: %s", violations.count ? violations.items[0].message : "?", json);
	free(json);
	return message;
}

/* An alert about SD/SD02/SD02114 of 2024-06-10, or what more says instead: it comes
 * first, and a name given twice would be refused. */
static inline const Tocsin__V1__Alert *figures_alert(
	struct figures *figures, const char *chain, unsigned revision, const char *more)
{
	char text[4096];
	const char *sent = strstr(more, "'sent'") ? "" : "'sent':'2024-06-10T12:00:00Z',";
	const char *area = strstr(more, "'area'")
		? ""
		: "'area':{'country':'SD','pcodes':['SD02','SD02114'],"
		  "'name':'Al Fasher, North Darfur, Sudan'},";
	const char *type = strstr(more, "'msg_type'") ? "" : "'msg_type':'alert',";
	const char *status = strstr(more, "'status'") ? "" : "'status':'actual',";
	int length = snprintf(text, sizeof(text),
		"{%s%s%s%s'id':'%s-%u','incident_id':'%s','revision':%u,'hub':'khartoum'%s%s}", sent, area,
		type, status, chain, revision, chain, revision, *more ? "," : "", more);
	assert_true(length > 0 && (size_t)length < sizeof(text));
	return (const Tocsin__V1__Alert *)figures_read(figures, &tocsin__v1__alert__descriptor, text);
}

static inline void figures_take(
	struct figures *figures, const char *chain, unsigned revision, const char *more)
{
	assert_int_equal(
		tocsin_figure_book_alert(figures->book, figures_alert(figures, chain, revision, more)),
		TOCSIN_OK);
}

static inline void figures_make(struct figures *figures)
{
	tocsin_arena_reset(figures->arena);
	assert_int_equal(
		tocsin_figure_table_make(figures->book, &figures->want, figures->arena, &figures->table),
		TOCSIN_OK);
}

/* By their order; they must be there. */
static inline const struct tocsin_figure_series *figures_series(
	const struct figures *figures, size_t at)
{
	const struct tocsin_figure_series *series = figures->table.series;
	if (!series || at >= figures->table.series_count)
		abort();
	return &series[at];
}

static inline const struct tocsin_figure_total *figures_total(
	const struct figures *figures, size_t at)
{
	const struct tocsin_figure_total *totals = figures->table.totals;
	if (!totals || at >= figures->table.total_count)
		abort();
	return &totals[at];
}

/* The one series of a place and measure; NULL where there is none. */
static inline const struct tocsin_figure_series *figures_find(
	const struct figures *figures, const char *place, enum tocsin_measure measure)
{
	const struct tocsin_figure_series *found = NULL;
	for (size_t i = 0; i < figures->table.series_count; i++) {
		const struct tocsin_figure_series *series = figures_series(figures, i);
		if (series->measure != measure || strcmp(series->place->code, place) != 0)
			continue;
		assert_null(found);
		found = series;
	}
	return found;
}

/* The people of the newest figure, which must be there. */
static inline uint64_t figures_current(
	const struct figures *figures, const char *place, enum tocsin_measure measure)
{
	const struct tocsin_figure_series *series = figures_find(figures, place, measure);
	assert_non_null(series);
	assert_non_null(series->current);
	return series->current->people;
}

/* An entry of displacement[] with the usual keys before it. */
#define ENTRY(more) "{'population':'idp','operation':'sudan-eet','unit':'person'," more "}"
#define STOCK "'flow_or_stock':'stock',"
#define FLOW "'flow_or_stock':'flow',"
#define ENTRIES(entries) "'displacement':[" entries "]"
#define AS_OF(day) "'as_of':'2024-" day "T00:00:00Z'"
#define SINCE(day) ",'cumulative_since':'2024-" day "T00:00:00Z'"

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/reading.h"

/* The newest entry of one series within the incident. */
struct candidate {
	const char *topic;
	Tocsin__V1__Alert *alert;
	int64_t as_of_ms;
};

static int64_t as_of(const Tocsin__V1__Incident *incident, const Tocsin__V1__Displacement *entry)
{
	return entry->as_of ? tocsin_instant_ms(entry->as_of) : tocsin_incident_start_ms(incident);
}

static struct candidate *candidate_at(struct candidate *all, size_t *count, const char *topic)
{
	for (size_t i = 0; i < *count; ++i) {
		if (strcmp(all[i].topic, topic) == 0) {
			return &all[i];
		}
	}
	all[*count] = (struct candidate){.topic = topic, .as_of_ms = INT64_MIN};
	return &all[(*count)++];
}

static enum tocsin_status candidate_add(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, const struct tocsin_version *version, size_t entry,
	struct candidate *all, size_t *count)
{
	struct tocsin_engine *engine = draft->engine;
	const int64_t as_of_ms = as_of(draft->incident, draft->incident->displacement[entry]);
	Tocsin__V1__Alert *alert = NULL;
	const enum tocsin_status status = tocsin_render_figure(draft->incident, entry, &draft->facts,
		engine->ruleset, sending->audience, version, engine->rendering, &alert);

	if (status != TOCSIN_OK || !alert) {
		return status;
	}
	const char *topic = tocsin_topic_figure(engine->root, alert, false, engine->rendering);
	if (!topic) {
		return TOCSIN_NO_MEMORY;
	}
	struct candidate *candidate = candidate_at(all, count, topic);
	if (as_of_ms >= candidate->as_of_ms) {
		candidate->as_of_ms = as_of_ms;
		candidate->alert = alert;
	}
	return TOCSIN_OK;
}

/* A figure topic that is held by nothing may go: what stands there is taken away
 * with it, so that the broker's own memory stays bounded too. TOCSIN_LIMIT, and nothing is
 * done, where the oldest are all held. */
static enum tocsin_status figures_make_room(struct tocsin_draft *draft)
{
	struct tocsin_table *figures = &draft->engine->figures;
	struct tocsin_node *node = figures->oldest;

	if (!tocsin_table_full(figures)) {
		return TOCSIN_OK;
	}
	/* Once an incident, which may have many series: none is let go before it is decided. */
	for (int i = 0; node && !draft->figures_full && node->pins > 0; ++i) {
		node = i < TOCSIN_MAX_EVICTION_LOOK ? node->newer : NULL;
	}
	draft->figures_full = draft->figures_full || !node;
	if (draft->figures_full) {
		return TOCSIN_LIMIT;
	}
	const struct tocsin_topic *topic = (const struct tocsin_topic *)node;
	const char *name = tocsin_topic_audience(draft->engine, topic->text);
	enum tocsin_status status = name
		? tocsin_send_clear(draft, TOCSIN_PUBLISH_FIGURE, topic->text, name, topic->count.formats)
		: TOCSIN_NO_MEMORY;
	struct tocsin_count gone = topic->count;
	gone.formats = 0;
	if (status == TOCSIN_OK) {
		status = tocsin_record_figure(draft, topic->text, &gone, NULL, NULL, 1);
	}
	return status == TOCSIN_OK ? tocsin_steps_evict(&draft->undo->steps, figures, node) : status;
}

static enum tocsin_status figure_obtain(
	struct tocsin_draft *draft, const char *text, struct tocsin_topic **topic)
{
	struct tocsin_table *figures = &draft->engine->figures;

	*topic = tocsin_topic_find(figures, text);
	if (*topic) {
		return TOCSIN_OK;
	}
	enum tocsin_status status = figures_make_room(draft);
	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_topic *made = tocsin_topic_create(figures, text);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	status = tocsin_steps_add(
		&draft->undo->steps, figures, &made->node, tocsin_table_hash(figures, text, strlen(text)));
	if (status != TOCSIN_OK) {
		figures->destroy(figures->ctx, &made->node);
		return status;
	}
	*topic = made;
	return TOCSIN_OK;
}

/* Newer by date, then by arrival; a version takes the place of its own chain's
 * figure whatever the date, since it corrects it. */
static bool figure_is_newer(
	const struct tocsin_draft *draft, const struct tocsin_topic *topic, int64_t as_of_ms)
{
	const struct tocsin_count *standing = &topic->count;

	if (standing->formats == 0) {
		return true;
	}
	const bool own = memcmp(standing->chain, draft->chain->key, TOCSIN_UUID) == 0;
	return own || as_of_ms >= standing->as_of_ms;
}

/* The chain's own figure stands there. */
static bool figure_is_own(const struct tocsin_draft *draft, const struct tocsin_topic *topic)
{
	return topic->count.formats != 0 &&
		memcmp(topic->count.chain, draft->chain->key, TOCSIN_UUID) == 0;
}

/* Adds to the topics that the chain holds for the audience. Where they are many, those on
 * which nothing of its own stands any more are let go: there is nothing to take away. */
static enum tocsin_status figure_hold(
	struct tocsin_draft *draft, struct tocsin_reach *reach, struct tocsin_topic *topic)
{
	const bool many = reach->figure_count >= TOCSIN_MAX_CHAIN_FIGURES;
	size_t count = 0;

	for (size_t i = 0; i < reach->figure_count; ++i) {
		if (reach->figures[i] == topic) {
			return TOCSIN_OK;
		}
	}
	struct tocsin_topic **grown =
		tocsin_arena_zero(draft->engine->working, reach->figure_count + 1, sizeof(*grown));
	if (!grown) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < reach->figure_count; ++i) {
		if (!many || figure_is_own(draft, reach->figures[i])) {
			grown[count++] = reach->figures[i];
		}
	}
	if (count >= TOCSIN_MAX_CHAIN_FIGURES) {
		return TOCSIN_LIMIT;
	}
	grown[count++] = topic;
	reach->figures = grown;
	reach->figure_count = count;
	return TOCSIN_OK;
}

/* The figure stands on its topic from now on. */
static enum tocsin_status figure_stand(struct tocsin_draft *draft, struct tocsin_topic *topic,
	const struct candidate *candidate, unsigned formats)
{
	const enum tocsin_status status = tocsin_steps_count(&draft->undo->steps, topic);

	if (status == TOCSIN_OK) {
		++topic->count.sequence;
		topic->count.as_of_ms = candidate->as_of_ms;
		topic->count.received_ms = draft->now_ms;
		topic->count.formats = (uint8_t)formats;
		memcpy(topic->count.chain, draft->chain->key, TOCSIN_UUID);
	}
	return status;
}

/* NULL where it is not to stand: another is newer, or there is no room. The alert has it
 * all the same, and a report must not wait for a place that may never be free. */
static enum tocsin_status figure_place(struct tocsin_draft *draft, struct tocsin_reach *reach,
	const struct candidate *candidate, struct tocsin_topic **topic)
{
	enum tocsin_status status = figure_obtain(draft, candidate->topic, topic);

	if (status == TOCSIN_OK && !figure_is_newer(draft, *topic, candidate->as_of_ms)) {
		*topic = NULL;
		return TOCSIN_OK;
	}
	if (status == TOCSIN_OK) {
		status = figure_hold(draft, reach, *topic);
	}
	if (status == TOCSIN_LIMIT) {
		*topic = NULL;
		++draft->undo->figures_left_out;
		return TOCSIN_OK;
	}
	return status;
}

static enum tocsin_status figure_send(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, const struct candidate *candidate)
{
	struct tocsin_sending figure = *sending;
	struct tocsin_topic *topic;
	enum tocsin_status status = figure_place(draft, sending->reach, candidate, &topic);

	if (status != TOCSIN_OK || !topic) {
		return status;
	}
	status = figure_stand(draft, topic, candidate, sending->audience->formats);
	if (status != TOCSIN_OK) {
		return status;
	}
	const size_t first = draft->outcome->publication_count;
	const bool packed = sending->audience->formats & TOCSIN_FORMAT_PROTOBUF;

	figure.alert = candidate->alert;
	figure.alert->topic_sequence = topic->count.sequence;
	status = tocsin_send_forms(draft, &figure, TOCSIN_PUBLISH_FIGURE, topic->text);
	return status == TOCSIN_OK
		? tocsin_record_figure(draft, topic->text, &topic->count, figure.alert,
			  packed ? &draft->outcome->publications[first] : NULL, sending->reach->qos)
		: status;
}

static bool is_among(const struct candidate *all, size_t count, const char *topic)
{
	for (size_t i = 0; i < count; ++i) {
		if (strcmp(all[i].topic, topic) == 0) {
			return true;
		}
	}
	return false;
}

/* Takes the chain's own figure away from a topic. What it displaced nobody remembers. */
static enum tocsin_status figure_clear(
	struct tocsin_draft *draft, const struct tocsin_reach *reach, struct tocsin_topic *topic)
{
	const unsigned formats = topic->count.formats;

	if (!figure_is_own(draft, topic)) {
		return TOCSIN_OK;
	}
	enum tocsin_status status = tocsin_steps_count(&draft->undo->steps, topic);
	if (status == TOCSIN_OK) {
		topic->count.formats = 0;
		status = tocsin_send_clear(
			draft, TOCSIN_PUBLISH_FIGURE, topic->text, reach->audience->bytes, formats);
	}
	return status == TOCSIN_OK
		? tocsin_record_figure(draft, topic->text, &topic->count, NULL, NULL, 1)
		: status;
}

/* What the version no longer says, an earlier one of its chain must not go on saying. */
static enum tocsin_status clear_dropped(struct tocsin_draft *draft,
	const struct tocsin_reach *reach, const struct candidate *all, size_t count)
{
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < reach->figure_count; ++i) {
		if (!is_among(all, count, reach->figures[i]->text)) {
			status = figure_clear(draft, reach, reach->figures[i]);
		}
	}
	return status;
}

enum tocsin_status tocsin_send_figures(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, const struct tocsin_version *version)
{
	const Tocsin__V1__Incident *incident = draft->incident;
	struct candidate *all =
		tocsin_arena_zero(draft->engine->rendering, incident->n_displacement + 1, sizeof(*all));
	enum tocsin_status status = all ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	size_t count = 0;

	for (size_t i = 0; status == TOCSIN_OK && i < incident->n_displacement; ++i) {
		if (tocsin_displacement_counted(incident->displacement[i])) {
			status = candidate_add(draft, sending, version, i, all, &count);
		}
	}
	if (status == TOCSIN_OK) {
		status = clear_dropped(draft, sending->reach, all, count);
	}
	for (size_t i = 0; status == TOCSIN_OK && i < count; ++i) {
		status = figure_send(draft, sending, &all[i]);
	}
	return status;
}

enum tocsin_status tocsin_clear_figures(
	struct tocsin_draft *draft, const struct tocsin_reach *reach)
{
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < reach->figure_count; ++i) {
		status = figure_clear(draft, reach, reach->figures[i]);
	}
	return status;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/view.h"

static Tocsin__V1__Attribution *new_attribution(struct tocsin_view *view)
{
	Tocsin__V1__Attribution *attribution = tocsin_view_alloc(view, 1, sizeof *attribution);
	if (attribution != NULL) {
		*attribution = (Tocsin__V1__Attribution)TOCSIN__V1__ATTRIBUTION__INIT;
	}
	return attribution;
}

static void copy_source(
	struct tocsin_view *view, const Tocsin__V1__Actor *actor, Tocsin__V1__Actor *copy)
{
	if (actor->attribution == NULL) {
		return;
	}
	copy->attribution = new_attribution(view);
	if (copy->attribution != NULL) {
		*copy->attribution = *actor->attribution;
		tocsin_view_strip(&copy->attribution->base);
	}
}

/* Nobody below severe reads who said so, and nobody reads it as a fact. */
static void allege(
	struct tocsin_view *view, const Tocsin__V1__Actor *actor, Tocsin__V1__Actor *copy)
{
	copy->attribution = new_attribution(view);
	if (copy->attribution == NULL) {
		return;
	}
	copy->attribution->statement = (char *)"alleged";
	if (actor->attribution != NULL) {
		copy->attribution->claimant_class = actor->attribution->claimant_class;
	}
}

static Tocsin__V1__Actor **copy_actors(
	struct tocsin_view *view, enum tocsin_treatment treatment, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	Tocsin__V1__Actor **list =
		tocsin_view_alloc(view, incident->n_actors, sizeof(Tocsin__V1__Actor *));
	Tocsin__V1__Actor *copies = tocsin_view_alloc(view, incident->n_actors, sizeof *copies);
	if (list == NULL || copies == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < incident->n_actors; i++) {
		const Tocsin__V1__Actor *actor = incident->actors[i];
		Tocsin__V1__Actor *copy = &copies[i];
		*copy = (Tocsin__V1__Actor)TOCSIN__V1__ACTOR__INIT;
		copy->name = actor->name;
		copy->actor_class = actor->actor_class;
		copy->role = actor->role;
		if (treatment == TOCSIN_TREAT_KEEP) {
			copy_source(view, actor, copy);
		} else {
			allege(view, actor, copy);
		}
		list[i] = copy;
	}
	*count = incident->n_actors;
	return list;
}

static bool listed(Tocsin__V1__Actor *const *list, size_t count, const Tocsin__V1__Actor *actor)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i]->actor_class == actor->actor_class && list[i]->role == actor->role) {
			return true;
		}
	}
	return false;
}

/* Each class once, so that not even the number of groups shows. */
static Tocsin__V1__Actor **class_actors(struct tocsin_view *view, bool with_role, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	Tocsin__V1__Actor **list =
		tocsin_view_alloc(view, incident->n_actors, sizeof(Tocsin__V1__Actor *));
	Tocsin__V1__Actor *copies = tocsin_view_alloc(view, incident->n_actors, sizeof *copies);
	if (list == NULL || copies == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < incident->n_actors; i++) {
		Tocsin__V1__Actor *copy = &copies[i];
		*copy = (Tocsin__V1__Actor)TOCSIN__V1__ACTOR__INIT;
		copy->actor_class = incident->actors[i]->actor_class;
		if (copy->actor_class == TOCSIN__V1__ACTOR_CLASS__ACTOR_CLASS_UNSPECIFIED) {
			continue;
		}
		if (with_role) {
			copy->role = incident->actors[i]->role;
		}
		if (!listed(list, *count, copy)) {
			list[(*count)++] = copy;
		}
	}
	return list;
}

Tocsin__V1__Actor **tocsin_view_actors(struct tocsin_view *view, size_t *count)
{
	enum tocsin_treatment treatment = tocsin_view_treatment(view, TOCSIN_REDACTED_ACTORS);
	*count = 0;
	if (view->incident->n_actors == 0) {
		return NULL;
	}
	switch (treatment) {
	case TOCSIN_TREAT_KEEP:
	case TOCSIN_TREAT_ALLEGED:
		return copy_actors(view, treatment, count);
	case TOCSIN_TREAT_CLASS:
		return class_actors(view, true, count);
	case TOCSIN_TREAT_CLASS_IF_LIKELY:
		return view->facts->certainty >= TOCSIN__V1__CERTAINTY__CERTAINTY_LIKELY
			? class_actors(view, false, count)
			: NULL;
	default:
		return NULL;
	}
}

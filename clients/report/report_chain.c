/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A later version of a report, from what is known here of the earlier one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/report/report.h"
#include "proto/text.h"

enum { MAX_MEMORY = 16 << 20, LEAST_PREFIX = 4 };

struct earlier {
	json_t *incident; /* what a next version takes over; owned */
	const char *id, *sender;
	const struct tocsin_parcel *parcel; /* where it is in the outbox still */
};

static json_t *inherit(const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	struct tocsin_input bytes;
	struct tocsin_violations ignored;
	Tocsin__V1__Incident *incident = NULL;
	json_t *value = NULL;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	if (arena && tocsin_outbox_read(outbox, parcel, &bytes) == TOCSIN_OK) {
		tocsin_violations_init(&ignored, arena);
		if (tocsin_incident_decode(
				parcel->form, bytes.data, bytes.size, arena, &ignored, &incident) == TOCSIN_OK)
			value = tocsin_recorded_inherit(incident);
		tocsin_input_finish(&bytes);
	}
	tocsin_arena_destroy(arena);
	return value;
}

/* The newest record whose id begins so; *several where different ones do. */
static const json_t *find_record(
	const struct tocsin_recorded *recorded, const char *id, bool *several)
{
	const json_t *found = NULL;
	size_t length = strlen(id), index;
	const json_t *record;
	*several = false;
	json_array_foreach(recorded->records, index, record)
	{
		const char *known = tocsin_record_text(record, "id");
		if (length < LEAST_PREFIX || strncmp(known, id, length) != 0)
			continue;
		*several = *several || (found && strcmp(tocsin_record_text(found, "id"), known) != 0);
		found = record;
	}
	return *several ? NULL : found;
}

/* False where the id says nothing, or too little. */
static bool look_up(const struct tocsin_report *report, const char *id, struct earlier *earlier)
{
	bool several, more;
	const struct tocsin_parcel *parcel = tocsin_outbox_find(&report->outbox, id, &several);
	const json_t *record = find_record(&report->outbox.recorded, id, &more);
	*earlier = (struct earlier){0};
	if (several || more ||
		(parcel && record && strcmp(parcel->id, tocsin_record_text(record, "id")) != 0)) {
		fprintf(stderr, _("tocsin report: more than one report begins with %.40s\n"), id);
		return false;
	}
	if (parcel)
		*earlier =
			(struct earlier){inherit(&report->outbox, parcel), parcel->id, parcel->sender, parcel};
	else if (record)
		*earlier = (struct earlier){json_deep_copy(json_object_get(record, "incident")),
			tocsin_record_text(record, "id"), tocsin_record_text(record, "sender"), NULL};
	else if (tocsin_text_is_uuid4(id, strlen(id)))
		*earlier = (struct earlier){.id = id, .sender = report->sender};
	else
		fprintf(stderr,
			_("tocsin report: no report %.40s is known here ('tocsin report --list'); one that was "
			  "written elsewhere wants its whole id\n"),
			id);
	return earlier->id != NULL;
}

static json_t *refer_to(const struct earlier *earlier)
{
	return json_pack("{s:s, s:s, s:O*}", "sender", earlier->sender, "id", earlier->id, "sent",
		json_object_get(earlier->incident, "sent"));
}

static bool gives(const json_t *incident, const char *object, const char *member)
{
	return json_object_get(json_object_get(incident, object), member) != NULL;
}

/* Half an old place and half a new one would be neither. */
static void give_way(json_t *base, const json_t *given)
{
	if (gives(given, "occurred", "start"))
		json_object_del(base, "occurred");
	if (gives(given, "location", "pcode") || gives(given, "location", "country"))
		json_object_del(base, "location");
	if (gives(given, "event", "type"))
		json_object_del(base, "event");
}

static json_t *begin_version(const struct tocsin_report *report, const struct earlier *earlier)
{
	bool cancel = report->verb == TOCSIN_REPORT_CANCEL;
	json_t *base = cancel || !earlier->incident ? json_object() : json_deep_copy(earlier->incident);
	json_t *status = json_object_get(earlier->incident, "status");
	if (!base)
		return NULL;
	json_object_del(base, "id");
	json_object_del(base, "sent");
	give_way(base, report->flags.incident);
	bool fine =
		json_object_set_new(base, "msg_type", json_string(cancel ? "cancel" : "update")) == 0 &&
		json_object_set_new(base, "references", json_pack("[o]", refer_to(earlier))) == 0 &&
		(status ? json_object_set(base, "status", status)
				: json_object_set_new(base, "status", json_string("actual"))) == 0 &&
		tocsin_incident_flags_lay(&report->flags, base);
	if (fine)
		return base;
	json_decref(base);
	return NULL;
}

static enum tocsin_exit follow(struct tocsin_report *report)
{
	struct earlier earlier;
	if (json_object_get(report->flags.incident, "references") ||
		json_object_get(report->flags.incident, "msg_type")) {
		fputs(
			_("tocsin report: --update, --cancel and --msg-type are for plain reports\n"), stderr);
		return TOCSIN_EXIT_USAGE;
	}
	if (!look_up(report, report->id, &earlier))
		return TOCSIN_EXIT_REFUSED;
	if (earlier.parcel && earlier.parcel->state == TOCSIN_PARCEL_REFUSED) {
		fprintf(stderr,
			_("tocsin report: %.8s was refused, so that nothing is there to follow: "
			  "--edit mends it\n"),
			earlier.id);
		json_decref(earlier.incident);
		return TOCSIN_EXIT_REFUSED;
	}
	if (!earlier.incident && !report->quiet)
		fputs(_("That version was not written here: nothing of it is filled in.\n"), stderr);
	json_t *version = begin_version(report, &earlier);
	json_decref(earlier.incident);
	if (!version) {
		fputs(_("tocsin report: out of memory\n"), stderr);
		return TOCSIN_EXIT_REFUSED;
	}
	json_decref(report->flags.incident);
	report->flags.incident = version;
	report->flags.given++;
	return TOCSIN_EXIT_OK;
}

/* An id alone names a version; who sent it when is known here. */
static void complete_reference(const struct tocsin_report *report, json_t *reference)
{
	struct earlier earlier;
	const char *id = json_string_value(json_object_get(reference, "id"));
	if (!id || !tocsin_text_is_uuid4(id, strlen(id)) || !report->sender ||
		json_object_get(reference, "sent") || !look_up(report, id, &earlier))
		return;
	json_t *whole = refer_to(&earlier);
	/* The hub does without as well. */
	(void)json_object_update_missing(reference, whole);
	json_decref(whole);
	json_decref(earlier.incident);
}

enum tocsin_exit tocsin_report_chain(struct tocsin_report *report)
{
	size_t index;
	json_t *reference;
	if (report->verb != TOCSIN_REPORT_NEW)
		return follow(report);
	json_array_foreach(json_object_get(report->flags.incident, "references"), index, reference)
	{
		complete_reference(report, reference);
	}
	return TOCSIN_EXIT_OK;
}

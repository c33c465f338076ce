/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What has arrived, and what has not. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/outbox_order.h"
#include "clients/report/receipt_print.h"
#include "clients/report/report.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json.h"

enum { SHORT_ID = 8, SHOWN_RECORDS = 20, MAX_ANSWER_MEMORY = 4 << 20 };

static const char *const states[] = {
	[TOCSIN_PARCEL_WAITING] = "waiting",
	[TOCSIN_PARCEL_SENT] = "sent",
	[TOCSIN_PARCEL_REFUSED] = "refused",
	[TOCSIN_PARCEL_ACCEPTED] = "accepted",
};

static void write_time(int64_t time_ms, char text[TOCSIN_TIME_TEXT])
{
	tocsin_time_write_short(time_ms, tocsin_now_ms(), text);
}

static void print_waiting(const struct tocsin_paper *paper, const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel)
{
	const struct tocsin_parcel *earlier = tocsin_parcel_predecessor(outbox, parcel);
	char text[TOCSIN_TIME_TEXT];
	if (earlier)
		tocsin_say(paper, _("waiting for the answer to %.*s"), SHORT_ID, earlier->id);
	else
		fputs(_("waiting"), paper->out);
	if (parcel->put_off) {
		write_time(parcel->retry_at_ms, text);
		tocsin_say(paper, _(": the hub asked to try again at %s\n"), text);
		return;
	}
	write_time(parcel->written_ms, text);
	if (*parcel->host)
		tocsin_say(paper, _(", written at %s for %s\n"), text, parcel->host);
	else
		tocsin_say(paper, _(", written at %s\n"), text);
}

static void print_answer(const struct tocsin_paper *paper, const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_ANSWER_MEMORY, &tocsin_heap);
	const Tocsin__V1__Receipt *receipt = arena ? tocsin_outbox_answer(outbox, parcel, arena) : NULL;
	if (receipt)
		tocsin_violations_print(paper, receipt->violations, receipt->n_violations, "    ");
	tocsin_arena_destroy(arena);
}

static void print_parcel(const struct tocsin_paper *paper, const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel)
{
	char text[TOCSIN_TIME_TEXT];
	tocsin_parcel_print(paper, parcel);
	fputs(_(": "), paper->out);
	write_time(parcel->since_ms, text);
	switch (parcel->state) {
	case TOCSIN_PARCEL_WAITING:
		print_waiting(paper, outbox, parcel);
		break;
	case TOCSIN_PARCEL_SENT:
		tocsin_say(paper, _("sent at %s, not confirmed\n"), text);
		break;
	case TOCSIN_PARCEL_ACCEPTED:
		tocsin_say(paper, _("accepted at %s, kept: the hub keeps no journal\n"), text);
		break;
	case TOCSIN_PARCEL_REFUSED:
		tocsin_say(paper, _("refused at %s\n"), text);
		print_answer(paper, outbox, parcel);
		break;
	}
}

/* A word of a remembered report, "violence_against_civilians" say. */
static void put_word(
	const struct tocsin_paper *paper, const ProtobufCEnumDescriptor *type, const char *word)
{
	char text[TOCSIN_NAME_TEXT];
	if (!*word)
		return;
	fputc(' ', paper->out);
	tocsin_put(paper,
		tocsin_tongue_language() == TOCSIN_ENGLISH ? word : tocsin_name_say(type, word, text));
}

static void print_record(const struct tocsin_paper *paper, const json_t *record)
{
	const json_t *incident = json_object_get(record, "incident");
	const json_t *location = json_object_get(incident, "location");
	const char *type = tocsin_record_text(incident, "msg_type");
	const char *code = tocsin_record_text(location, "pcode");
	const char *place = tocsin_record_text(location, "locality");
	bool durable = json_is_true(json_object_get(record, "durable"));
	char text[TOCSIN_TIME_TEXT];
	tocsin_say(paper, "%.*s", SHORT_ID, tocsin_record_text(record, "id"));
	if (*type && strcmp(type, "alert") != 0)
		put_word(paper, &tocsin__v1__msg_type__descriptor, type);
	put_word(paper, &tocsin__v1__severity__descriptor, tocsin_record_text(incident, "severity"));
	put_word(paper, &tocsin__v1__event_type__descriptor,
		tocsin_record_text(json_object_get(incident, "event"), "type"));
	fputs(*place || *code ? ", " : "", paper->out);
	tocsin_put(paper, place);
	if (*code)
		tocsin_say(paper, *place ? " (%s)" : "%s", code);
	write_time(tocsin_record_received_ms(record), text);
	tocsin_say(paper, durable ? _(": recorded at %s\n") : _(": accepted at %s\n"), text);
}

static void print_words(const struct tocsin_report *report)
{
	const struct tocsin_outbox *outbox = &report->outbox;
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	size_t counts[4] = {0};
	size_t records = json_array_size(outbox->recorded.records);
	for (size_t i = 0; i < outbox->count; i++)
		counts[outbox->parcels[i]->state]++;
	tocsin_ink(&paper, TOCSIN_INK_BOLD);
	printf(_("%zu waiting, %zu sent but not confirmed, %zu refused, %zu recorded"),
		counts[TOCSIN_PARCEL_WAITING], counts[TOCSIN_PARCEL_SENT], counts[TOCSIN_PARCEL_REFUSED],
		records);
	if (counts[TOCSIN_PARCEL_ACCEPTED])
		printf(_(", %zu accepted by a hub without a journal"), counts[TOCSIN_PARCEL_ACCEPTED]);
	tocsin_ink(&paper, TOCSIN_INK_PLAIN);
	fputc('\n', stdout);
	for (size_t i = 0; i < outbox->count; i++)
		print_parcel(&paper, outbox, outbox->parcels[i]);
	size_t first = report->all || records <= SHOWN_RECORDS ? 0 : records - SHOWN_RECORDS;
	if (first)
		printf(_("recorded before: %zu more (--all shows them)\n"), first);
	for (size_t i = first; i < records; i++)
		print_record(&paper, json_array_get(outbox->recorded.records, i));
}

static json_t *instant(int64_t time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&time, tocsin_instant_floor(time_ms, 1000));
	tocsin_instant_write(&time, text);
	return json_string(text);
}

static json_t *answer_of(const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_ANSWER_MEMORY, &tocsin_heap);
	const Tocsin__V1__Receipt *receipt = arena ? tocsin_outbox_answer(outbox, parcel, arena) : NULL;
	char *text;
	size_t length;
	json_t *value = NULL;
	if (receipt && tocsin_json_write(&receipt->base, arena, &text, &length) == TOCSIN_OK)
		value = json_loadb(text, length, 0, NULL);
	tocsin_arena_destroy(arena);
	return value;
}

static void print_json(const struct tocsin_report *report)
{
	const struct tocsin_outbox *outbox = &report->outbox;
	size_t index;
	json_t *record;
	for (size_t i = 0; i < outbox->count; i++) {
		const struct tocsin_parcel *parcel = outbox->parcels[i];
		const struct tocsin_parcel *earlier = tocsin_parcel_predecessor(outbox, parcel);
		json_t *retry = parcel->put_off ? instant(parcel->retry_at_ms) : NULL;
		tocsin_json_line_value(
			json_pack("{s:s, s:s, s:s, s:s*, s:o, s:o, s:o*, s:s*, s:o*}", "id", parcel->id,
				"state", states[parcel->state], "sender", parcel->sender, "host",
				*parcel->host ? parcel->host : NULL, "written", instant(parcel->written_ms),
				"since", instant(parcel->since_ms), "retry_at", retry, "waits_for",
				earlier ? earlier->id : NULL, "receipt", answer_of(outbox, parcel)),
			stdout);
	}
	json_array_foreach(outbox->recorded.records, index, record)
	{
		const char *state =
			json_is_true(json_object_get(record, "durable")) ? "recorded" : "accepted";
		tocsin_json_line_value(
			json_pack("{s:s, s:s, s:s, s:s}", "id", tocsin_record_text(record, "id"), "state",
				state, "sender", tocsin_record_text(record, "sender"), "since",
				tocsin_record_text(record, "received")),
			stdout);
	}
}

enum tocsin_exit tocsin_report_list(struct tocsin_report *report)
{
	enum tocsin_exit code = tocsin_report_open(report, true);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (report->json)
		print_json(report);
	else
		print_words(report);
	return TOCSIN_EXIT_OK;
}

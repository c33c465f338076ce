/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/alert_csv.h"

#include <inttypes.h>
#include <string.h>

#include "clients/base/csv_cell.h"
#include "proto/enum_name.h"
#include "proto/instant.h"

static void put(FILE *out, const char *text)
{
	if (text)
		tocsin_csv_text(out, text, strlen(text));
}

static void put_word(FILE *out, const ProtobufCEnumDescriptor *type, int value)
{
	put(out, value ? tocsin_enum_name(type, value) : NULL);
}

static void put_time(FILE *out, const Google__Protobuf__Timestamp *time)
{
	char text[TOCSIN_INSTANT_TEXT];
	if (!time)
		return;
	tocsin_instant_write(time, text);
	put(out, text);
}

static void put_list(FILE *out, char *const *texts, size_t count)
{
	if (count == 0)
		return;
	fputc('"', out);
	tocsin_csv_start(out, texts[0], strlen(texts[0]));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			fputc(' ', out);
		tocsin_csv_quoted(out, texts[i], strlen(texts[i]));
	}
	fputc('"', out);
}

static const char *level_of(const Tocsin__V1__Alert *alert, size_t level)
{
	return alert->area && level < alert->area->n_pcodes ? alert->area->pcodes[level] : NULL;
}

static const char *place_of(const Tocsin__V1__Alert *alert)
{
	size_t count = alert->area ? alert->area->n_pcodes : 0;
	return count > 0 ? alert->area->pcodes[count - 1] : alert->area ? alert->area->country : NULL;
}

static void put_claim(FILE *out, const Tocsin__V1__CasualtyClaim *claim)
{
	const bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	const bool high = claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
	if (claim->not_reported)
		fputs("not reported", out);
	else if (low && high && claim->low != claim->high)
		fprintf(out, "%" PRIu32 "-%" PRIu32, claim->low, claim->high);
	else if (low)
		fprintf(out, high ? "%" PRIu32 : "%" PRIu32 "+", claim->low);
	else if (high)
		fprintf(out, "up to %" PRIu32, claim->high);
	const char *who = *claim->claimant ? claim->claimant
		: claim->claimant_class
		? tocsin_enum_name(&tocsin__v1__source_kind__descriptor, (int)claim->claimant_class)
		: NULL;
	if (!who)
		return;
	fputs(" (", out);
	tocsin_csv_quoted(out, who, strlen(who));
	fputc(')', out);
}

/* Each claim with its claimant, none added to another: "21-40 (RFI); not reported (army)". */
static void put_claims(FILE *out, const Tocsin__V1__Alert *alert, Tocsin__V1__ClaimKind kind)
{
	const char *before = "\"";
	for (size_t i = 0; i < alert->n_casualty_claims; i++) {
		if (alert->casualty_claims[i]->kind != kind)
			continue;
		fputs(before, out);
		put_claim(out, alert->casualty_claims[i]);
		before = "; ";
	}
	if (*before == ';')
		fputc('"', out);
}

static void put_point(FILE *out, const Tocsin__V1__Alert *alert, bool latitude)
{
	const Tocsin__V1__Point *point = alert->area ? alert->area->point : NULL;
	if (!point)
		return;
	if (latitude && point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE)
		fprintf(out, "%.10g", point->latitude);
	if (!latitude &&
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE)
		fprintf(out, "%.10g", point->longitude);
}

/* Name, tag, and what is written with out and alert at hand. */
#define COLUMNS(COLUMN)                                                                            \
	COLUMN("alert_id", "#meta+id", put(out, alert->id))                                            \
	COLUMN("incident_id", "#meta+id+incident", put(out, alert->incident_id))                       \
	COLUMN("sent", "#date+sent", put_time(out, alert->sent))                                       \
	COLUMN("occurred", "#date+occurred",                                                           \
		put_time(out, alert->occurred ? alert->occurred->start : NULL))                            \
	COLUMN("expires", "#date+expires", put_time(out, alert->expires))                              \
	COLUMN(                                                                                        \
		"status", "#status", put_word(out, &tocsin__v1__status__descriptor, (int)alert->status))   \
	COLUMN("msg_type", "#meta+type",                                                               \
		put_word(out, &tocsin__v1__msg_type__descriptor, (int)alert->msg_type))                    \
	COLUMN("revision", "#meta+revision", fprintf(out, "%" PRIu32, alert->revision))                \
	COLUMN("severity", "#severity",                                                                \
		put_word(out, &tocsin__v1__severity__descriptor, (int)alert->severity))                    \
	COLUMN("certainty", "#certainty",                                                              \
		put_word(out, &tocsin__v1__certainty__descriptor, (int)alert->certainty))                  \
	COLUMN("urgency", "#urgency",                                                                  \
		put_word(out, &tocsin__v1__urgency__descriptor, (int)alert->urgency))                      \
	COLUMN("event", "#event+type",                                                                 \
		put_word(                                                                                  \
			out, &tocsin__v1__event_type__descriptor, alert->event ? (int)alert->event->type : 0)) \
	COLUMN("sub_type", "#event+subtype", put(out, alert->event ? alert->event->sub_type : NULL))   \
	COLUMN("country", "#country+code", put(out, alert->area ? alert->area->country : NULL))        \
	COLUMN("adm1", "#adm1+code", put(out, level_of(alert, 0)))                                     \
	COLUMN("adm2", "#adm2+code", put(out, level_of(alert, 1)))                                     \
	COLUMN("adm3", "#adm3+code", put(out, level_of(alert, 2)))                                     \
	COLUMN("place", "#loc+code", put(out, place_of(alert)))                                        \
	COLUMN("name", "#loc+name", put(out, alert->area ? alert->area->name : NULL))                  \
	COLUMN("latitude", "#geo+lat", put_point(out, alert, true))                                    \
	COLUMN("longitude", "#geo+lon", put_point(out, alert, false))                                  \
	COLUMN("killed", "#affected+killed",                                                           \
		put_claims(out, alert, TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED))                         \
	COLUMN("injured", "#affected+injured",                                                         \
		put_claims(out, alert, TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_INJURED))                        \
	COLUMN("missing", "#affected+missing",                                                         \
		put_claims(out, alert, TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_MISSING))                        \
	COLUMN("abducted", "#affected+abducted",                                                       \
		put_claims(out, alert, TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_ABDUCTED))                       \
	COLUMN("disputed", "#meta+disputed", fputs(alert->disputed ? "true" : "false", out))           \
	COLUMN("source_grade", "#meta+source+grade", put(out, alert->source_grade))                    \
	COLUMN("text", "#description", put(out, alert->text))                                          \
	COLUMN("rules", "#meta+rules", put_list(out, alert->rules, alert->n_rules))                    \
	COLUMN("audience", "#group+audience", put(out, alert->audience))                               \
	COLUMN("sequence", "#meta+sequence", fprintf(out, "%" PRIu64, alert->sequence))                \
	COLUMN("reported_place", "#loc+code+reported",                                                 \
		put(out, alert->area ? alert->area->reported_pcode : NULL))

void tocsin_alert_csv_head(FILE *out)
{
	const char *before = "";
#define NAME(name, tag, write) fprintf(out, "%s%s", before, name), before = ",";
	COLUMNS(NAME)
	fputs("\r\n", out);
	before = "";
#define TAG(name, tag, write) fprintf(out, "%s%s", before, tag), before = ",";
	COLUMNS(TAG)
	fputs("\r\n", out);
}

void tocsin_alert_csv_row(FILE *out, const Tocsin__V1__Alert *alert)
{
	const char *before = "";
#define CELL(name, tag, write) fputs(before, out), write, before = ",";
	COLUMNS(CELL)
	fputs("\r\n", out);
}

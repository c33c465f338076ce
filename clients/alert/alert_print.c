/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/alert_print.h"

#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/country.h"
#include "proto/instant.h"

static const char indent[] = TOCSIN_ALERT_INDENT;

static const char *severity_shape(Tocsin__V1__Severity severity)
{
	switch (severity) {
	case TOCSIN__V1__SEVERITY__SEVERITY_MINOR:
		return "[#   ]";
	case TOCSIN__V1__SEVERITY__SEVERITY_MODERATE:
		return "[##  ]";
	case TOCSIN__V1__SEVERITY__SEVERITY_SEVERE:
		return "[### ]";
	case TOCSIN__V1__SEVERITY__SEVERITY_EXTREME:
		return "[####]";
	default:
		return "[ ?? ]";
	}
}

static void put_severity(const struct tocsin_paper *paper, Tocsin__V1__Severity severity)
{
	static const char *const names[] = {
		[TOCSIN__V1__SEVERITY__SEVERITY_MINOR] = N_("MINOR"),
		[TOCSIN__V1__SEVERITY__SEVERITY_MODERATE] = N_("MODERATE"),
		[TOCSIN__V1__SEVERITY__SEVERITY_SEVERE] = N_("SEVERE"),
		[TOCSIN__V1__SEVERITY__SEVERITY_EXTREME] = N_("EXTREME"),
	};
	if (severity <= TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN ||
		severity > TOCSIN__V1__SEVERITY__SEVERITY_EXTREME)
		fputs(_("SEVERITY UNKNOWN"), paper->out);
	else
		fputs(_(names[severity]), paper->out);
}

/* A version that ends or replaces another must not pass for a new alert. */
static void put_kind(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	if (alert->status == TOCSIN__V1__STATUS__STATUS_EXERCISE)
		fputs(_("EXERCISE "), paper->out);
	else if (alert->status > TOCSIN__V1__STATUS__STATUS_EXERCISE)
		fputs(_("TEST "), paper->out);
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		fputs(_("CANCELLED"), paper->out);
		if (alert->close && alert->close->cause) {
			fputs(" (", paper->out);
			tocsin_put_name(paper, &tocsin__v1__close_cause__descriptor, (int)alert->close->cause);
			fputc(')', paper->out);
		}
		fputs(_(": "), paper->out);
	} else if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE) {
		tocsin_say(paper, _("UPDATE (version %u): "), (unsigned)alert->revision);
	}
}

static void put_head(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	bool cancel = alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	if (cancel)
		tocsin_ink(paper, TOCSIN_INK_BOLD);
	else
		tocsin_ink_severity(paper, alert->severity);
	fputs(cancel ? "[----]" : severity_shape(alert->severity), paper->out);
	fputc(' ', paper->out);
	put_kind(paper, alert);
	put_severity(paper, alert->severity);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputc(' ', paper->out);
	tocsin_put_name(
		paper, &tocsin__v1__event_type__descriptor, alert->event ? (int)alert->event->type : 0);
	if (alert->event && *alert->event->sub_type) {
		fputs(" (", paper->out);
		tocsin_put(paper, alert->event->sub_type);
		fputc(')', paper->out);
	}
	if (marks->open)
		fputs(_(", open since before"), paper->out);
	fputc('\n', paper->out);
}

static void put_area(const struct tocsin_paper *paper, const Tocsin__V1__Area *area)
{
	if (!area)
		return;
	const struct tocsin_country *country = tocsin_country_by_alpha2(area->country);
	const char *code = area->n_pcodes ? area->pcodes[area->n_pcodes - 1] : area->country;
	fputs(indent, paper->out);
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	if (*area->locality) {
		tocsin_put(paper, area->locality);
		fputs(", ", paper->out);
	}
	tocsin_put(paper, area->name);
	if (country && !strstr(area->name, country->name)) {
		fputs(*area->name ? ", " : "", paper->out);
		tocsin_put(paper, country->name);
	}
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputs(" (", paper->out);
	tocsin_put(paper, code);
	if (*area->reported_pcode) {
		fputs(_(", reported as "), paper->out);
		tocsin_put(paper, area->reported_pcode);
	}
	fputc(')', paper->out);
	const Tocsin__V1__Point *point = area->point;
	if (point && point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE &&
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE)
		tocsin_say(paper, _(" at %g, %g"), point->latitude, point->longitude);
	fputc('\n', paper->out);
}

static void put_time(const struct tocsin_paper *paper, const Google__Protobuf__Timestamp *time,
	Tocsin__V1__TimePrecision precision)
{
	char text[TOCSIN_TIME_TEXT];
	bool day = precision >= TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_DAY;
	tocsin_time_write(tocsin_instant_ms(time), day ? TOCSIN_TIME_DAY : TOCSIN_TIME_MOMENT, text);
	fputs(text, paper->out);
}

static void put_times(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Period *period = alert->occurred;
	if (period && period->start) {
		tocsin_say(paper, _("%soccurred "), indent);
		put_time(paper, period->start, period->precision);
		if (period->end) {
			fputs(_(" to "), paper->out);
			put_time(paper, period->end, period->precision);
		}
		if (period->precision > TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_MINUTE) {
			fputs(_(", known to the "), paper->out);
			tocsin_put_name(paper, &tocsin__v1__time_precision__descriptor, (int)period->precision);
		}
		fputc('\n', paper->out);
	}
	if (alert->expires && alert->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		tocsin_say(paper, _("%sholds until "), indent);
		put_time(paper, alert->expires, TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_MINUTE);
		fputc('\n', paper->out);
	}
}

/* Who says that it was them; below severe only that somebody does. */
static void put_attribution(
	const struct tocsin_paper *paper, const Tocsin__V1__Attribution *attribution)
{
	if (!attribution)
		return;
	if (*attribution->statement) {
		fputs(", ", paper->out);
		tocsin_put(paper, attribution->statement);
	}
	if (!*attribution->claimant && !attribution->claimant_class)
		return;
	fputs(_(", says "), paper->out);
	tocsin_put(paper, attribution->claimant);
	fputs(*attribution->claimant && attribution->claimant_class ? " (" : "", paper->out);
	tocsin_put_name(paper, &tocsin__v1__source_kind__descriptor, (int)attribution->claimant_class);
	fputs(*attribution->claimant && attribution->claimant_class ? ")" : "", paper->out);
}

static void put_actors(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	for (size_t i = 0; i < alert->n_actors; i++) {
		const Tocsin__V1__Actor *actor = alert->actors[i];
		tocsin_say(paper, "%s", indent);
		if (actor->role)
			tocsin_put_name(paper, &tocsin__v1__actor_role__descriptor, (int)actor->role);
		else
			fputs(_("actor"), paper->out);
		fputs(_(": "), paper->out);
		tocsin_put(paper, actor->name);
		if (actor->actor_class) {
			fputs(*actor->name ? " (" : "", paper->out);
			tocsin_put_name(paper, &tocsin__v1__actor_class__descriptor, (int)actor->actor_class);
			fputs(*actor->name ? ")" : "", paper->out);
		}
		put_attribution(paper, actor->attribution);
		fputc('\n', paper->out);
	}
}

static void put_list(const struct tocsin_paper *paper, const char *title,
	const ProtobufCEnumDescriptor *type, const int *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i == 0)
			tocsin_say(paper, _("%s%s: "), indent, title);
		else
			fputs(", ", paper->out);
		tocsin_put_name(paper, type, values[i]);
	}
	if (count)
		fputc('\n', paper->out);
}

static void put_trust(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	tocsin_say(paper, "%s", indent);
	fputs(_("certainty "), paper->out);
	if (alert->certainty)
		tocsin_put_name(paper, &tocsin__v1__certainty__descriptor, (int)alert->certainty);
	else
		fputs(_("unknown"), paper->out);
	if (alert->urgency) {
		fputs(_(", urgency "), paper->out);
		tocsin_put_name(paper, &tocsin__v1__urgency__descriptor, (int)alert->urgency);
	}
	if (*alert->source_grade) {
		fputs(_(", source grade "), paper->out);
		tocsin_put(paper, alert->source_grade);
	}
	if (alert->reports)
		tocsin_say(paper,
			tocsin_tongue_many(
				", reported by %u senders", ", reported by %u senders", alert->reports),
			(unsigned)alert->reports);
	fputc('\n', paper->out);
	if (alert->disputed) {
		tocsin_say(paper, "%s", indent);
		tocsin_ink(paper, TOCSIN_INK_BOLD);
		fputs(_("DISPUTED: the claims contradict each other"), paper->out);
		tocsin_ink(paper, TOCSIN_INK_PLAIN);
		fputc('\n', paper->out);
	}
}

static void put_names(const struct tocsin_paper *paper, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", paper->out);
		tocsin_put(paper, names[i]);
	}
}

static void put_reason(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	tocsin_say(paper, _("%swhy: "), indent);
	if (alert->n_rules) {
		fputs(tocsin_tongue_many("rule ", "rules ", alert->n_rules), paper->out);
		put_names(paper, alert->rules, alert->n_rules);
	} else if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		fputs(_("you were sent an earlier version"), paper->out);
	} else if (alert->n_held_by) {
		fputs(_("default route, held back by "), paper->out);
		put_names(paper, alert->held_by, alert->n_held_by);
	} else {
		fputs(_("default route: no rule matched"), paper->out);
	}
	if (marks->moved_out)
		fputs(_("; no longer in your filter, shown since its earlier version was"), paper->out);
	fputc('\n', paper->out);
}

static void put_ids(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	tocsin_ink(paper, TOCSIN_INK_FAINT);
	tocsin_say(paper, _("%salert "), indent);
	tocsin_put(paper, alert->id);
	if (*alert->hub) {
		fputs(_(" from "), paper->out);
		tocsin_put(paper, alert->hub);
	}
	if (marks->name_audience) {
		fputs(_(" to "), paper->out);
		tocsin_put(paper, alert->audience);
	}
	for (size_t i = 0; i < alert->n_possible_duplicate_of; i++) {
		tocsin_say(paper, _("\n%smaybe the same event as alert "), indent);
		tocsin_put(paper, alert->possible_duplicate_of[i]);
	}
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputs("\n\n", paper->out);
}

void tocsin_alert_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	put_head(paper, alert, marks);
	put_area(paper, alert->area);
	tocsin_put_lines(paper, indent, *alert->headline ? alert->headline : alert->text);
	tocsin_put_lines(paper, indent, alert->description);
	if (*alert->instruction) {
		tocsin_say(paper, _("%sto do:\n"), indent);
		tocsin_put_lines(paper, indent, alert->instruction);
	}
	put_times(paper, alert);
	tocsin_claims_print(paper, alert);
	tocsin_figures_print(paper, alert);
	put_actors(paper, alert);
	put_list(paper, _("needs"), &tocsin__v1__need__descriptor, (const int *)alert->needs,
		alert->n_needs);
	put_list(paper, _("impacts"), &tocsin__v1__impact__descriptor, (const int *)alert->impacts,
		alert->n_impacts);
	put_trust(paper, alert);
	if (alert->close && *alert->close->note) {
		tocsin_say(paper, _("%snote: "), indent);
		tocsin_put(paper, alert->close->note);
		fputc('\n', paper->out);
	}
	put_reason(paper, alert, marks);
	put_ids(paper, alert, marks);
}

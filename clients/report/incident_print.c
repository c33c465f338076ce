/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/incident_print.h"

#include "clients/alert/alert_print.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/instant.h"

static const char indent[] = TOCSIN_ALERT_INDENT;

static void put_text(const struct tocsin_paper *paper, const char *label, const char *text)
{
	if (!*text)
		return;
	tocsin_say(paper, "%s%s", indent, label);
	tocsin_put(paper, text);
	fputc('\n', paper->out);
}

static void put_place(const struct tocsin_paper *paper, const Tocsin__V1__Location *location)
{
	tocsin_say(paper, _("%sin "), indent);
	tocsin_put(paper, location->locality);
	tocsin_say(paper, "%s", *location->locality ? ", " : "");
	tocsin_put(paper, location->pcode);
	tocsin_say(paper, "%s", *location->pcode ? ", " : "");
	tocsin_put(paper, location->country);
	const Tocsin__V1__Point *point = location->point;
	if (point && point->latitude_presence_case && point->longitude_presence_case)
		tocsin_say(paper, " (%.5f, %.5f)", point->latitude, point->longitude);
	fputc('\n', paper->out);
}

static void put_time(const struct tocsin_paper *paper, const Tocsin__V1__Period *occurred)
{
	char text[TOCSIN_TIME_TEXT];
	bool day = occurred->precision >= TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_DAY;
	if (!occurred->start)
		return;
	tocsin_time_write(
		tocsin_instant_ms(occurred->start), day ? TOCSIN_TIME_DAY : TOCSIN_TIME_MOMENT, text);
	tocsin_say(paper, _("%son %s\n"), indent, text);
}

static void put_needs(const struct tocsin_paper *paper, const Tocsin__V1__Incident *incident)
{
	for (size_t i = 0; i < incident->n_needs; i++) {
		if (i == 0)
			tocsin_say(paper, _("%speople lack "), indent);
		else
			fputs(", ", paper->out);
		tocsin_put_name(paper, &tocsin__v1__need__descriptor, (int)incident->needs[i]);
	}
	if (incident->n_needs)
		fputc('\n', paper->out);
}

void tocsin_incident_print(const struct tocsin_paper *paper, const Tocsin__V1__Incident *incident)
{
	/* Its people read as those of an alert. */
	Tocsin__V1__Alert people = TOCSIN__V1__ALERT__INIT;
	people.n_casualty_claims = incident->n_casualty_claims;
	people.casualty_claims = incident->casualty_claims;
	people.n_displacement = incident->n_displacement;
	people.displacement = incident->displacement;

	tocsin_ink_severity(paper, incident->severity);
	tocsin_put_name(paper, &tocsin__v1__severity__descriptor, (int)incident->severity);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	if (incident->event) {
		tocsin_say(paper, ": ");
		tocsin_put_name(paper, &tocsin__v1__event_type__descriptor, (int)incident->event->type);
	}
	tocsin_say(paper, _(", certainty "));
	tocsin_put_name(paper, &tocsin__v1__certainty__descriptor, (int)incident->certainty);
	fputc('\n', paper->out);
	if (incident->location)
		put_place(paper, incident->location);
	if (incident->occurred)
		put_time(paper, incident->occurred);
	tocsin_claims_print(paper, &people);
	tocsin_figures_print(paper, &people);
	put_needs(paper, incident);
	put_text(paper, _("headline: "), incident->headline);
	put_text(paper, "", incident->description);
	tocsin_say(paper, _("%ssensitivity "), indent);
	if (incident->sensitivity)
		tocsin_put_name(paper, &tocsin__v1__sensitivity__descriptor, (int)incident->sensitivity);
	else
		fputs(_("not stated: read as severe"), paper->out);
	fputc('\n', paper->out);
}

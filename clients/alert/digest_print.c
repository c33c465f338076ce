/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/digest_print.h"

#include <string.h>

#include "clients/alert/alert_print.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/country.h"
#include "proto/instant.h"

static void put_reason(const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest)
{
	if (strcmp(digest->reason, "throttle") == 0)
		fputs(_(" (throttle, rule "), paper->out);
	else if (strcmp(digest->reason, "corroborate") == 0)
		fputs(_(" (not corroborated, rule "), paper->out);
	else
		fputs(" (", paper->out);
	tocsin_put(paper, digest->rule);
	fputc(')', paper->out);
}

/* As exact as the audience may see. */
static void put_span(const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest)
{
	char from[TOCSIN_TIME_TEXT], to[TOCSIN_TIME_TEXT];
	const bool day = digest->redaction == TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW ||
		digest->redaction == TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE;
	const enum tocsin_time_form form = day ? TOCSIN_TIME_DAY : TOCSIN_TIME_MOMENT;
	if (!digest->from || !digest->to)
		return;
	tocsin_time_write(tocsin_instant_ms(digest->from), form, from);
	tocsin_time_write(tocsin_instant_ms(digest->to), form, to);
	if (strcmp(from, to) == 0)
		tocsin_say(paper, ", %s", from);
	else
		tocsin_say(paper, _(", %s to %s"), from, to);
}

void tocsin_digest_say(const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest)
{
	if (digest->status == TOCSIN__V1__STATUS__STATUS_EXERCISE)
		fputs(_("EXERCISE "), paper->out);
	else if (digest->status > TOCSIN__V1__STATUS__STATUS_EXERCISE)
		fputs(_("TEST "), paper->out);
	fputs(_("HELD BACK: "), paper->out);
	if (digest->count == 0)
		fputs(_("nothing"), paper->out);
	else
		tocsin_say(paper, tocsin_tongue_many("%u incident", "%u incidents", digest->count),
			(unsigned)digest->count);
	put_reason(paper, digest);
	put_span(paper, digest);
}

static void put_group(const struct tocsin_paper *paper, const Tocsin__V1__DigestGroup *group)
{
	const struct tocsin_country *country = tocsin_country_by_alpha2(group->country);
	const char *code = *group->adm1 ? group->adm1 : group->country;
	tocsin_say(paper, "%s%u ", TOCSIN_ALERT_INDENT, (unsigned)group->count);
	tocsin_put_name(paper, &tocsin__v1__event_type__descriptor, (int)group->event);
	if (*code) {
		fputs(", ", paper->out);
		if (country) {
			tocsin_put(paper, country->name);
			fputs(" (", paper->out);
		}
		tocsin_put(paper, code);
		fputs(country ? ")" : "", paper->out);
	}
	fputs(_(", highest severity "), paper->out);
	tocsin_put_name(paper, &tocsin__v1__severity__descriptor, (int)group->severity);
	fputc('\n', paper->out);
}

void tocsin_digest_print(
	const struct tocsin_paper *paper, const Tocsin__V1__Digest *digest, bool name_audience)
{
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	fputs("[....] ", paper->out);
	tocsin_digest_say(paper, digest);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	if (name_audience) {
		fputs(_(", for "), paper->out);
		tocsin_put(paper, digest->audience);
	}
	fputc('\n', paper->out);
	for (size_t i = 0; i < digest->n_groups; i++)
		put_group(paper, digest->groups[i]);
	fputc('\n', paper->out);
}

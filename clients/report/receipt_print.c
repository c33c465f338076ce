/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/receipt_print.h"

#include <string.h>
#include <time.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/violation_words.h"
#include "proto/instant.h"

enum tocsin_exit tocsin_receipt_exit(const Tocsin__V1__Receipt *receipt)
{
	switch (receipt->verdict) {
	case TOCSIN__V1__VERDICT__VERDICT_ACCEPTED:
	case TOCSIN__V1__VERDICT__VERDICT_DUPLICATE:
		return TOCSIN_EXIT_OK;
	case TOCSIN__V1__VERDICT__VERDICT_REJECTED:
		return TOCSIN_EXIT_REFUSED;
	default:
		return TOCSIN_EXIT_TIMEOUT;
	}
}

static void print_violation(
	const struct tocsin_paper *paper, const Tocsin__V1__Violation *violation, const char *indent)
{
	char message[TOCSIN_VIOLATION_TEXT];
	tocsin_violation_words(violation->check, violation->message, message, sizeof(message));
	fputs(indent, paper->out);
	if (strcmp(violation->level, "error") != 0) {
		tocsin_put(paper, tocsin_violation_level(violation->level));
		fputs(_(": "), paper->out);
	}
	if (*violation->field) {
		tocsin_put(paper, violation->field);
		fputs(_(": "), paper->out);
	}
	tocsin_put(paper, message);
	fputs(" [", paper->out);
	tocsin_put(paper, violation->check);
	fputs("]\n", paper->out);
}

void tocsin_violations_print(const struct tocsin_paper *paper,
	Tocsin__V1__Violation *const *violations, size_t count, const char *indent)
{
	for (int errors = 1; errors >= 0; errors--)
		for (size_t i = 0; i < count; i++)
			if ((strcmp(violations[i]->level, "error") == 0) == (errors == 1))
				print_violation(paper, violations[i], indent);
}

static void print_names(const struct tocsin_paper *paper, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", paper->out);
		tocsin_put(paper, names[i]);
	}
}

static void print_received(const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt)
{
	if (!receipt->received)
		return;
	char text[TOCSIN_TIME_TEXT];
	tocsin_time_write_short(tocsin_instant_ms(receipt->received), tocsin_now_ms(), text);
	tocsin_say(paper, _(" at %s"), text);
}

static void print_route(const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt)
{
	unsigned topics = receipt->topics;
	switch (receipt->routing) {
	case TOCSIN__V1__ROUTING__ROUTING_ROUTED:
		tocsin_say(paper,
			tocsin_tongue_many(", routed to %u topic", ", routed to %u topics", topics), topics);
		if (receipt->n_rules) {
			fputs(_(" by "), paper->out);
			print_names(paper, receipt->rules, receipt->n_rules);
		}
		break;
	case TOCSIN__V1__ROUTING__ROUTING_DEFAULTED:
		tocsin_say(paper,
			tocsin_tongue_many(", passed on by the default route to %u topic",
				", passed on by the default route to %u topics", topics),
			topics);
		if (!receipt->n_rules)
			fputs(_(": no rule matched"), paper->out);
		break;
	case TOCSIN__V1__ROUTING__ROUTING_HELD:
		fputs(_(", held: no alert has gone out yet"), paper->out);
		break;
	default:
		break;
	}
	fputc('\n', paper->out);
	if (receipt->n_held_by) {
		fputs(_("  held back by "), paper->out);
		print_names(paper, receipt->held_by, receipt->n_held_by);
		fputc('\n', paper->out);
	}
}

static void print_recorded(
	const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt, bool again)
{
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	if (receipt->durable)
		fputs(again ? _("already recorded") : _("recorded"), paper->out);
	else
		fputs(again ? _("already accepted") : _("accepted"), paper->out);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	print_received(paper, receipt);
	if (!receipt->durable)
		fputs(_(" (the hub keeps no journal: keep your copy)"), paper->out);
	print_route(paper, receipt);
}

static void print_deferred(const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt)
{
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	fputs(_("not recorded"), paper->out);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	if (*receipt->reason) {
		fputs(" (", paper->out);
		tocsin_put(paper, receipt->reason);
		fputc(')', paper->out);
	}
	if (receipt->retry_after)
		tocsin_say(paper, _(": keep it, ask again in %u s\n"), (unsigned)receipt->retry_after);
	else
		fputs(_(": keep it, ask again later\n"), paper->out);
}

static void print_refused(const struct tocsin_paper *paper, bool here)
{
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	fputs(here ? _("not sent: the hub would refuse it") : _("refused"), paper->out);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputc('\n', paper->out);
}

void tocsin_receipt_print(
	const struct tocsin_paper *paper, const Tocsin__V1__Receipt *receipt, bool here)
{
	switch (receipt->verdict) {
	case TOCSIN__V1__VERDICT__VERDICT_ACCEPTED:
	case TOCSIN__V1__VERDICT__VERDICT_DUPLICATE:
		print_recorded(paper, receipt, receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
		break;
	case TOCSIN__V1__VERDICT__VERDICT_DEFERRED:
		print_deferred(paper, receipt);
		break;
	case TOCSIN__V1__VERDICT__VERDICT_REJECTED:
		print_refused(paper, here);
		break;
	default:
		fputs(_("the hub's answer is not understood: keep your copy\n"), paper->out);
		break;
	}
	tocsin_violations_print(paper, receipt->violations, receipt->n_violations, "  ");
}

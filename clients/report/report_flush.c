/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The outbox to the hub, and what is said of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/outbox_folder.h"
#include "clients/report/outbox_send.h"
#include "clients/report/receipt_print.h"
#include "clients/report/report.h"
#include "proto/enum_name.h"

enum { SHORT_ID = 8, MAX_ANSWER_MEMORY = 4 << 20 };

struct run {
	struct tocsin_report *report;
	struct tocsin_outbox_send send;
	bool several; /* each answer says whose it is */
	size_t undurable;
};

void tocsin_parcel_print(const struct tocsin_paper *paper, const struct tocsin_parcel *parcel)
{
	if (*parcel->id)
		tocsin_say(paper, "%.*s", SHORT_ID, parcel->id);
	else
		tocsin_say(paper, "#%u", parcel->number);
	if (parcel->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		tocsin_say(paper, _(" cancel of %.*s"), SHORT_ID,
			parcel->reference_count ? parcel->references[0] : "?");
		return;
	}
	if (parcel->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE)
		tocsin_say(paper, _(" update of %.*s:"), SHORT_ID,
			parcel->reference_count ? parcel->references[0] : "?");
	if (parcel->status > TOCSIN__V1__STATUS__STATUS_ACTUAL) {
		fputc(' ', paper->out);
		tocsin_put_name(paper, &tocsin__v1__status__descriptor, (int)parcel->status);
	}
	if (parcel->severity > TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN) {
		fputc(' ', paper->out);
		tocsin_put_name(paper, &tocsin__v1__severity__descriptor, (int)parcel->severity);
	}
	if (parcel->event) {
		fputc(' ', paper->out);
		tocsin_put_name(paper, &tocsin__v1__event_type__descriptor, (int)parcel->event);
	}
	if (*parcel->place) {
		fputs(", ", paper->out);
		tocsin_put(paper, parcel->place);
	}
}

static void on_answer(
	void *ctx, const struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt)
{
	struct run *run = ctx;
	const struct tocsin_report *report = run->report;
	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
		/* No end yet: it is asked for again, or told of at the end. */
		if (!report->quiet && !report->json) {
			struct tocsin_paper paper = tocsin_paper_for(stderr);
			if (run->several)
				tocsin_say(&paper, "%.*s: ", SHORT_ID, parcel->id);
			tocsin_receipt_print(&paper, receipt, false);
		}
		return;
	}
	bool accepted = receipt->verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	run->undurable += accepted && !receipt->durable && parcel->stem && !report->accept_undurable;
	if (run->several && !report->json) {
		struct tocsin_paper paper = tocsin_paper_for(stdout);
		tocsin_parcel_print(&paper, parcel);
		fputs(_(": "), stdout);
	}
	tocsin_report_print_receipt(report, receipt, false);
}

/* To a program, what has no answer is a receipt without a verdict, or the hub's "put
 * off". */
static void print_unanswered(const struct run *run)
{
	const struct tocsin_outbox *outbox = &run->report->outbox;
	for (size_t i = 0; i < outbox->count; i++) {
		const struct tocsin_parcel *parcel = outbox->parcels[i];
		if (!parcel->tried || !tocsin_parcel_is_pending(parcel, &run->send.order))
			continue;
		Tocsin__V1__Receipt none = TOCSIN__V1__RECEIPT__INIT;
		none.incident_id = (char *)(uintptr_t)parcel->id;
		none.payload_sha256 = (char *)(uintptr_t)parcel->sha256;
		struct tocsin_arena *arena = tocsin_arena_create(MAX_ANSWER_MEMORY, &tocsin_heap);
		const Tocsin__V1__Receipt *kept =
			arena && parcel->put_off ? tocsin_outbox_answer(outbox, parcel, arena) : NULL;
		tocsin_json_line(kept ? &kept->base : &none.base, stdout);
		tocsin_arena_destroy(arena);
	}
	fflush(stdout);
}

/* "%zu waiting" */
__attribute__((format(printf, 1, 0))) static void say_count(
	const char *format, size_t count, const char **before)
{
	if (count == 0)
		return;
	fputs(*before, stderr);
	fprintf(stderr, format, count);
	*before = ", ";
}

/* Where what is not recorded stands; the officer has to know, however quiet it is. */
static void say_what_is_left(const struct run *run)
{
	const struct tocsin_outbox *outbox = &run->report->outbox;
	size_t waiting = 0, sent = 0, put_off = 0, lost = 0;
	const char *only = NULL, *before = "tocsin report: ";
	for (size_t i = 0; i < outbox->count; i++) {
		const struct tocsin_parcel *parcel = outbox->parcels[i];
		if (!tocsin_parcel_is_pending(parcel, &run->send.order) && !parcel->stuck)
			continue;
		only = parcel->id;
		lost += !parcel->stem;
		sent += parcel->stem && parcel->state == TOCSIN_PARCEL_SENT;
		put_off += parcel->stem && parcel->put_off;
		waiting += parcel->stem && parcel->state == TOCSIN_PARCEL_WAITING && !parcel->put_off;
	}
	size_t kept = waiting + sent + put_off;
	if (kept + lost == 1)
		fprintf(stderr, _("tocsin report: report %s: "), only), before = "";
	say_count(_("%zu waiting"), waiting, &before);
	say_count(tocsin_tongue_many("%zu sent but not confirmed", "%zu sent but not confirmed", sent),
		sent, &before);
	say_count(tocsin_tongue_many("%zu put off by the hub", "%zu put off by the hub", put_off),
		put_off, &before);
	if (kept)
		fputs(_(": kept in the outbox ('tocsin report --send' sends again)\n"), stderr);
	if (lost && kept + lost == 1)
		fputs(_("not confirmed, and not kept here: keep your copy and send it again\n"), stderr);
	else if (lost)
		fprintf(stderr,
			tocsin_tongue_many(
				"tocsin report: %zu not confirmed, and not kept here: keep your copy and send it "
				"again\n",
				"tocsin report: %zu not confirmed, and not kept here: keep your copies and send "
				"them again\n",
				lost),
			lost);
}

/* A line for each other broker that reports wait for. */
static void say_what_is_elsewhere(const struct run *run)
{
	const struct tocsin_outbox *outbox = &run->report->outbox;
	for (size_t i = 0; i < outbox->count; i++) {
		const char *host = outbox->parcels[i]->host;
		size_t count = 0;
		bool told = !tocsin_parcel_is_elsewhere(outbox->parcels[i], &run->send.order);
		for (size_t other = 0; !told && other < outbox->count; other++) {
			bool same = tocsin_parcel_is_elsewhere(outbox->parcels[other], &run->send.order) &&
				strcmp(outbox->parcels[other]->host, host) == 0;
			told = same && other < i;
			count += same;
		}
		if (!told)
			fprintf(stderr,
				tocsin_tongue_many(
					"tocsin report: %zu in the outbox waits for %s: not sent to %s ('tocsin report "
					"--send --yes' does)\n",
					"tocsin report: %zu in the outbox wait for %s: not sent to %s ('tocsin report "
					"--send --yes' does)\n",
					count),
				count, host, run->report->host);
	}
}

static void say_what_stays(const struct run *run)
{
	const struct tocsin_report *report = run->report;
	size_t others = 0;
	const char *other = NULL;
	for (size_t i = 0; i < report->outbox.count; i++) {
		if (strcmp(report->outbox.parcels[i]->sender, report->sender) == 0)
			continue;
		other = report->outbox.parcels[i]->sender;
		others++;
	}
	if (others)
		fprintf(stderr,
			tocsin_tongue_many(
				"tocsin report: %zu in the outbox are of another sender (%s): not sent\n",
				"tocsin report: %zu in the outbox are of another sender (%s): not sent\n", others),
			others, other);
	if (run->undurable && !report->quiet && !report->json)
		fprintf(stderr,
			_("kept in the outbox, since the hub keeps no journal: %zu (--accept-undurable trusts "
			  "it)\n"),
			run->undurable);
	if (run->send.refused && !report->quiet && !report->json)
		fputs(_("kept to be mended: 'tocsin report --edit ID', or --drop ID\n"), stderr);
}

static size_t count_pending(const struct run *run)
{
	size_t count = 0;
	for (size_t i = 0; i < run->report->outbox.count; i++)
		count += tocsin_parcel_is_pending(run->report->outbox.parcels[i], &run->send.order);
	return count;
}

static enum tocsin_exit say_busy(const struct tocsin_report *report)
{
	long holder = tocsin_outbox_folder_holder(report->outbox.keep.folder);
	if (holder)
		fprintf(stderr,
			_("tocsin report: another tocsin (process %ld) is sending from this outbox: what waits "
			  "in it for the same sender and broker goes with that\n"),
			holder);
	else
		fputs(_("tocsin report: another tocsin is sending from this outbox: what waits in it for "
				"the same sender and broker goes with that\n"),
			stderr);
	return TOCSIN_EXIT_TIMEOUT;
}

static enum tocsin_exit hold_again(struct tocsin_report *report)
{
	enum tocsin_status status = tocsin_outbox_hold(&report->outbox);
	if (status == TOCSIN_LIMIT)
		return say_busy(report);
	if (status == TOCSIN_OK)
		return TOCSIN_EXIT_OK;
	fprintf(stderr, _("tocsin report: the outbox %s cannot be used: %s\n"), report->outbox.path,
		status == TOCSIN_IO ? strerror(errno) : _("out of memory"));
	return TOCSIN_EXIT_REFUSED;
}

/* Written by another process while this one was sending, which then counted on it. */
static bool has_come_late(struct run *run)
{
	size_t before = count_pending(run);
	tocsin_outbox_release(&run->report->outbox);
	return tocsin_outbox_refresh(&run->report->outbox) == TOCSIN_OK && count_pending(run) > before;
}

enum tocsin_exit tocsin_report_flush(struct tocsin_report *report, struct tocsin_parcel *own)
{
	struct run run = {.report = report};
	run.send = (struct tocsin_outbox_send){.connection = &report->connection,
		.outbox = &report->outbox,
		.order = {.sender = report->sender,
			.host = report->send && report->yes ? NULL : report->host,
			.severe_first = report->severe_first,
			.again = report->send && report->again},
		.timeout_ms = report->timeout_ms,
		.stay = report->stay,
		.accept_undurable = report->accept_undurable,
		.quiet = report->quiet || report->json,
		.ctx = &run,
		.answered = on_answer};
	if (report->busy)
		return say_busy(report);
	enum tocsin_exit code = hold_again(report);
	if (code != TOCSIN_EXIT_OK)
		return code;
	size_t pending = count_pending(&run);
	run.several = !own || pending > 1;
	if (!run.send.quiet && own)
		fprintf(stderr, _("waiting: report %s is not sent yet\n"), own->id);
	if (!run.send.quiet && own && pending > 1)
		fprintf(stderr,
			tocsin_tongue_many("waiting, too: %zu others in the outbox\n",
				"waiting, too: %zu others in the outbox\n", pending - 1),
			pending - 1);
	if (!run.send.quiet && !own)
		fprintf(stderr,
			pending ? _("waiting: %zu in the outbox\n") : _("nothing waits to be sent\n"), pending);
	do
		code = tocsin_outbox_send(&run.send);
	while (code == TOCSIN_EXIT_OK && has_come_late(&run) && hold_again(report) == TOCSIN_EXIT_OK);
	if (report->json)
		print_unanswered(&run);
	if (code == TOCSIN_EXIT_OK && report->timeout_ms == 0 && !run.send.quiet)
		fputs(_("sent, not confirmed\n"), stderr);
	else if (code != TOCSIN_EXIT_OK)
		say_what_is_left(&run);
	say_what_is_elsewhere(&run);
	say_what_stays(&run);
	return code;
}

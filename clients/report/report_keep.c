/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A report into the outbox. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/parcel.h"
#include "clients/report/report.h"
#include "proto/text.h"

static const char *why(enum tocsin_status status)
{
	if (status == TOCSIN_NO_MEMORY)
		return _("out of memory");
	if (status == TOCSIN_LIMIT)
		return _("it is full");
	if (status == TOCSIN_IO && errno == EPERM)
		return _("others could read it: it must be yours alone (chmod 700)");
	return strerror(errno);
}

static enum tocsin_exit cannot_use(
	const struct tocsin_report *report, bool needed, const char *path, const char *reason)
{
	fprintf(stderr, _("tocsin report: the outbox %s cannot be used: %s\n"), path, reason);
	if (needed)
		return TOCSIN_EXIT_REFUSED;
	/* No disk may keep a report from leaving. */
	if (!report->check_only)
		fputs(_("tocsin report: sent without a copy here: keep your own\n"), stderr);
	return TOCSIN_EXIT_OK;
}

/* A sender without a user name is known by its client id, which must stay: to the hub
 * another id would be another sender. */
static enum tocsin_exit know_sender(struct tocsin_report *report)
{
	struct tocsin_connection *connection = &report->connection;
	if (!connection->user && !connection->client_id) {
		enum tocsin_status status =
			tocsin_outbox_client_id(&report->outbox, &connection->client_id);
		if (status != TOCSIN_OK) {
			fprintf(stderr, _("tocsin report: no client id can be had from the outbox\n"));
			return TOCSIN_EXIT_REFUSED;
		}
	}
	report->sender = strdup(connection->user ? connection->user : connection->client_id);
	if (!report->sender)
		return TOCSIN_EXIT_REFUSED;
	if (connection->host)
		tocsin_parcel_host_write(report->host, connection->host, connection->port);
	if (tocsin_text_is_level(report->sender, strlen(report->sender)))
		return TOCSIN_EXIT_OK;
	fputs(_("tocsin report: a sender's name (-u, or -i without one) must be 1 to 64 of "
			"A-Z a-z 0-9 _ -\n"),
		stderr);
	return TOCSIN_EXIT_USAGE;
}

enum tocsin_exit tocsin_report_open(struct tocsin_report *report, bool needed)
{
	char *usual = report->outbox_path ? NULL : tocsin_outbox_path();
	const char *path = report->outbox_path ? report->outbox_path : usual;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	enum tocsin_status status = tocsin_outbox_open(&report->outbox, path ? path : "", NULL);
	if (status != TOCSIN_OK)
		code = cannot_use(report, needed, path ? path : _("(no home folder)"), why(status));
	free(usual);
	bool named = report->list || report->wipe || report->drop;
	return code == TOCSIN_EXIT_OK && !named ? know_sender(report) : code;
}

struct tocsin_outbox_way tocsin_report_way(const struct tocsin_report *report)
{
	return (struct tocsin_outbox_way){report->sender, report->connection.named ? report->host : ""};
}

const char *tocsin_report_find_alike(
	struct tocsin_report *report, const char *likeness, bool recorded_too, char state[TOCSIN_WHY])
{
	const struct tocsin_outbox *outbox = &report->outbox;
	const struct tocsin_outbox_way way = tocsin_report_way(report);
	char time[TOCSIN_TIME_TEXT];
	for (size_t i = 0; *likeness && i < outbox->count; i++) {
		const struct tocsin_parcel *parcel = outbox->parcels[i];
		bool counts = parcel->state == TOCSIN_PARCEL_WAITING ||
			parcel->state == TOCSIN_PARCEL_SENT ||
			(recorded_too && parcel->state == TOCSIN_PARCEL_ACCEPTED);
		if (!counts || strcmp(parcel->likeness, likeness) != 0 ||
			strcmp(parcel->sender, way.sender) != 0 ||
			!tocsin_parcel_host_suits(parcel->host, way.host))
			continue;
		snprintf(state, TOCSIN_WHY, "%s", _("in the outbox"));
		return parcel->id;
	}
	const json_t *record =
		recorded_too ? tocsin_recorded_find(&outbox->recorded, "likeness", likeness, &way) : NULL;
	if (!record)
		return NULL;
	tocsin_time_write_short(tocsin_record_received_ms(record), tocsin_now_ms(), time);
	snprintf(state, TOCSIN_WHY, _("recorded at %s"), time);
	return tocsin_record_text(record, "id");
}

/* Written twice, because nobody knew whether the first had left: that is one report. */
static struct tocsin_parcel *find_written(
	struct tocsin_report *report, const struct tocsin_draft *draft)
{
	char state[TOCSIN_WHY];
	bool several;
	if (report->again || !draft->made_id)
		return NULL;
	const struct tocsin_outbox_way way = tocsin_report_way(report);
	struct tocsin_parcel *fresh =
		tocsin_parcel_make(draft->form, draft->bytes, draft->size, &way, report->source.now_ms);
	const char *alike =
		fresh ? tocsin_report_find_alike(report, fresh->likeness, false, state) : NULL;
	if (alike)
		fprintf(stderr,
			_("tocsin report: the same report is in the outbox as %s: not written a second time "
			  "(--again does)\n"),
			alike);
	tocsin_parcel_destroy(fresh);
	return alike ? tocsin_outbox_find(&report->outbox, alike, &several) : NULL;
}

/* Before the report is there: what a crash left is then told from it. */
static void hold(struct tocsin_report *report)
{
	enum tocsin_status status = tocsin_outbox_hold(&report->outbox);
	report->busy = status == TOCSIN_LIMIT;
	if (status == TOCSIN_OK || report->busy)
		return;
	(void)cannot_use(report, false, report->outbox.path, why(status));
	tocsin_outbox_abandon(&report->outbox);
}

static enum tocsin_exit carry(struct tocsin_report *report, const struct tocsin_draft *draft,
	enum tocsin_status status, struct tocsin_parcel **parcel)
{
	const struct tocsin_outbox_way way = tocsin_report_way(report);
	if (report->outbox.keep.folder >= 0)
		(void)cannot_use(report, false, report->outbox.path, why(status));
	if (report->later) {
		fputs(_("tocsin report: not kept\n"), stderr);
		return TOCSIN_EXIT_REFUSED;
	}
	if (report->busy)
		tocsin_outbox_abandon(&report->outbox);
	report->busy = false;
	status = tocsin_outbox_carry(&report->outbox, draft, &way, parcel);
	if (status == TOCSIN_OK)
		return TOCSIN_EXIT_OK;
	fputs(_("tocsin report: out of memory\n"), stderr);
	return TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_report_keep(
	struct tocsin_report *report, const struct tocsin_draft *draft, struct tocsin_parcel **parcel)
{
	const struct tocsin_outbox_way way = tocsin_report_way(report);
	*parcel = NULL;
	if (!report->later)
		hold(report);
	struct tocsin_parcel *kept = find_written(report, draft);
	if (!kept) {
		enum tocsin_status status = tocsin_outbox_add(&report->outbox, draft, &way, &kept);
		if (status == TOCSIN_INVALID) {
			fprintf(stderr,
				_("tocsin report: %s is in the outbox with other content, and may be on its way: "
				  "wait for its answer (--send), then report an update\n"),
				draft->id);
			return TOCSIN_EXIT_REFUSED;
		}
		if (status != TOCSIN_OK)
			return carry(report, draft, status, parcel);
	}
	if (!report->later) {
		*parcel = kept;
		return TOCSIN_EXIT_OK;
	}
	if (!report->quiet)
		fprintf(stderr, _("waiting: report %s is in the outbox\n"), kept->id);
	return TOCSIN_EXIT_OK;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an officer does to the outbox: mend a report, give one up, wipe all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/editor.h"
#include "clients/base/tongue.h"
#include "clients/report/parcel.h"
#include "clients/report/receipt_print.h"
#include "clients/report/report.h"
#include "engine/uuid.h"
#include "proto/json.h"

enum { MAX_MEMORY = 16 << 20, PATH_BYTES = 4096 };

static bool is_asked_for(const struct tocsin_report *report, const char *option)
{
	if (report->yes)
		return true;
	if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
		return tocsin_ask(_("Sure? [y/N]"), 'y');
	fprintf(stderr, _("tocsin report: %s asks on a terminal; --yes does it without\n"), option);
	return false;
}

/* The parcel of report->id in an outbox that is ours alone for now. */
static enum tocsin_exit find(struct tocsin_report *report, struct tocsin_parcel **parcel)
{
	bool several;
	enum tocsin_exit code = tocsin_report_open(report, true);
	if (code != TOCSIN_EXIT_OK)
		return code;
	enum tocsin_status status = tocsin_outbox_hold(&report->outbox);
	if (status != TOCSIN_OK) {
		fprintf(stderr, _("tocsin report: the outbox cannot be changed: %s\n"),
			status == TOCSIN_LIMIT ? _("another tocsin is sending from it") : strerror(errno));
		return TOCSIN_EXIT_REFUSED;
	}
	*parcel = tocsin_outbox_find(&report->outbox, report->id, &several);
	if (*parcel)
		return TOCSIN_EXIT_OK;
	fprintf(stderr,
		several ? _("tocsin report: more than one report begins with %.40s in the outbox\n")
				: _("tocsin report: no report %.40s in the outbox\n"),
		report->id);
	return TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_report_drop(struct tocsin_report *report)
{
	struct tocsin_parcel *parcel = NULL;
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	enum tocsin_exit code = find(report, &parcel);
	if (code != TOCSIN_EXIT_OK)
		return code;
	tocsin_parcel_print(&paper, parcel);
	puts(parcel->state == TOCSIN_PARCEL_SENT
			? _(": it may have arrived; deleted, nobody here knows")
			: parcel->state == TOCSIN_PARCEL_ACCEPTED
			? _(": the hub has it, though on no disk")
			: _(": it has not arrived; deleted, it never will"));
	if (!is_asked_for(report, "--drop"))
		return TOCSIN_EXIT_REFUSED;
	if (tocsin_outbox_drop(&report->outbox, parcel) == TOCSIN_OK)
		return TOCSIN_EXIT_OK;
	fprintf(stderr, _("tocsin report: it cannot be deleted: %s\n"), strerror(errno));
	return TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_report_wipe(struct tocsin_report *report)
{
	enum tocsin_exit code = tocsin_report_open(report, true);
	size_t open = 0;
	if (code != TOCSIN_EXIT_OK)
		return code;
	for (size_t i = 0; i < report->outbox.count; i++)
		open += report->outbox.parcels[i]->state != TOCSIN_PARCEL_ACCEPTED;
	if (!report->yes)
		printf(tocsin_tongue_many("%zu reports that have not arrived, and what is known of those "
								  "that have, will be gone.\n",
				   "%zu reports that have not arrived, and what is known of those that have, "
				   "will be gone.\n",
				   open),
			open);
	if (!is_asked_for(report, "--wipe"))
		return TOCSIN_EXIT_REFUSED;
	enum tocsin_status status = tocsin_outbox_wipe(&report->outbox);
	if (status == TOCSIN_OK) {
		puts(_("Wiped. Flash disks may keep old contents where no program can reach them."));
		return TOCSIN_EXIT_OK;
	}
	fprintf(stderr, _("tocsin report: not all could be wiped: %s\n"),
		status == TOCSIN_LIMIT ? _("another tocsin holds the outbox and does not end")
							   : strerror(errno));
	return TOCSIN_EXIT_REFUSED;
}

static json_t *read_incident(const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel,
	struct tocsin_arena *arena)
{
	struct tocsin_input bytes;
	struct tocsin_violations ignored;
	Tocsin__V1__Incident *incident = NULL;
	char *text;
	size_t length;
	json_t *value = NULL;
	if (tocsin_outbox_read(outbox, parcel, &bytes) != TOCSIN_OK)
		return NULL;
	tocsin_violations_init(&ignored, arena);
	if (parcel->form == TOCSIN_FORM_JSON)
		value = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL);
	else if (tocsin_incident_decode(parcel->form, bytes.data, bytes.size, arena, &ignored,
				 &incident) != TOCSIN_NO_MEMORY &&
		incident && tocsin_json_write(&incident->base, arena, &text, &length) == TOCSIN_OK)
		value = json_loadb(text, length, 0, NULL);
	tocsin_input_finish(&bytes);
	return value;
}

static bool has_check(const Tocsin__V1__Receipt *receipt, const char *check)
{
	for (size_t i = 0; receipt && i < receipt->n_violations; i++)
		if (strcmp(receipt->violations[i]->check, check) == 0)
			return true;
	return false;
}

/* A refused id is not remembered by the hub and may be used again, unless the id is
 * what was wrong with it. */
static bool renew_id(json_t *incident, const Tocsin__V1__Receipt *receipt)
{
	char id[TOCSIN_UUID_TEXT];
	bool reused = has_check(receipt, "incident.id_reused");
	if (!reused && !has_check(receipt, "incident.id_taken") && !has_check(receipt, "id.form"))
		return true;
	json_t *old = json_incref(json_object_get(incident, "id"));
	bool fine = tocsin_uuid_make(id) && json_object_set_new(incident, "id", json_string(id)) == 0;
	/* Under its id the hub has another version: this one can only follow it. */
	if (fine && reused && json_is_string(old))
		fine = json_object_set_new(incident, "msg_type", json_string("update")) == 0 &&
			json_object_set_new(
				incident, "references", json_pack("[{s:s}]", "id", json_string_value(old))) == 0;
	if (fine)
		fputs(reused
				? _("The hub has another version under this id: this becomes an update of it.\n")
				: _("It gets a new id.\n"),
			stderr);
	json_decref(old);
	return fine;
}

/* The text to mend, unless an earlier try left one. */
static bool write_text(struct tocsin_report *report, const struct tocsin_parcel *parcel,
	const Tocsin__V1__Receipt *receipt, struct tocsin_arena *arena, const char *name)
{
	if (faccessat(report->outbox.keep.folder, name, F_OK, 0) == 0) {
		fputs(_("Going on with the text of the last try.\n"), stderr);
		return true;
	}
	json_t *incident = read_incident(&report->outbox, parcel, arena);
	char *text = NULL;
	bool fine = json_is_object(incident) && renew_id(incident, receipt);
	if (fine)
		text = json_dumps(incident, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	fine = text && tocsin_keep_write(&report->outbox.keep, name, text, strlen(text)) == TOCSIN_OK;
	if (!fine)
		fputs(_("tocsin report: it cannot be written as text\n"), stderr);
	free(text);
	json_decref(incident);
	return fine;
}

static enum tocsin_exit mend_until_good(
	struct tocsin_report *report, const char *path, struct tocsin_draft *draft)
{
	for (;;) {
		if (!tocsin_editor_run(NULL, path)) {
			fputs(_("tocsin report: the editor failed\n"), stderr);
			return TOCSIN_EXIT_REFUSED;
		}
		report->source.json_path = path;
		enum tocsin_exit code = tocsin_draft_make(draft, &report->source);
		if (code != TOCSIN_EXIT_OK)
			return code;
		if (draft->pass || report->source.no_validate)
			return TOCSIN_EXIT_OK;
		tocsin_report_print_receipt(report, draft->verdict, true);
		tocsin_draft_finish(draft);
		bool can_ask = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
		if (report->yes || !can_ask || !tocsin_ask(_("Edit again, or leave? [e/L]"), 'e'))
			return TOCSIN_EXIT_REFUSED;
	}
}

static enum tocsin_exit mend(struct tocsin_report *report, struct tocsin_parcel *parcel,
	const char *name, struct tocsin_parcel **mended)
{
	char path[PATH_BYTES];
	struct tocsin_draft draft = {.id = ""};
	snprintf(path, sizeof(path), "%s/%s", report->outbox.path, name);
	report->source.form = parcel->form;
	enum tocsin_exit code = mend_until_good(report, path, &draft);
	if (code != TOCSIN_EXIT_OK) {
		fputs(_("tocsin report: nothing is changed; your text is kept for the next --edit\n"),
			stderr);
		return code;
	}
	const char *host = report->connection.named ? report->host : parcel->host;
	enum tocsin_status status =
		tocsin_outbox_replace(&report->outbox, parcel, &draft, host, mended);
	if (status == TOCSIN_OK)
		status = tocsin_keep_remove(&report->outbox.keep, name);
	tocsin_draft_finish(&draft);
	if (status == TOCSIN_OK)
		return TOCSIN_EXIT_OK;
	fprintf(stderr, _("tocsin report: it cannot be kept: %s\n"),
		status == TOCSIN_INVALID ? _("another report in the outbox has this id") : strerror(errno));
	return TOCSIN_EXIT_REFUSED;
}

static bool can_be_mended(const struct tocsin_parcel *parcel)
{
	if (parcel->state == TOCSIN_PARCEL_SENT)
		fputs(_("tocsin report: it was sent and may have arrived: --send asks for the answer, "
				"'report update' corrects what has arrived\n"),
			stderr);
	if (parcel->state == TOCSIN_PARCEL_ACCEPTED)
		fputs(_("tocsin report: the hub has accepted it: 'report update' corrects it\n"), stderr);
	return parcel->state == TOCSIN_PARCEL_WAITING || parcel->state == TOCSIN_PARCEL_REFUSED;
}

enum tocsin_exit tocsin_report_edit(struct tocsin_report *report)
{
	struct tocsin_parcel *parcel = NULL, *mended = NULL;
	char id[TOCSIN_UUID_TEXT], *name = NULL;
	enum tocsin_exit code = find(report, &parcel);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (!can_be_mended(parcel))
		return TOCSIN_EXIT_REFUSED;
	if (!*parcel->id && !tocsin_uuid_make(id))
		return TOCSIN_EXIT_REFUSED;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	int length = asprintf(&name, TOCSIN_PARCEL_EDIT "%s.json", *parcel->id ? parcel->id : id);
	code = TOCSIN_EXIT_REFUSED;
	if (arena && length > 0) {
		const Tocsin__V1__Receipt *receipt = tocsin_outbox_answer(&report->outbox, parcel, arena);
		struct tocsin_paper paper = tocsin_paper_for(stderr);
		if (receipt)
			tocsin_violations_print(&paper, receipt->violations, receipt->n_violations, "  ");
		if (write_text(report, parcel, receipt, arena, name))
			code = mend(report, parcel, name, &mended);
	}
	tocsin_arena_destroy(arena);
	free(length < 0 ? NULL : name);
	if (!mended)
		return code;
	if (!report->later)
		return tocsin_report_flush(report, mended);
	fprintf(stderr, _("waiting: report %s is in the outbox\n"), mended->id);
	return TOCSIN_EXIT_OK;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin report`: what was asked for, and what its parts share. */
#pragma once

#include "clients/base/connection.h"
#include "clients/base/paper.h"
#include "clients/report/draft.h"
#include "clients/report/outbox.h"
#include "rules/ruleset.h"

enum tocsin_report_verb { TOCSIN_REPORT_NEW, TOCSIN_REPORT_UPDATE, TOCSIN_REPORT_CANCEL };

struct tocsin_report {
	struct tocsin_connection connection;
	struct tocsin_incident_flags flags;
	struct tocsin_draft_source source;
	enum tocsin_report_verb verb;
	const char *id; /* of update, cancel, --edit or --drop */
	const char *csv_path;
	const char *rules_path;
	const char *regions_path; /* folder of gazetteer files, for the questions */
	const char *outbox_path;  /* NULL: the usual one */
	int64_t timeout_ms;
	/* What to do; none of them: write a report. */
	bool guide, send, list, edit, drop, wipe;
	/* How. */
	bool check_only, later, severe_first, stay, accept_undurable, again, all, yes, json, quiet;

	/* Once they are there. */
	struct tocsin_ruleset *ruleset;
	struct tocsin_places places; /* of the rule file */
	struct tocsin_outbox outbox;
	char *sender;
	char host[TOCSIN_OUTBOX_HOST]; /* the broker, as the outbox names it */
	bool busy;                     /* another process sends from the outbox */
};

/* Parses the command line: the option sets of clients/report/report_options.c. False where the
 * command ends at once with *code. */
bool tocsin_report_parse(
	struct tocsin_report *report, int argc, char **argv, enum tocsin_exit *code);

/* What --help says of a verb. */
struct tocsin_usage tocsin_report_usage(
	enum tocsin_report_verb verb, const struct tocsin_option_set *sets, size_t count);

/* Opens the outbox and knows the sender. Where the outbox cannot be used it says why:
 * with needed false reports then go without a copy. */
enum tocsin_exit tocsin_report_open(struct tocsin_report *report, bool needed);

/* Whose reports are written here, and for which broker: any where none was named. */
struct tocsin_outbox_way tocsin_report_way(const struct tocsin_report *report);

/* Puts a judged draft into the outbox; *parcel is NULL where it is to go no further
 * with the returned code. */
enum tocsin_exit tocsin_report_keep(
	struct tocsin_report *report, const struct tocsin_draft *draft, struct tocsin_parcel **parcel);

/* One that was recorded lately, or is in the outbox, and says the same; NULL where none
 * is. *state is then in words. */
const char *tocsin_report_find_alike(
	struct tocsin_report *report, const char *likeness, bool recorded_too, char state[TOCSIN_WHY]);

/* Sends what waits; own is the report just written, or NULL. */
enum tocsin_exit tocsin_report_flush(struct tocsin_report *report, struct tocsin_parcel *own);

/* "3f1f1c52 severe battles, Kouakourou (ML0503)" */
void tocsin_parcel_print(const struct tocsin_paper *paper, const struct tocsin_parcel *parcel);

/* A receipt in words, or as one line of JSON. here: the check was made here. */
void tocsin_report_print_receipt(
	const struct tocsin_report *report, const Tocsin__V1__Receipt *receipt, bool here);

/* Judges a draft as the hub would; *pass is false where it goes no further, with the
 * returned code. */
enum tocsin_exit tocsin_report_judge(
	struct tocsin_report *report, const struct tocsin_draft *draft, bool *pass);

enum tocsin_exit tocsin_report_list(struct tocsin_report *report);
enum tocsin_exit tocsin_report_edit(struct tocsin_report *report);
enum tocsin_exit tocsin_report_drop(struct tocsin_report *report);
enum tocsin_exit tocsin_report_wipe(struct tocsin_report *report);
enum tocsin_exit tocsin_report_csv(struct tocsin_report *report);

/* Lays the flags over what the earlier version said, and refers to it: an update or a
 * cancel of report->id. Also fills in what references of other flags lack. */
enum tocsin_exit tocsin_report_chain(struct tocsin_report *report);

/* Asks on the terminal what is to be reported, into report->flags. OK, or REFUSED
 * where it was broken off. */
enum tocsin_exit tocsin_report_guide(struct tocsin_report *report);

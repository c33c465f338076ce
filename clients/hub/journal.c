/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/journal.h"

#include <stdio.h>
#include <string.h>

#include "clients/alert/past.h"
#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/base/words.h"
#include "clients/commands.h"
#include "clients/hub/journal_print.h"
#include "clients/hub/journal_source.h"
#include "proto/text.h"

enum option { FROM, TO, REGION, SENDER, VERDICT, STATUS, RULE, INCIDENT, OLDEST, LIMIT, JSON, CSV };

static const struct tocsin_option own_options[] = {
	[FROM] = {"from", 0, "TIME",
		N_("received from then on: 2h or 7d ago, 2024-08-07, or to the minute")},
	[TO] = {"to", 0, "TIME", N_("received before then")},
	[REGION] = {"region", 'r', "CODE", N_("in this region or below it: ML05, ML/ML05 or ML")},
	[SENDER] = {"sender", 0, "NAME", N_("from this sender")},
	[VERDICT] = {"verdict", 0, "VERDICT", N_("accepted or rejected (both)")},
	[STATUS] = {"status", 0, "STATUS", N_("actual, exercise or test (any)")},
	[RULE] = {"rule", 0, "ID", N_("for which this rule fired")},
	[INCIDENT] = {"incident", 0, "ID", N_("this incident with its later versions")},
	[OLDEST] = {"oldest", 0, NULL, N_("the oldest first (the newest)")},
	[LIMIT] = {"limit", 'n', "N", N_("at most so many (100; 0: all)")},
	[JSON] = {"json", 0, NULL, N_("one JSON object a line")},
	[CSV] = {"csv", 0, NULL, N_("CSV with a line of HXL hashtags")},
};

enum { USUAL_LIMIT = 100 };

struct journal {
	struct tocsin_query query;
	int64_t limit;
	bool json, csv;
	struct tocsin_paper paper;
	size_t shown;
	char why[TOCSIN_WHY];
};

static const char *take_region(const char *value, const char **region)
{
	for (const char *at = value;; at++) {
		const size_t length = strcspn(at, "/");
		if (!tocsin_text_is_pcode(at, length))
			return N_("wants a code such as ML05, or codes such as ML/ML05");
		at += length;
		if (*at == '\0')
			break;
	}
	*region = value;
	return NULL;
}

static const char *take_text(const char *value, const char **text)
{
	if (*value == '\0' || strlen(value) >= TOCSIN_QUERY_MAX_TEXT)
		return N_("is empty or too long");
	*text = value;
	return NULL;
}

static const char *take_verdict(struct journal *journal, const char *value)
{
	int number = 0;
	if (!tocsin_word_read(&tocsin__v1__verdict__descriptor, value, &number, journal->why) ||
		number > TOCSIN__V1__VERDICT__VERDICT_REJECTED)
		return N_("knows accepted and rejected: nothing else is kept");
	journal->query.verdict = (Tocsin__V1__Verdict)number;
	return NULL;
}

static const char *take_status(struct journal *journal, const char *value)
{
	int number = 0;
	if (!tocsin_word_read(&tocsin__v1__status__descriptor, value, &number, journal->why) ||
		number > TOCSIN__V1__STATUS__STATUS_TEST)
		return N_("knows actual, exercise and test");
	journal->query.status = (Tocsin__V1__Status)number;
	return NULL;
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct journal *journal = ctx;
	struct tocsin_query *query = &journal->query;
	switch ((enum option)index) {
	case FROM:
		return tocsin_past_read(value, &query->from_ms);
	case TO:
		return tocsin_past_read(value, &query->to_ms);
	case REGION:
		return take_region(value, &query->region);
	case SENDER:
		return take_text(value, &query->sender);
	case VERDICT:
		return take_verdict(journal, value);
	case STATUS:
		return take_status(journal, value);
	case RULE:
		return take_text(value, &query->rule);
	case INCIDENT:
		return take_text(value, &query->incident);
	case OLDEST:
		query->oldest_first = true;
		return NULL;
	case LIMIT:
		return tocsin_number_read(value, &journal->limit) && journal->limit >= 0
			? NULL
			: N_("wants a number, 0 or more");
	case JSON:
		journal->json = true;
		return NULL;
	case CSV:
		journal->csv = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static bool print_row(void *ctx, const json_t *row)
{
	struct journal *journal = ctx;
	if (journal->json) {
		tocsin_json_line_value(json_deep_copy(row), stdout);
	} else if (journal->csv) {
		tocsin_journal_csv_row(stdout, row);
	} else {
		if (journal->shown == 0)
			tocsin_journal_print_head(&journal->paper);
		tocsin_journal_print_row(&journal->paper, row);
	}
	journal->shown++;
	return !ferror(stdout);
}

static enum tocsin_exit print_all(
	struct journal *journal, const char *path, struct tocsin_connection *connection)
{
	struct tocsin_journal_source source;
	bool more = false;
	journal->paper = tocsin_paper_for(stdout);
	enum tocsin_exit code = tocsin_journal_source_open(&source, "journal", path, connection);
	if (code == TOCSIN_EXIT_OK && journal->csv)
		tocsin_journal_csv_head(stdout);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_journal_source_each(&source, TOCSIN_JOURNAL_ROWS, &journal->query,
			(size_t)journal->limit, print_row, journal, &more);
	tocsin_journal_source_close(&source);
	if (code != TOCSIN_EXIT_OK || journal->json || journal->csv)
		return code;
	if (journal->shown == 0)
		puts(_("No such incident."));
	else if (more)
		fprintf(stderr, _("%zu shown; there may be more: --limit 0 shows all\n"), journal->shown);
	return code;
}

/* NULL, or why these do not go together. */
static const char *judge(const struct journal *journal, const char *path,
	const struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	const struct tocsin_query *query = &journal->query;
	if (operands->count > 1)
		return N_("takes one file");
	if (path && connection->host)
		return N_("takes a file or a hub (-h), not both");
	if (journal->json && journal->csv)
		return N_("--json and --csv exclude each other");
	if (query->to_ms && query->from_ms >= query->to_ms)
		return N_("--to must be later than --from");
	if (query->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED &&
		tocsin_query_needs_accepted(query))
		return N_("of what was rejected region, rule and status are not known: leave them out");
	return NULL;
}

static enum tocsin_exit run_query(int argc, char **argv)
{
	struct journal journal = {.limit = USUAL_LIMIT};
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &journal},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "journal",
		.synopsis = N_("[FILE] [OPTION]...  |  forget FILE --help"),
		.summary = N_("What came in, and what became of it: from a journal's file, or from a hub."),
		.example = "  tocsin journal /var/lib/tocsin/journal.sqlite --from 2h --region ML05\n"
				   "  tocsin journal -h hub.example -u admin --sender mopti-17 --verdict rejected\n"
				   "  tocsin journal journal.sqlite --from 7d --limit 0 --csv > week.csv",
		.notes =
			N_("The file is read only, whether its hub runs or not. 'tocsin journal forget'\n"
			   "takes a person or an incident out of it. Exit: 0 done, 1 refused or not to be\n"
			   "read, 2 usage, 3 cannot connect, 4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = TOCSIN_MAX_OPERANDS,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		const char *path = operands.count > 0 ? operands.items[0] : NULL;
		const char *wrong = judge(&journal, path, &connection, &operands);
		code = wrong ? tocsin_usage_fail(&usage, "%s", _(wrong))
					 : print_all(&journal, path, &connection);
	}
	tocsin_connection_finish(&connection);
	return code;
}

enum tocsin_exit tocsin_run_journal(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "forget") == 0)
		return tocsin_run_journal_forget(argc - 1, argv + 1);
	return run_query(argc, argv);
}

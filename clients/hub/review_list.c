/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/review_list.h"

#include <stdio.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/hub/journal_source.h"
#include "clients/hub/review_print.h"

/* Few alerts live as long, and nothing bounds how long one may: who wants to look
 * further back says so. */
#define USUAL_SPAN_MS (30LL * 24 * 60 * 60 * 1000)

struct listing {
	bool json;
	struct tocsin_paper paper;
	size_t shown;
};

static bool print_row(void *ctx, const json_t *row)
{
	struct listing *listing = ctx;
	const struct tocsin_paper *paper = &listing->paper;
	if (listing->json) {
		tocsin_json_line_value(json_deep_copy(row), stdout);
	} else {
		fputs(listing->shown > 0 ? "\n" : "", stdout);
		tocsin_review_print_head(
			paper, json_string_value(json_object_get(row, "incident_id")), row);
		fputs(_("would go to: "), stdout);
		tocsin_review_print_names(paper, json_object_get(row, "audiences"));
		puts("");
	}
	listing->shown++;
	return !ferror(stdout);
}

enum tocsin_exit tocsin_review_list(
	const struct tocsin_review_list *list, struct tocsin_connection *connection)
{
	const struct tocsin_query query = {
		.from_ms = list->from_ms ? list->from_ms : tocsin_now_ms() - USUAL_SPAN_MS};
	struct listing listing = {.json = list->json, .paper = tocsin_paper_for(stdout)};
	struct tocsin_journal_source source;
	bool more = false;
	enum tocsin_exit code = tocsin_journal_source_open(&source, "review", NULL, connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_journal_source_each(&source, TOCSIN_JOURNAL_WAITING, &query,
			(size_t)list->limit, print_row, &listing, &more);
	tocsin_journal_source_close(&source);
	if (code != TOCSIN_EXIT_OK || list->json)
		return code;
	if (listing.shown == 0)
		puts(list->from_ms ? _("Nothing that came since then waits for a review.")
						   : _("Nothing of the last 30 days waits for a review."));
	else if (more)
		fprintf(stderr, _("%zu shown; there may be more: --limit 0 shows all\n"), listing.shown);
	return code;
}

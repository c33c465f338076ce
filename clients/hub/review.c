/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "clients/alert/past.h"
#include "clients/base/editor.h"
#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/control.h"
#include "clients/hub/review_list.h"
#include "clients/hub/review_print.h"

enum option { AUTHOR, YES, FROM, LIMIT, JSON };

static const struct tocsin_option own_options[] = {
	[AUTHOR] = {"author", 0, "NAME", N_("who has read them (your user name)")},
	[YES] = {"yes", 'y', NULL, N_("release them without asking: you have read them already")},
	[FROM] = {"from", 0, "TIME",
		N_("list what was received from then on: 2h or 7d ago, 2024-08-07, or to the minute "
		   "(30d)")},
	[LIMIT] = {"limit", 'n', "N", N_("list at most so many (100; 0: all)")},
	[JSON] = {"json", 0, NULL,
		N_("print the hub's answer as one line of JSON, a list as one line each; ask nothing")},
};

struct review {
	const char *author;
	bool yes, json;
	bool listing; /* an option says so */
	struct tocsin_review_list list;
	const struct tocsin_connection *connection;
	struct tocsin_paper paper;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct review *review = ctx;
	switch ((enum option)index) {
	case AUTHOR:
		review->author = value;
		return *value ? NULL : N_("is empty");
	case YES:
		review->yes = true;
		return NULL;
	case FROM:
		review->listing = true;
		return tocsin_past_read(value, &review->list.from_ms);
	case LIMIT:
		review->listing = true;
		return tocsin_number_read(value, &review->list.limit) && review->list.limit >= 0
			? NULL
			: N_("wants a number, 0 or more");
	case JSON:
		review->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* Asks the hub, over a line of its own: a person may read for longer than one lives that
 * nobody tends. Says on stderr where it refuses. arguments is taken. */
static enum tocsin_exit ask(const struct review *review, json_t *arguments, json_t **data)
{
	struct tocsin_control control = {.session.signals = -1};
	json_t *response = NULL;
	enum tocsin_exit code = tocsin_control_open(&control, review->connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_control_ask(
			&control, "reviewIncident", arguments, TOCSIN_CONTROL_WAIT_MS, &response);
	else
		json_decref(arguments);
	tocsin_control_close(&control);
	const char *error = tocsin_control_error(response);
	if (error)
		fprintf(stderr, _("tocsin %s: the hub refuses: %s\n"), "review", error);
	*data = code == TOCSIN_EXIT_OK ? json_incref(json_object_get(response, "data")) : NULL;
	json_decref(response);
	return code == TOCSIN_EXIT_OK && !*data ? TOCSIN_EXIT_REFUSED : code;
}

static void put_text(const struct tocsin_paper *paper, const char *title, const char *text)
{
	if (!*text)
		return;
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	fprintf(paper->out, "\n%s\n", title);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	tocsin_put_lines(paper, "  ", text);
}

static void put_texts(const struct tocsin_paper *paper, const json_t *look)
{
	tocsin_review_print_head(paper, text_of(look, "version"), look);
	put_text(paper, _("Description"), text_of(look, "description"));
	put_text(paper, _("Instruction"), text_of(look, "instruction"));
	fputs("\n", paper->out);
}

/* Whether there is anything to release, and *code where not. */
static bool may_release(const struct review *review, const json_t *look, enum tocsin_exit *code)
{
	const json_t *audiences = json_object_get(look, "audiences");
	if (json_is_true(json_object_get(look, "reviewed"))) {
		puts(_("These texts are released already."));
		*code = TOCSIN_EXIT_OK;
		return false;
	}
	if (json_array_size(audiences) == 0) {
		puts(_("No audience that would be shown them was sent this incident."));
		*code = TOCSIN_EXIT_REFUSED;
		return false;
	}
	fputs(_("They go, as they stand, to: "), stdout);
	tocsin_review_print_names(&review->paper, audiences);
	puts("");
	*code = TOCSIN_EXIT_REFUSED;
	if (review->yes ||
		tocsin_ask(_("Is nobody in them, or from a detail in them, to be recognised? "
					 "Release them? [y/N]"),
			'y'))
		return true;
	puts(_("Nothing was released."));
	return false;
}

static json_t *arguments_of_release(const struct review *review, const json_t *look)
{
	json_t *arguments = json_object();
	json_object_set(arguments, "incident", json_object_get(look, "version"));
	json_object_set(arguments, "version", json_object_get(look, "version"));
	if (review->author)
		json_object_set_new(arguments, "author", json_string(review->author));
	return arguments;
}

/* Exactly the version that was shown: should a newer one come meanwhile, the hub refuses. */
static enum tocsin_exit release(const struct review *review, const json_t *look)
{
	json_t *data = NULL;
	enum tocsin_exit code = ask(review, arguments_of_release(review, look), &data);
	if (code == TOCSIN_EXIT_OK && review->json) {
		tocsin_json_line_value(json_incref(data), stdout);
	} else if (code == TOCSIN_EXIT_OK) {
		fputs(_("Released to: "), stdout);
		tocsin_review_print_names(&review->paper, json_object_get(data, "audiences"));
		puts("");
	}
	json_decref(data);
	return code;
}

static enum tocsin_exit review_it(const struct review *review, const char *incident)
{
	json_t *look = NULL;
	enum tocsin_exit code = ask(review, json_pack("{s:s}", "incident", incident), &look);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (review->json) {
		if (review->yes)
			code = release(review, look);
		else
			tocsin_json_line_value(json_incref(look), stdout);
	} else {
		put_texts(&review->paper, look);
		if (may_release(review, look, &code))
			code = release(review, look);
	}
	json_decref(look);
	return code;
}

/* NULL, or why these do not go together. */
static const char *judge(const struct review *review, const struct tocsin_operands *operands)
{
	if (operands->count > 1)
		return N_("takes the id of one incident");
	if (operands->count == 1 && review->listing)
		return N_("--from and --limit go without an id: they are about the list");
	if (operands->count == 0 && (review->yes || review->author))
		return N_("--yes and --author want the id of an incident");
	return NULL;
}

static enum tocsin_exit run(struct review *review, struct tocsin_connection *connection,
	const struct tocsin_usage *usage, const struct tocsin_operands *operands)
{
	const char *wrong = judge(review, operands);
	if (wrong)
		return tocsin_usage_fail(usage, "%s", _(wrong));
	if (operands->count == 0) {
		review->list.json = review->json;
		return tocsin_review_list(&review->list, connection);
	}
	if (!tocsin_connection_complete(connection))
		return TOCSIN_EXIT_USAGE;
	review->connection = connection;
	review->paper = tocsin_paper_for(stdout);
	return review_it(review, operands->items[0]);
}

enum tocsin_exit tocsin_run_review(int argc, char **argv)
{
	struct review review = {.list.limit = TOCSIN_REVIEW_LIMIT};
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &review},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "review",
		.synopsis = N_("[ID] [OPTION]..."),
		.summary = N_("Read what an incident says in free text, and release it."),
		.example = "  tocsin review -h hub.example -u admin\n"
				   "  tocsin review 5f0c0000-0000-4000-8000-000000000001 -h hub.example -u admin",
		.notes = N_(
			"Below severe nobody is shown a description or an instruction that nobody has read:\n"
			"released, they go to the audiences that may see high and were sent the incident,\n"
			"as an Update. It holds for these texts: other ones wait again. ID is that of any\n"
			"version; the newest is shown. The journal keeps who released it and when. Without\n"
			"ID: what waits, the newest first, since what has just come is what agencies act on;\n"
			"once its alerts expire, or it is cancelled, an incident waits no longer.\n"
			"Exit: 0 released, now or before, listed, or shown with --json, 1 refused or not\n"
			"released, 2 usage, 3 cannot connect, 4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = TOCSIN_MAX_OPERANDS,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&review, &connection, &usage, &operands);
	tocsin_connection_finish(&connection);
	return code;
}

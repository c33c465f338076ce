/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/journal_print.h"
#include "clients/hub/journal_source.h"

enum option { SENDER, INCIDENT, ALL, LIMIT, JSON };

static const struct tocsin_option own_options[] = {
	[SENDER] = {"sender", 0, "NAME", N_("of this sender")},
	[INCIDENT] = {"incident", 0, "ID", N_("of this incident (retry)")},
	[ALL] = {"all", 0, NULL, N_("all of them (retry)")},
	[LIMIT] = {"limit", 'n', "N", N_("at most so many (list; 100; 0: all)")},
	[JSON] = {"json", 0, NULL, N_("one JSON object a line")},
};

/* RETRY_WAIT_MS: what was refused goes through all of the intake once more. */
enum { USUAL_LIMIT = 100, RETRY_WAIT_MS = 120000 };

struct quarantine {
	const char *sender, *incident;
	int64_t limit;
	bool limit_given, all, json;
	struct tocsin_paper paper;
	size_t shown;
};

static const char *take_text(const char *value, const char **text)
{
	if (*value == '\0' || strlen(value) >= TOCSIN_QUERY_MAX_TEXT)
		return N_("is empty or too long");
	*text = value;
	return NULL;
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct quarantine *quarantine = ctx;
	switch ((enum option)index) {
	case SENDER:
		return take_text(value, &quarantine->sender);
	case INCIDENT:
		return take_text(value, &quarantine->incident);
	case ALL:
		quarantine->all = true;
		return NULL;
	case LIMIT:
		quarantine->limit_given = true;
		return tocsin_number_read(value, &quarantine->limit) && quarantine->limit >= 0
			? NULL
			: N_("wants a number, 0 or more");
	case JSON:
		quarantine->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static bool print_entry(void *ctx, const json_t *entry)
{
	struct quarantine *quarantine = ctx;
	if (quarantine->json)
		tocsin_json_line_value(json_deep_copy(entry), stdout);
	else
		tocsin_journal_print_refusal(&quarantine->paper, entry);
	quarantine->shown++;
	return !ferror(stdout);
}

static enum tocsin_exit list(
	struct quarantine *quarantine, const char *path, struct tocsin_connection *connection)
{
	const struct tocsin_query query = {
		.sender = quarantine->sender, .verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED};
	struct tocsin_journal_source source;
	bool more = false;
	quarantine->paper = tocsin_paper_for(stdout);
	enum tocsin_exit code = tocsin_journal_source_open(&source, "quarantine", path, connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_journal_source_each(&source, TOCSIN_JOURNAL_REFUSALS, &query,
			(size_t)quarantine->limit, print_entry, quarantine, &more);
	tocsin_journal_source_close(&source);
	if (code != TOCSIN_EXIT_OK || quarantine->json)
		return code;
	if (quarantine->shown == 0)
		puts(_("Nothing is in quarantine."));
	else if (more)
		fprintf(stderr, _("%zu shown, the newest first; there are more: --limit 0 shows all\n"),
			quarantine->shown);
	return code;
}

static json_t *arguments_of_retry(const struct quarantine *quarantine)
{
	json_t *arguments = json_object();
	if (quarantine->sender)
		json_object_set_new(arguments, "sender", json_string(quarantine->sender));
	if (quarantine->incident)
		json_object_set_new(arguments, "incident", json_string(quarantine->incident));
	if (quarantine->all)
		json_object_set_new(arguments, "all", json_true());
	return arguments;
}

static long long number_of(const json_t *data, const char *key)
{
	return (long long)json_integer_value(json_object_get(data, key));
}

/* Not met where something is still in quarantine. */
static enum tocsin_exit print_retry(const struct quarantine *quarantine, const json_t *response)
{
	const json_t *data = json_object_get(response, "data");
	const long long rejected = number_of(data, "rejected");
	const long long deferred = number_of(data, "deferred");
	const long long left = number_of(data, "left");
	const long long barred = left - rejected - deferred;
	const bool more = json_is_true(json_object_get(data, "more"));
	if (quarantine->json) {
		tocsin_json_line_value(json_deep_copy(data), stdout);
	} else {
		printf(_("%lld tried again: %lld accepted, %lld still refused, %lld put off.\n"),
			number_of(data, "retried"), number_of(data, "accepted"), rejected, deferred);
		if (barred > 0)
			printf(_("%lld not tried: refused for who sent them, or for what that sender may "
					 "report.\n"),
				barred);
		if (more)
			puts(_("There are more: ask once more."));
	}
	return left == 0 && !more ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit retry(
	const struct quarantine *quarantine, struct tocsin_connection *connection)
{
	struct tocsin_control control = {.session.signals = -1};
	json_t *response = NULL;
	if (!tocsin_connection_complete(connection))
		return TOCSIN_EXIT_USAGE;
	enum tocsin_exit code = tocsin_control_open(&control, connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_control_ask(
			&control, "retryQuarantine", arguments_of_retry(quarantine), RETRY_WAIT_MS, &response);
	if (code == TOCSIN_EXIT_OK)
		code = print_retry(quarantine, response);
	else if (tocsin_control_error(response))
		fprintf(
			stderr, _("tocsin quarantine: the hub refuses: %s\n"), tocsin_control_error(response));
	json_decref(response);
	tocsin_control_close(&control);
	return code;
}

static enum tocsin_exit run_list(const struct tocsin_usage *usage, struct quarantine *quarantine,
	struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	const char *path = operands->count > 1 ? operands->items[1] : NULL;
	if (quarantine->incident || quarantine->all)
		return tocsin_usage_fail(usage, _("list takes neither --incident nor --all"));
	if (path && connection->host)
		return tocsin_usage_fail(usage, _("takes a file or a hub (-h), not both"));
	return list(quarantine, path, connection);
}

static enum tocsin_exit run_retry(const struct tocsin_usage *usage, struct quarantine *quarantine,
	struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	const int chosen = !!quarantine->sender + !!quarantine->incident + quarantine->all;
	if (operands->count > 1)
		return tocsin_usage_fail(usage, _("retry asks a running hub: it takes no file"));
	if (quarantine->limit_given)
		return tocsin_usage_fail(usage, _("retry takes no --limit"));
	if (chosen != 1)
		return tocsin_usage_fail(usage, _("retry wants one of --sender, --incident and --all"));
	return retry(quarantine, connection);
}

static enum tocsin_exit run(const struct tocsin_usage *usage, struct quarantine *quarantine,
	struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	const char *what = operands->count > 0 ? operands->items[0] : "";
	if (strcmp(what, "list") == 0)
		return run_list(usage, quarantine, connection, operands);
	if (strcmp(what, "retry") == 0)
		return run_retry(usage, quarantine, connection, operands);
	return tocsin_usage_fail(usage, _("wants list or retry"));
}

enum tocsin_exit tocsin_run_quarantine(int argc, char **argv)
{
	struct quarantine quarantine = {.limit = USUAL_LIMIT};
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &quarantine},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "quarantine",
		.synopsis = N_("list [FILE] | retry"),
		.summary =
			N_("What the hub refused, and why; try it again once rules or places are mended."),
		.example = "  tocsin quarantine list -h hub.example -u admin --sender mopti-17\n"
				   "  tocsin quarantine list /var/lib/tocsin/journal.sqlite\n"
				   "  tocsin quarantine retry --all -h hub.example -u admin",
		.notes =
			N_("FILE is the journal; what was refused lies in the file FILE.quarantine beside it.\n"
			   "A retry goes through the whole intake, in the order in which it came; what the\n"
			   "hub accepts leaves the quarantine. Exit: 0 done, 1 refused, or not all of what\n"
			   "was tried is accepted, 2 usage, 3 cannot connect, 4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 2,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&usage, &quarantine, &connection, &operands);
	tocsin_connection_finish(&connection);
	return code;
}

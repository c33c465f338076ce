/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/status_print.h"

#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/watch/heartbeat.h"

static const char *text_of(const json_t *status, const char *key)
{
	const char *text = json_string_value(json_object_get(status, key));
	return text && *text ? text : "?";
}

static long long number_of(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static void print_rules(const json_t *status, FILE *out)
{
	const char *state = text_of(status, "rules_state");
	json_t *item;
	size_t i;
	fprintf(out, _("rules    version %s"), text_of(status, "rules_version"));
	if (json_object_get(status, "rules")) {
		const long long count = number_of(status, "rules");
		fprintf(out, tocsin_tongue_many(", %lld rule", ", %lld rules", (size_t)count), count);
	}
	if (strcmp(state, "ok") == 0)
		fputs(_(", as in the file\n"), out);
	else if (strcmp(state, "stale") == 0)
		fputs(_(": OLD RULES, the file was broken when it was last read\n"), out);
	else
		fputs(_(": OLD RULES, the file was broken at the start\n"), out);
	json_array_foreach(json_object_get(status, "diagnostics"), i, item)
	{
		fprintf(out, "         %s:%lld:%lld: %s: %s\n", text_of(item, "file"),
			number_of(item, "line"), number_of(item, "column"), text_of(item, "level"),
			text_of(item, "message"));
	}
}

/* A hub that died leaves its last heartbeat behind. */
static bool is_silent(const json_t *status)
{
	int64_t time_ms, now_ms = tocsin_now_ms();
	return tocsin_time_read(text_of(status, "time"), now_ms, &time_ms) == TOCSIN_TIME_MOMENT &&
		now_ms - time_ms > TOCSIN_HEARTBEAT_SILENCE_MS;
}

static void print_journal(const json_t *status, FILE *out)
{
	static const struct {
		const char *state, *line;
	} known[] = {
		{"ok", N_("journal  ok")},
		{"failing", N_("journal  failing")},
		{"slow", N_("journal  slow")},
		{"none", N_("journal  none")},
	};
	const char *state = text_of(status, "journal_state"), *line = NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(state, known[i].state) == 0)
			line = _(known[i].line);
	if (line)
		fputs(line, out);
	else
		fprintf(out, "journal  %s", state);
	if (strcmp(state, "ok") != 0 && strcmp(state, "none") != 0)
		fprintf(out, ": %s", text_of(status, "journal_error"));
	fputc('\n', out);
}

void tocsin_status_print(const json_t *status, FILE *out)
{
	const json_t *ledger = json_object_get(status, "ledger");
	fprintf(out, _("hub      %s, %s\n"), text_of(status, "hub"), text_of(status, "time"));
	if (is_silent(status))
		fputs(_("         SILENT since then: it may be dead\n"), out);
	print_rules(status, out);
	print_journal(status, out);
	if (ledger)
		fprintf(out,
			_("ledger   %lld received: %lld accepted (%lld routed, %lld by default, %lld held), "
			  "%lld rejected, %lld repeated, %lld put off, %lld being written\n"),
			number_of(ledger, "received"), number_of(ledger, "accepted"),
			number_of(ledger, "routed"), number_of(ledger, "defaulted"), number_of(ledger, "held"),
			number_of(ledger, "rejected"), number_of(ledger, "duplicate"),
			number_of(ledger, "deferred"), number_of(ledger, "pending"));
	if (number_of(ledger, "reserved") > 0 || number_of(ledger, "guarded") > 0)
		fprintf(out,
			_("denied   %lld publishes or wills, %lld reads of what is not the client's\n"),
			number_of(ledger, "reserved"), number_of(ledger, "guarded"));
	if (json_object_get(status, "silences"))
		fprintf(out, _("silences %lld\n"), number_of(status, "silences"));
}

bool tocsin_status_is_well(const json_t *status)
{
	const char *journal = text_of(status, "journal_state");
	return strcmp(text_of(status, "rules_state"), "ok") == 0 &&
		(strcmp(journal, "ok") == 0 || strcmp(journal, "none") == 0);
}

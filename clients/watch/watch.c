/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch.h"

#include <string.h>

#include "clients/alert/past.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/base/words.h"
#include "clients/commands.h"
#include "clients/rule/region.h"
#include "clients/rule/rule_file.h"
#include "proto/text.h"

enum option {
	REGION,
	MIN_SEVERITY,
	EVENT,
	AUDIENCE,
	EXERCISES,
	RULES,
	FORMAT,
	NO_OPEN,
	SINCE,
	KEEP,
	COUNT,
	FOR,
	PATIENCE,
	JSON,
	CSV,
	CAP,
	GEOJSON,
	EXEC,
	QUIET,
};

static const struct tocsin_option own_options[] = {
	[REGION] = {"region", 'r', "CODE", N_("P-code or country: ML05, ML/ML05; again for more")},
	[MIN_SEVERITY] = {"min-severity", 's', "LEVEL",
		N_("minor, moderate, severe, extreme; unknown is shown")},
	[EVENT] = {"event", 'e', "EVENT", N_("battles, displacement, ...; again for more")},
	[AUDIENCE] = {"audience", 'a', "NAME", N_("whose alerts (partners); again for more")},
	[EXERCISES] = {"exercises", 0, NULL, N_("exercises and tests, too")},
	[RULES] = {"rules", 0, "FILE", N_("find regions in this rule file's gazetteer")},
	[FORMAT] = {"format", 0, "FORM", N_("subscribe to protobuf, json or both (both)")},
	[NO_OPEN] = {"no-open", 0, NULL, N_("do not begin with what is open already")},
	[SINCE] = {"since", 0, "TIME", N_("first what came since: 24h ago, 2024-08-07T18:30Z")},
	[KEEP] = {"keep", 0, NULL, N_("restart with no loss, no repeat; wants an id (-i)")},
	[COUNT] = {"count", 'C', "N", N_("end after N alerts")},
	[FOR] = {"for", 'W', "SPAN", N_("end after a span: 30, 90s, 15m, 8h")},
	[PATIENCE] = {"heartbeat-patience", 0, "SPAN", N_("a hub silent for longer may be dead (90s)")},
	[JSON] = {"json", 0, NULL, N_("one JSON object a line")},
	[CSV] = {"csv", 0, NULL, N_("a line of CSV each, beneath names and HXL tags")},
	[CAP] = {"cap", 0, "DIR", N_("also as CAP 1.2, one file each, in this folder")},
	[GEOJSON] = {"geojson", 0, "FILE", N_("also as GeoJSON; in lines if it ends in .geojsonl")},
	[EXEC] = {"exec", 0, "CMD", N_("run for each alert, its JSON on standard input")},
	[QUIET] = {"quiet", 'q', NULL, N_("only what is urgent on stderr")},
};

enum { MAX_REGION_TEXTS = 32 };

struct watch_options {
	struct tocsin_watch watch;
	char *regions[MAX_REGION_TEXTS];
	size_t region_count;
	const char *rules_path;
	char why[TOCSIN_WHY];
};

static const char *take_audience(struct tocsin_watch *watch, const char *value)
{
	if (!tocsin_text_is_level(value, strlen(value)))
		return N_("is no audience's name");
	if (watch->audience_count == TOCSIN_MAX_WATCHED_AUDIENCES)
		return N_("too many audiences");
	watch->audiences[watch->audience_count++] = value;
	return NULL;
}

static const char *take_format(struct tocsin_watch *watch, const char *value)
{
	watch->protobuf_tree = strcmp(value, "json") != 0;
	watch->json_tree = strcmp(value, "protobuf") != 0;
	bool known = strcmp(value, "both") == 0 || !watch->protobuf_tree || !watch->json_tree;
	return known ? NULL : N_("knows protobuf, json and both");
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct watch_options *options = ctx;
	struct tocsin_watch *watch = &options->watch;
	int64_t number;
	int name;
	switch ((enum option)index) {
	case REGION:
		if (options->region_count == MAX_REGION_TEXTS)
			return N_("too many regions");
		options->regions[options->region_count++] = value;
		return NULL;
	case MIN_SEVERITY:
		if (!tocsin_word_read(&tocsin__v1__severity__descriptor, value, &name, options->why))
			return options->why;
		watch->want.least = (Tocsin__V1__Severity)name;
		return NULL;
	case EVENT:
		return tocsin_words_read(
				   &tocsin__v1__event_type__descriptor, value, &watch->want.events, options->why)
			? NULL
			: options->why;
	case AUDIENCE:
		return take_audience(watch, value);
	case EXERCISES:
		watch->exercises = true;
		return NULL;
	case RULES:
		options->rules_path = value;
		return NULL;
	case FORMAT:
		return take_format(watch, value);
	case NO_OPEN:
		watch->no_open = true;
		return NULL;
	case SINCE:
		return tocsin_past_read(value, &watch->since_ms);
	case KEEP:
		watch->keep = true;
		return NULL;
	case COUNT:
		if (!tocsin_number_read(value, &number) || number < 1)
			return N_("wants a number, 1 or more");
		watch->count = (uint64_t)number;
		return NULL;
	case FOR:
		return tocsin_duration_read(value, &watch->for_ms) && watch->for_ms > 0
			? NULL
			: N_("wants a span such as 30, 90s, 15m or 8h");
	case PATIENCE:
		return tocsin_duration_read(value, &watch->patience_ms) && watch->patience_ms > 0
			? NULL
			: N_("wants a span such as 90s or 5m");
	case JSON:
		watch->json = true;
		return watch->csv ? N_("and --csv exclude each other") : NULL;
	case CSV:
		watch->csv = true;
		return watch->json ? N_("and --json exclude each other") : NULL;
	case CAP:
		watch->cap_folder = value;
		return *value ? NULL : N_("names no folder");
	case GEOJSON:
		watch->geojson_file = value;
		return *value && strcmp(value, "-") != 0 ? NULL : N_("names no file");
	case EXEC:
		watch->command = value;
		return *value ? NULL : N_("names no command");
	case QUIET:
		watch->quiet = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static bool add_region(struct tocsin_alert_want *want, const struct tocsin_region_found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (want->region_count == TOCSIN_MAX_WATCHED)
			return false;
		want->regions[want->region_count++] = found->paths[i];
	}
	return true;
}

/* With a rule file also what its audiences may see is known: a deeper region than
 * that never comes, its ancestor does. */
static void cut_to_audiences(struct tocsin_watch *watch, const struct tocsin_ruleset *ruleset,
	const char *text, struct tocsin_region_found *found)
{
	unsigned depth = TOCSIN_MAX_LEVELS;
	for (size_t i = 0; i < watch->audience_count; i++) {
		int index = tocsin_ruleset_audience(ruleset, watch->audiences[i]);
		unsigned own = index < 0 ? depth : tocsin_audience_depth(&ruleset->audiences[index]);
		depth = own < depth ? own : depth;
	}
	for (size_t i = 0; i < found->count; i++)
		if (tocsin_region_cut(&found->paths[i], depth))
			tocsin_watch_note(watch, true,
				_("%s lies deeper than this audience is shown: watching %s around it"), text,
				found->paths[i].levels[found->paths[i].count - 1]);
}

static enum tocsin_exit find_regions(
	struct watch_options *options, const struct tocsin_ruleset *ruleset)
{
	struct tocsin_watch *watch = &options->watch;
	for (size_t i = 0; i < options->region_count; i++) {
		struct tocsin_region_found found;
		const char *text = options->regions[i];
		if (ruleset ? !tocsin_region_find(ruleset->gazetteer, text, &found)
					: !tocsin_region_guess(text, &found)) {
			fprintf(stderr, _("tocsin watch: --region %s: %s\n"), text,
				ruleset ? _("is not in the gazetteer, or several places have that name")
						: _("wants a code such as ML05, ML/ML05 or ML (names need --rules)"));
			return TOCSIN_EXIT_USAGE;
		}
		if (ruleset)
			cut_to_audiences(watch, ruleset, text, &found);
		if (!add_region(&watch->want, &found)) {
			fprintf(stderr, _("tocsin watch: too many regions\n"));
			return TOCSIN_EXIT_USAGE;
		}
	}
	return TOCSIN_EXIT_OK;
}

enum { SESSION_S = 7 * 24 * 60 * 60 };

static enum tocsin_exit start(const struct tocsin_usage *usage, struct watch_options *options)
{
	struct tocsin_watch *watch = &options->watch;
	struct tocsin_ruleset *ruleset = NULL;
	if (watch->audience_count == 0)
		watch->audiences[watch->audience_count++] = "partners";
	if (!tocsin_connection_complete(&watch->connection))
		return TOCSIN_EXIT_USAGE;
	if (watch->keep && !watch->connection.client_id)
		return tocsin_usage_fail(
			usage, _("--keep: wants -i ID, a name of this watch alone that stays the same"));
	if (watch->keep)
		watch->connection.session_s = SESSION_S;
	if (options->rules_path && !(ruleset = tocsin_rule_file_load(options->rules_path)))
		return TOCSIN_EXIT_REFUSED;
	enum tocsin_exit code = find_regions(options, ruleset);
	tocsin_ruleset_destroy(ruleset);
	return code == TOCSIN_EXIT_OK ? tocsin_watch_run(&options->watch) : code;
}

enum tocsin_exit tocsin_run_watch(int argc, char **argv)
{
	struct watch_options options = {.watch = {.protobuf_tree = true, .json_tree = true}};
	struct tocsin_watch *watch = &options.watch;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&watch->connection);
	watch->session.signals = -1;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&watch->connection),
	};
	const struct tocsin_usage usage = {
		.command = "watch",
		.synopsis = N_("[OPTION]..."),
		.summary = N_("See alerts as they come: first what is open, then what is new."),
		.example = "  tocsin watch -h hub.example -u msf-duty --region ML05 --min-severity severe\n"
				   "  tocsin watch --audience public --json | jq -r '.text // empty'",
		.notes =
			N_("Repeats are shown once. A version that moves out of your filter is still shown\n"
			   "where you saw the one before it. HELD BACK counts what a throttle, a silence or\n"
			   "the want of corroboration kept from you. Exit: 0 done, 1 refused, 2 usage,\n"
			   "3 cannot connect, 4 fewer than --count within --for."),
		.sets = sets,
		.set_count = sizeof(sets) / sizeof(*sets),
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = start(&usage, &options);
	tocsin_connection_finish(&watch->connection);
	return code;
}

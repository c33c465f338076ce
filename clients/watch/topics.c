/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/connection.h"
#include "clients/base/tongue.h"
#include "clients/base/words.h"
#include "clients/rule/region.h"
#include "clients/rule/rule_file.h"
#include "proto/enum_name.h"

enum option { REGION, MIN_SEVERITY, EVENT, AUDIENCE, JSON_TWIN, EXERCISES, OPEN, ROOT, QUIET };

static const struct tocsin_option own_options[] = {
	[REGION] = {"region", 'r', "PLACE",
		N_("P-code, country, or a name that one place has; again "
		   "for more (everywhere)")},
	[MIN_SEVERITY] = {"min-severity", 's', "LEVEL", N_("minor, moderate, severe or extreme")},
	[EVENT] = {"event", 'e', "EVENT", N_("battles, displacement, ...; again for more")},
	[AUDIENCE] = {"audience", 'a', "NAME", N_("whose alerts (partners)")},
	[JSON_TWIN] = {"json-twin", 0, NULL, N_("the JSON twins of the topics")},
	[EXERCISES] = {"exercises", 0, NULL, N_("the trees of exercises and tests, too")},
	[OPEN] = {"open", 0, NULL, N_("the retained tree of open incidents, too")},
	[ROOT] = {"topic-root", 0, "TOPIC", N_("root of the hub's topics (tocsin/v1)")},
	[QUIET] = {"quiet", 'q', NULL, N_("only the filters, no reasons")},
};

enum { MAX_PLACES = 16, MAX_FILTER = 1024 };

struct topics {
	char *places[MAX_PLACES];
	size_t place_count;
	Tocsin__V1__Severity least;
	const char *audience_name;
	const struct tocsin_audience *audience;
	const char *place; /* being printed, for a person */
	bool exercises, open, quiet;
	struct tocsin_filter_want want;
	char why[TOCSIN_WHY];
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct topics *topics = ctx;
	int name;
	switch ((enum option)index) {
	case REGION:
		if (topics->place_count == MAX_PLACES)
			return N_("too many regions");
		topics->places[topics->place_count++] = value;
		return NULL;
	case MIN_SEVERITY:
		if (!tocsin_word_read(&tocsin__v1__severity__descriptor, value, &name, topics->why))
			return topics->why;
		topics->least = (Tocsin__V1__Severity)name;
		return NULL;
	case EVENT:
		return tocsin_words_read(
				   &tocsin__v1__event_type__descriptor, value, &topics->want.events, topics->why)
			? NULL
			: topics->why;
	case AUDIENCE:
		topics->audience_name = value;
		return NULL;
	case JSON_TWIN:
		topics->want.json = true;
		return NULL;
	case EXERCISES:
		topics->exercises = true;
		return NULL;
	case OPEN:
		topics->open = true;
		return NULL;
	case ROOT:
		topics->want.root = value;
		return NULL;
	case QUIET:
		topics->quiet = true;
		return NULL;
	}
	return N_("cannot be taken");
}

/* Why this filter is needed, in words; severity is 0 where it takes all. */
static void print_reason(const struct topics *topics, int severity, int event)
{
	const char *least = tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)topics->least);
	const char *name = tocsin_enum_name(&tocsin__v1__severity__descriptor, severity);
	const char *kind = event ? tocsin_enum_name(&tocsin__v1__event_type__descriptor, event) : NULL;
	fputs("  # ", stdout);
	if (severity == 0)
		fputs(_("every severity"), stdout);
	else if (severity == TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN)
		printf(_("severity unknown: it might be %s or worse, nobody could tell yet"), least);
	else if (severity == (int)topics->least)
		printf(_("severity %s, the minimum"), name);
	else
		printf(_("severity %s, above the minimum"), name);
	printf(", %s", kind ? kind : _("every event"));
	printf(", %s\n", topics->place);
}

static enum tocsin_status print_filter(void *ctx, const char *filter, int severity, int event)
{
	const struct topics *topics = ctx;
	puts(filter);
	if (!topics->quiet)
		print_reason(topics, severity, event);
	return TOCSIN_OK;
}

static enum tocsin_exit print_place(
	struct topics *topics, const struct tocsin_region_path *path, const char *place)
{
	static const char *const trees[] = {"alert", "exercise", "test"};
	char filter[MAX_FILTER];
	topics->want.region = path;
	topics->place = place;
	for (size_t i = 0; i < (topics->exercises ? 3u : 1u); i++) {
		topics->want.tree = trees[i];
		if (tocsin_filters_each(&topics->want, print_filter, topics) != TOCSIN_OK)
			return TOCSIN_EXIT_REFUSED;
	}
	if (topics->open && tocsin_filter_open(&topics->want, filter, sizeof(filter))) {
		puts(filter);
		if (!topics->quiet)
			printf(_("  # what is open now, retained; every severity, %s and what shares its "
					 "first-level region\n"),
				place);
	}
	return TOCSIN_EXIT_OK;
}

static void note_place(const struct topics *topics, const char *text,
	const struct tocsin_region_found *found, bool cut)
{
	if (topics->quiet)
		return;
	if (found->several)
		printf(_("# %s stands for several places; their topics do not tell them apart\n"), text);
	if (found->replaced)
		printf(_("# %s was replaced: reports of it come under the code below\n"), text);
	if (cut)
		printf(_("# %s is shown no deeper than admin-%u to %s: the region around it\n"), text,
			tocsin_audience_depth(topics->audience), topics->audience->name);
}

static enum tocsin_exit find_place(
	struct topics *topics, const struct tocsin_ruleset *ruleset, const char *text)
{
	struct tocsin_region_found found;
	char place[256];
	if (!tocsin_region_find(ruleset->gazetteer, text, &found)) {
		fprintf(stderr,
			_("tocsin topics: --region %s: not in the gazetteer, or several places have "
			  "that name: give the code\n"),
			text);
		return TOCSIN_EXIT_REFUSED;
	}
	bool cut = false;
	for (size_t i = 0; i < found.count; i++)
		cut = tocsin_region_cut(&found.paths[i], tocsin_audience_depth(topics->audience)) || cut;
	note_place(topics, text, &found, cut);
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	for (size_t i = 0; i < found.count && code == TOCSIN_EXIT_OK; i++) {
		const struct tocsin_region_path *path = &found.paths[i];
		const char *last = path->levels[path->count - 1];
		bool named = !cut && !found.several;
		snprintf(place, sizeof(place), _("%s%s%s and all within"), last, named ? " " : "",
			named ? found.name : "");
		code = print_place(topics, path, place);
	}
	return code;
}

static enum tocsin_exit print_all(struct topics *topics, const struct tocsin_ruleset *ruleset)
{
	int index = tocsin_ruleset_audience(ruleset, topics->audience_name);
	if (index < 0) {
		fprintf(stderr, _("tocsin topics: the rules have no audience %s; they have"),
			topics->audience_name);
		for (size_t i = 0; i < ruleset->audience_count; i++)
			fprintf(stderr, "%s %s", i ? "," : "", ruleset->audiences[i].name);
		fputc('\n', stderr);
		return TOCSIN_EXIT_REFUSED;
	}
	topics->audience = &ruleset->audiences[index];
	topics->want.audience = topics->audience->name;
	if (topics->least)
		topics->want.severities = tocsin_severities_from(topics->least);
	unsigned twin = topics->want.json ? TOCSIN_FORMAT_JSON : TOCSIN_FORMAT_PROTOBUF;
	if (!(topics->audience->formats & twin)) {
		topics->want.json = !topics->want.json;
		fprintf(stderr, _("tocsin topics: %s is sent %s only: these are those topics\n"),
			topics->audience->name, topics->want.json ? "JSON" : "protobuf");
	}
	if (topics->place_count == 0)
		return print_place(topics, NULL, _("everywhere"));
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	for (size_t i = 0; i < topics->place_count && code == TOCSIN_EXIT_OK; i++)
		code = find_place(topics, ruleset, topics->places[i]);
	return code;
}

enum tocsin_exit tocsin_run_topics(int argc, char **argv)
{
	struct topics topics = {.audience_name = "partners", .want.root = "tocsin/v1"};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &topics}};
	const struct tocsin_usage usage = {
		.command = "topics",
		.synopsis = N_("RULES [OPTION]..."),
		.summary = N_("Print the exact MQTT filters for a region and a minimum severity."),
		.example = "  tocsin topics rules.yaml --region ML05 --min-severity severe\n"
				   "  mosquitto_sub -h hub.example.org $(tocsin topics rules.yaml -r ML05 -q | "
				   "sed 's/^/-t /')",
		.notes =
			N_("A filter names one severity, so a minimum takes several, and unknown is always\n"
			   "among them: it might be anything. Exit: 0 done, 1 no such place or audience,\n"
			   "2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 1)
		return tocsin_usage_fail(
			&usage, _("wants the rule file, whose gazetteer knows the places"));
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(operands.items[0]);
	if (!ruleset)
		return TOCSIN_EXIT_REFUSED;
	code = print_all(&topics, ruleset);
	tocsin_ruleset_destroy(ruleset);
	return code;
}

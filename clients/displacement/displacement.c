/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/displacement.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/displacement/figure_load.h"
#include "clients/rule/region.h"
#include "clients/rule/rule_file.h"
#include "proto/text.h"
#include "rules/slug.h"

/* Bytes that one table may take: many times what the fullest book does. */
#define MAX_TABLE ((size_t)1 << 30)

enum option {
	FROM,
	AUDIENCE,
	REGION,
	OPERATION,
	SINCE,
	EVERY,
	RULES,
	ONCE,
	CSV,
	JSON,
	PLOT,
	FOR,
	QUIET,
};

static const struct tocsin_option own_options[] = {
	[FROM] = {"from", 'f', "FILE", N_("alerts, incidents or CSV; - is stdin; again for more")},
	[AUDIENCE] = {"audience", 'a', "NAME", N_("whose figures (partners)")},
	[REGION] = {"region", 'r', "CODE", N_("P-code or country: ML05, ML/ML05, ML; again for more")},
	[OPERATION] = {"operation", 'o', "NAME", N_("one operation alone, such as sudan-eet")},
	[SINCE] = {"since", 's', "TIME", N_("figures of this day or later: 2024-04-01, -90d")},
	[EVERY] = {"every", 'e', "STEP", N_("day, week, month, quarter or year (week)")},
	[RULES] = {"rules", 0, "FILE", N_("names, regions and household sizes of its gazetteer")},
	[ONCE] = {"once", '1', NULL, N_("what there is now, then end")},
	[CSV] = {"csv", 0, NULL, N_("as CSV with DTM's HXL row, once; --from reads it back")},
	[JSON] = {"json", 0, NULL, N_("as one JSON object; live, one a line at each change")},
	[PLOT] = {"plot", 0, "FILE", N_("draw a chart, too, as SVG")},
	[FOR] = {"for", 'W', "SPAN", N_("end after a span: 30, 90s, 15m, 8h")},
	[QUIET] = {"quiet", 'q', NULL, N_("only what is urgent on stderr")},
};

struct displacement_options {
	struct tocsin_displacement displacement;
	char *regions[TOCSIN_MAX_DISPLACEMENT_REGIONS];
	size_t region_count;
	char operation[TOCSIN_SLUG];
	const char *rules_path;
};

static const char *take_since(struct tocsin_figure_want *want, const char *value)
{
	switch (tocsin_time_read(value, tocsin_now_ms(), &want->from_ms)) {
	case TOCSIN_TIME_MOMENT:
	case TOCSIN_TIME_DAY:
		want->since = true;
		return NULL;
	case TOCSIN_TIME_NO_ZONE:
		return N_("wants a zone, such as 2024-04-01T00:00Z");
	default:
		return N_("wants a day or a span back, such as 2024-04-01 or -90d");
	}
}

static const char *take_plain(struct displacement_options *options, enum option index, char *value)
{
	struct tocsin_displacement *displacement = &options->displacement;
	switch (index) {
	case FROM:
		if (displacement->file_count == TOCSIN_MAX_DISPLACEMENT_FILES)
			return N_("too many files");
		displacement->files[displacement->file_count++] = value;
		return NULL;
	case REGION:
		if (options->region_count == TOCSIN_MAX_DISPLACEMENT_REGIONS)
			return N_("too many regions");
		options->regions[options->region_count++] = value;
		return NULL;
	case RULES:
		options->rules_path = value;
		return NULL;
	case PLOT:
		displacement->plot = value;
		return NULL;
	case ONCE:
		displacement->once = true;
		return NULL;
	case CSV:
		displacement->csv = displacement->once = true;
		return NULL;
	case JSON:
		displacement->json = true;
		return NULL;
	default:
		displacement->quiet = true;
		return NULL;
	}
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct displacement_options *options = ctx;
	struct tocsin_displacement *displacement = &options->displacement;
	switch ((enum option)index) {
	case AUDIENCE:
		displacement->audience = value;
		return tocsin_text_is_level(value, strlen(value)) ? NULL : N_("is no audience's name");
	case OPERATION:
		displacement->want.operation_key = options->operation;
		return tocsin_slug_write(value, options->operation) ? NULL : N_("cannot be taken");
	case SINCE:
		return take_since(&displacement->want, value);
	case EVERY:
		return tocsin_period_read(value, &displacement->want.every)
			? NULL
			: N_("knows day, week, month, quarter and year");
	case FOR:
		return tocsin_duration_read(value, &displacement->for_ms) && displacement->for_ms > 0
			? NULL
			: N_("wants a span such as 30, 90s, 15m or 8h");
	default:
		return take_plain(options, (enum option)index, value);
	}
}

static bool find_region(struct tocsin_displacement *displacement,
	const struct tocsin_gazetteer *gazetteer, const char *text)
{
	struct tocsin_figure_want *want = &displacement->want;
	struct tocsin_region_found found;
	if (gazetteer ? !tocsin_region_find(gazetteer, text, &found)
				  : !tocsin_region_guess(text, &found)) {
		fprintf(stderr, _("tocsin displacement: --region %s: %s\n"), text,
			gazetteer ? _("is not in the gazetteer, or several places have that name")
					  : _("wants a code such as ML05, ML/ML05 or ML (names need --rules)"));
		return false;
	}
	for (size_t i = 0; i < found.count; i++) {
		if (want->region_count == TOCSIN_MAX_DISPLACEMENT_REGIONS) {
			fprintf(stderr, _("tocsin displacement: too many regions\n"));
			return false;
		}
		displacement->regions[want->region_count++] = found.paths[i];
	}
	return true;
}

static enum tocsin_exit show_files(struct tocsin_displacement *displacement)
{
	struct tocsin_figure_load *load = tocsin_figure_load_begin(displacement->book);
	bool fine = load != NULL;
	if (!fine)
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
	for (size_t i = 0; fine && i < displacement->file_count; i++)
		fine = tocsin_figure_load_file(load, displacement->files[i]);
	fine = tocsin_figure_load_end(load) && fine;
	displacement->once = true;
	return fine && tocsin_displacement_show(displacement, 0, NULL) ? TOCSIN_EXIT_OK
																   : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit run(struct displacement_options *options)
{
	struct tocsin_displacement *displacement = &options->displacement;
	struct tocsin_ruleset *ruleset = NULL;
	enum tocsin_exit code = TOCSIN_EXIT_USAGE;
	if (options->rules_path && !(ruleset = tocsin_rule_file_load(options->rules_path)))
		return TOCSIN_EXIT_REFUSED;
	const struct tocsin_gazetteer *gazetteer = ruleset ? ruleset->gazetteer : NULL;
	bool fine = true;
	for (size_t i = 0; fine && i < options->region_count; i++)
		fine = find_region(displacement, gazetteer, options->regions[i]);
	displacement->want.regions = displacement->regions;
	displacement->book = tocsin_figure_book_create(gazetteer);
	displacement->arena = tocsin_arena_create(MAX_TABLE, &tocsin_heap);
	if (!displacement->book || !displacement->arena) {
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
		code = TOCSIN_EXIT_REFUSED;
	} else if (fine && displacement->file_count) {
		code = show_files(displacement);
	} else if (fine && tocsin_connection_complete(&displacement->connection)) {
		code = tocsin_displacement_follow(displacement);
	}
	tocsin_figure_book_destroy(displacement->book);
	tocsin_arena_destroy(displacement->arena);
	tocsin_ruleset_destroy(ruleset);
	return code;
}

enum tocsin_exit tocsin_run_displacement(int argc, char **argv)
{
	struct displacement_options options = {
		.displacement = {.audience = "partners", .want.every = TOCSIN_PERIOD_WEEK}};
	struct tocsin_displacement *displacement = &options.displacement;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&displacement->connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&displacement->connection),
	};
	const struct tocsin_usage usage = {
		.command = "displacement",
		.synopsis = N_("[OPTION]..."),
		.summary = N_("Displacement figures by place over time, none counted twice."),
		.example = "  tocsin displacement -h hub.example.org -u iom-duty --region SD\n"
				   "  tocsin displacement --from alerts.jsonl --every month --plot chart.svg",
		.notes = N_(
			"The newest figure of each operation, population, measure and place counts.\n"
			"Exit: 0 done, 1 refused, 2 usage, 3 cannot connect, 4 --once not done within --for."),
		.sets = sets,
		.set_count = sizeof(sets) / sizeof(*sets),
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		if (displacement->csv && displacement->json)
			code = tocsin_usage_fail(&usage, _("--csv and --json exclude each other"));
		else
			code = run(&options);
	}
	tocsin_connection_finish(&displacement->connection);
	return code;
}

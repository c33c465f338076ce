/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* rules/: a rule file to begin with, and the lists of places it names. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/setup/init.h"
#include "proto/limits.h"
#include "rules/csv.h"
#include "rules/limits.h"

enum { LIST_NAME = 8 };

static const char head[] =
	"# The rules of this hub, made by `tocsin init`, to be changed with `tocsin edit`, which\n"
	"# checks them before they are loaded. Every key is in tocsin-rules(5).\n"
	"#\n"
	"# Every rule that matches fires, and an audience gets one alert of an incident. What is\n"
	"# too sensitive for an audience is withheld from it; where nothing goes out, `default`\n"
	"# does, at once. After a change of members, senders or relays make ../acl again, too:\n"
	"# its first line says how.\n"
	"\n"
	"version: 1\n";

static const char rules[] =
	"rules:\n"
	"  # Violence, severe and above.\n"
	"  - id: violence\n"
	"    match:\n"
	"      region: %s\n"
	"      min_severity: severe       # minor < moderate < severe < extreme; unknown is none\n"
	"      event: [battles, violence_against_civilians, explosions_remote_violence]\n"
	"    alert: [{audience: partners, open: true, expires: 48h}]\n"
	"\n"
	"  # Extreme is never left to one kind of event or place.\n"
	"  - id: extreme\n"
	"    match: {severity: extreme}\n"
	"    alert: [{audience: partners, open: true, expires: 72h}]\n"
	"\n"
	"  # People on the move. At most ten an hour for one place; the rest comes as a digest.\n"
	"  - id: displacement-large\n"
	"    match: {region: %s, min_displaced: 500}\n"
	"    alert: [{audience: partners, open: true, expires: 14d}]\n"
	"    throttle: {per: [region, event], max: 10, in: 1h}\n"
	"\n"
	"  # Floods, droughts, hunger, sickness, ways that are closed.\n"
	"  - id: needs\n"
	"    match: {event: [disaster, food, health, access], min_severity: moderate}\n"
	"    alert: [{audience: partners, open: true, expires: 7d}]\n"
	"\n"
	"  # Severity unknown is not severity low. Partners are told when two senders say so;\n"
	"  # until then coordination is, through `default`.\n"
	"  - id: unknown-severity\n"
	"    match: {severity: unknown}\n"
	"    alert: [{audience: partners}]\n"
	"    corroborate: {reports: 2, independent: sender, within: 6h}\n"
	"\n"
	"  # What its reporter marked as fit for everyone, cut to the region and without names.\n"
	"  - id: public-notice\n"
	"    match:\n"
	"      sensitivity: low\n"
	"      event: [displacement, disaster, food, health, access]\n"
	"    alert: [{audience: public, expires: 7d}]\n"
	"\n"
	"# Where an incident goes that no rule sends anywhere, and what rules had to withhold.\n"
	"default:\n"
	"  alert: [{audience: coordination, open: true}]\n";

static void list_name(const struct tocsin_country *country, char name[LIST_NAME])
{
	snprintf(name, LIST_NAME, "%c%c.csv", tolower((unsigned char)country->alpha2[0]),
		tolower((unsigned char)country->alpha2[1]));
}

/* A file of the lists that ship. TOCSIN_IO with ENOENT where there is none. */
static enum tocsin_status read_list(
	const struct tocsin_init_plan *plan, const char *name, struct tocsin_input *input)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", plan->regions, name) < 0)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_input_read(path, TOCSIN_MAX_GAZETTEER_FILE, input);
	int reason = errno;
	free(path);
	errno = reason;
	return status;
}

/* errno as a failure that is none of the disk's. */
static bool fail(enum tocsin_status status)
{
	if (status == TOCSIN_LIMIT)
		errno = EFBIG;
	else if (status == TOCSIN_NO_MEMORY)
		errno = ENOMEM;
	return false;
}

static FILE *create_list(struct tocsin_init_plan *plan, const char *name)
{
	char *path = NULL;
	if (asprintf(&path, "rules/regions/%s", name) < 0)
		return NULL;
	FILE *out = tocsin_tree_create(&plan->tree, path, 0644, TOCSIN_TREE_OURS);
	int reason = errno;
	free(path);
	errno = reason;
	return out;
}

static bool copy_list(
	struct tocsin_init_plan *plan, const struct tocsin_country *country, bool *copied)
{
	struct tocsin_input input;
	char name[LIST_NAME];
	*copied = false;
	list_name(country, name);
	enum tocsin_status status = read_list(plan, name, &input);
	if (status == TOCSIN_IO && errno == ENOENT)
		return true;
	if (status != TOCSIN_OK)
		return fail(status);
	FILE *out = create_list(plan, name);
	if (out)
		fwrite(input.data, 1, input.size, out);
	*copied = out && tocsin_tree_end(out);
	tocsin_input_finish(&input);
	return *copied;
}

static bool is_ours(const struct tocsin_init_plan *plan, const bool *copied, const char *code)
{
	for (size_t i = 0; i < plan->country_count; i++)
		if (copied[i] && strncmp(plan->countries[i]->alpha2, code, 2) == 0)
			return true;
	return false;
}

static bool column_of(const struct tocsin_csv *csv, const char *title, size_t *column)
{
	for (size_t i = 0; i < csv->count; i++) {
		if (strcmp(csv->fields[i].text, title) != 0)
			continue;
		*column = i;
		return true;
	}
	return false;
}

/* The lines of villages whose country has its list here, as they are. */
static void filter_villages(const struct tocsin_init_plan *plan, const bool *copied,
	const struct tocsin_input *input, char *storage, FILE *out)
{
	struct tocsin_csv csv;
	size_t code;
	tocsin_csv_init(&csv, (const char *)input->data, input->size, storage);
	const char *from = csv.at;
	if (tocsin_csv_next(&csv) != TOCSIN_OK || !column_of(&csv, "P-Code", &code))
		return;
	fwrite(from, 1, (size_t)(csv.at - from), out);
	for (;;) {
		from = csv.at;
		enum tocsin_status status = tocsin_csv_next(&csv);
		if (status == TOCSIN_NOT_FOUND)
			return;
		if (status == TOCSIN_OK && csv.count > code && is_ours(plan, copied, csv.fields[code].text))
			fwrite(from, 1, (size_t)(csv.at - from), out);
	}
}

static bool copy_villages(struct tocsin_init_plan *plan, const bool *copied, bool *any)
{
	struct tocsin_input input;
	*any = false;
	enum tocsin_status status = read_list(plan, "places.csv", &input);
	if (status == TOCSIN_IO && errno == ENOENT)
		return true;
	if (status != TOCSIN_OK)
		return fail(status);
	char *storage = malloc(input.size + 1);
	FILE *out = storage ? create_list(plan, "places.csv") : NULL;
	if (out)
		filter_villages(plan, copied, &input, storage, out);
	*any = out && tocsin_tree_end(out);
	free(storage);
	tocsin_input_finish(&input);
	return *any;
}

static void write_places(
	const struct tocsin_init_plan *plan, const bool *copied, bool villages, FILE *out)
{
	const char *between = "";
	char name[LIST_NAME];
	size_t count = 0;
	for (size_t i = 0; i < plan->country_count; i++)
		count += copied[i];
	fputs("\n# Places: P-codes in the format of HDX's global list.\n", out);
	if (count > 0)
		fputs("gazetteer: [", out);
	for (size_t i = 0; i < plan->country_count; i++) {
		if (!copied[i])
			continue;
		list_name(plan->countries[i], name);
		fprintf(out, "%sregions/%s", between, name);
		between = ", ";
	}
	if (count > 0)
		fputs("]\n", out);
	if (villages)
		fputs("# Villages by name, so that a reporter need not know a P-code.\n"
			  "places: regions/places.csv\n",
			out);
	for (size_t i = 0; i < plan->country_count; i++)
		if (!copied[i])
			fprintf(out,
				"# No list came for %s (%s): only the country is known until one stands above.\n",
				plan->countries[i]->alpha2, plan->countries[i]->name);
}

static void write_audience(FILE *out, const char *name, const char *keys,
	const struct tocsin_user_names *members, const char *meaning)
{
	fprintf(out, "  # %s\n  %s: {%s", meaning, name, keys);
	for (size_t i = 0; i < members->count; i++)
		fprintf(out, "%s%s", i ? ", " : ", members: [", members->items[i]);
	fprintf(out, "%s}\n", members->count ? "]" : "");
}

static void write_audiences(const struct tocsin_init_plan *plan, FILE *out)
{
	fputs("\n# Who is alerted, and the most that each may see: low < moderate < high < severe.\n"
		  "audiences:\n",
		out);
	write_audience(out, "coordination", "max_sensitivity: severe", &plan->members[0],
		"exact place, names, sources");
	write_audience(out, "partners", "max_sensitivity: high", &plan->members[1],
		"to admin-3, point to two decimals");
	write_audience(out, "public", "max_sensitivity: low, format: [json]", &plan->members[2],
		"to admin-1, no names, ranges only");
}

static void write_senders(const struct tocsin_init_plan *plan, const char *countries, FILE *out)
{
	if (plan->senders.count == 0) {
		fputs("\n# Every account may report. To name those who may:\n"
			  "# senders:\n"
			  "#   field-1: {regions: [ML05 Mopti], max_rate: 60/min}\n\n",
			out);
		return;
	}
	fputs("\n# Who may report, and from where. Narrow the regions: a phone that is lost can then\n"
		  "# speak for no other place.\n"
		  "senders:\n",
		out);
	for (size_t i = 0; i < plan->senders.count; i++)
		fprintf(out, "  %s: {regions: %s, max_rate: 60/min}\n", plan->senders.items[i], countries);
	fputc('\n', out);
}

static void write_file(
	const struct tocsin_init_plan *plan, const bool *copied, bool villages, FILE *out)
{
	/* "[ML, BF]" */
	char countries[TOCSIN_MAX_INIT_COUNTRIES * 4 + 4];
	size_t at = 0;
	for (size_t i = 0; i < plan->country_count; i++)
		at += (size_t)snprintf(countries + at, sizeof(countries) - at, "%s%s", i ? ", " : "[",
			plan->countries[i]->alpha2);
	snprintf(countries + at, sizeof(countries) - at, "]");
	fputs(head, out);
	write_places(plan, copied, villages, out);
	write_audiences(plan, out);
	write_senders(plan, countries, out);
	fprintf(out, rules, countries, countries);
}

bool tocsin_init_write_rules(struct tocsin_init_plan *plan)
{
	bool copied[TOCSIN_MAX_INIT_COUNTRIES] = {false};
	bool any = false, villages = false;
	/* The broker writes beside the rules where an admin sets them over $CONTROL. */
	if (!tocsin_tree_folder(&plan->tree, "rules", 0700, TOCSIN_TREE_BROKERS) ||
		!tocsin_tree_folder(&plan->tree, "rules/regions", 0755, TOCSIN_TREE_OURS))
		return false;
	for (size_t i = 0; i < plan->country_count; i++) {
		if (!copy_list(plan, plan->countries[i], &copied[i]))
			return false;
		any = any || copied[i];
	}
	if (any && !copy_villages(plan, copied, &villages))
		return false;
	FILE *out = tocsin_tree_create(&plan->tree, "rules/rules.yaml", 0600, TOCSIN_TREE_BROKERS);
	if (!out)
		return false;
	write_file(plan, copied, villages, out);
	return tocsin_tree_end(out);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/rule/rehearse.h"

static long long whole(const json_t *object, const char *name)
{
	return (long long)json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name)
{
	const char *found = json_string_value(json_object_get(object, name));
	return found ? found : "";
}

static void put_value(const struct tocsin_paper *paper, const json_t *value)
{
	if (json_is_string(value)) {
		tocsin_put(paper, json_string_value(value));
	} else if (json_is_null(value)) {
		tocsin_say(paper, _("nothing"));
	} else {
		char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		tocsin_put(paper, dumped);
		free(dumped);
	}
}

static void print_difference(const struct tocsin_paper *paper, const json_t *difference)
{
	tocsin_say(paper, _("    %s\n      expected  "), text(difference, "field"));
	put_value(paper, json_object_get(difference, "expected"));
	tocsin_say(paper, _("\n      actual    "));
	put_value(paper, json_object_get(difference, "actual"));
	tocsin_say(paper, "\n");
}

static void print_failure(const struct tocsin_paper *paper, const char *file, const json_t *failure)
{
	size_t i;
	json_t *difference;
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	tocsin_say(paper, _("%s:%lld:%lld: step %lld, %s"), file, whole(failure, "line"),
		whole(failure, "column"), whole(failure, "step"), text(failure, "kind"));
	if (json_object_get(failure, "name"))
		tocsin_say(paper, " %s", text(failure, "name"));
	tocsin_say(paper, ": %s", text(failure, "what"));
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	tocsin_say(paper, "\n");
	json_array_foreach(json_object_get(failure, "differences"), i, difference)
	{
		print_difference(paper, difference);
	}
}

static void print_share(const struct tocsin_paper *paper, const char *name, const json_t *share)
{
	const json_t *missed = json_object_get(share, "missed");
	size_t i;
	json_t *label;
	tocsin_say(paper, _("  %-8s %3lld %%  %lld of %lld\n"), name, whole(share, "percent"),
		whole(share, "exercised"), whole(share, "of"));
	json_array_foreach(missed, i, label)
	{
		tocsin_say(paper,
			*name == 'r'       ? _("    never fired: %s\n")
				: *name == 'c' ? _("    never made the difference: %s\n")
							   : _("    never sent: %s\n"),
			json_string_value(label));
	}
}

void tocsin_rehearse_print(const json_t *result)
{
	const struct tocsin_paper paper = tocsin_paper_for(stdout);
	const json_t *coverage = json_object_get(result, "coverage");
	size_t i, k;
	json_t *scenario, *failure;
	json_array_foreach(json_object_get(result, "scenarios"), i, scenario)
	{
		const json_t *failures = json_object_get(scenario, "failures");
		const bool ok = json_is_true(json_object_get(scenario, "ok"));
		json_array_foreach(failures, k, failure)
		{
			print_failure(&paper, text(scenario, "file"), failure);
		}
		size_t steps = (size_t)whole(scenario, "steps");
		size_t expectations = (size_t)whole(scenario, "expectations");
		tocsin_say(&paper, tocsin_tongue_many("%s  %s: %zu step, ", "%s  %s: %zu steps, ", steps),
			ok ? _("ok    ") : _("FAILED"), text(scenario, "file"), steps);
		tocsin_say(&paper, tocsin_tongue_many("%zu expectation", "%zu expectations", expectations),
			expectations);
		if (!ok)
			tocsin_say(&paper,
				tocsin_tongue_many(", %zu not met", ", %zu not met", json_array_size(failures)),
				json_array_size(failures));
		tocsin_say(&paper, "\n");
	}
	if (!coverage)
		return;
	tocsin_say(&paper, _("coverage of %s\n"), text(result, "rules"));
	print_share(&paper, "rules", json_object_get(coverage, "rules"));
	print_share(&paper, "clauses", json_object_get(coverage, "clauses"));
	print_share(&paper, "outputs", json_object_get(coverage, "outputs"));
}

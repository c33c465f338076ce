/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/forecast.h"

#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/receipt_print.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "rules/span.h"

static int longest_id(const struct tocsin_forecast *forecast)
{
	size_t longest = 0;
	for (size_t i = 0; i < forecast->rule_count; i++) {
		size_t length = strlen(forecast->ruleset->rules[forecast->rules[i].rule].id);
		longest = length > longest ? length : longest;
	}
	return (int)longest;
}

/* "Mopti (ML05) > Mali (ML)", own region first. */
static void print_path(const struct tocsin_paper *paper, const struct tocsin_forecast *forecast)
{
	const struct tocsin_facts *facts = &forecast->facts;
	if (!forecast->rules)
		return;
	tocsin_say(paper, _("\nRegion: %s"), facts->depth ? "" : _("no known place"));
	for (size_t i = 0; i < facts->depth; i++) {
		const struct tocsin_region *region =
			tocsin_gazetteer_region(forecast->ruleset->gazetteer, facts->path[i]);
		tocsin_say(paper, "%s", i ? " > " : "");
		tocsin_put(paper, region->name);
		tocsin_say(paper, " (%s)", region->code);
	}
	tocsin_say(paper, "\n");
}

/* What an engine with a memory may hold back. */
static void print_holds(const struct tocsin_paper *paper, const struct tocsin_forecast *forecast,
	const struct tocsin_rule *rule)
{
	static const char *const names[] = {"region", "adm1", "event", "sender", "severity"};
	char span[TOCSIN_SPAN_TEXT];
	bool first = true;
	if (rule->throttle) {
		tocsin_span_write(rule->throttle->rate.per_ms, span);
		tocsin_say(paper, _("; would count toward its throttle of %u in %s"),
			(unsigned)rule->throttle->rate.max, span);
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			if (rule->throttle->per & 1U << i) {
				tocsin_say(paper, "%s%s", first ? _(" for each ") : _(" and "), names[i]);
				first = false;
			}
		}
	}
	if (rule->corroborate) {
		tocsin_span_write(rule->corroborate->within_ms, span);
		tocsin_say(paper, _("; waits for %u senders within %s"),
			(unsigned)rule->corroborate->reports, span);
	}
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_audience *audience =
			&forecast->ruleset->audiences[rule->outputs[i].audience];
		if (!rule->outputs[i].downgrade && forecast->facts.sensitivity > audience->max_sensitivity)
			tocsin_say(paper, _("; too sensitive for %s"), audience->name);
	}
}

static void print_rules(const struct tocsin_paper *paper, const struct tocsin_forecast *forecast)
{
	int width = longest_id(forecast);
	if (forecast->rule_count)
		tocsin_say(paper, _("\nRules, in the order of the file:\n"));
	for (size_t i = 0; i < forecast->rule_count; i++) {
		const struct tocsin_explained *explained = &forecast->rules[i];
		const struct tocsin_rule *rule = &forecast->ruleset->rules[explained->rule];
		tocsin_say(paper, "  %-*s  ", width, rule->id);
		if (!rule->enabled) {
			tocsin_say(paper, _("disabled\n"));
		} else if (!explained->reached) {
			tocsin_say(paper, _("not reached: an earlier rule says stop\n"));
		} else if (explained->matched) {
			tocsin_ink(paper, TOCSIN_INK_BOLD);
			tocsin_say(paper, _("matched"));
			tocsin_ink(paper, TOCSIN_INK_PLAIN);
			tocsin_say(paper, "%s", rule->stop ? _(", and stops here") : "");
			print_holds(paper, forecast, rule);
			tocsin_say(paper, "\n");
		} else {
			tocsin_say(paper, _("no: %s: the rule wants %s, the report has "),
				explained->clause ? explained->clause : "match",
				explained->wanted ? explained->wanted : _("something else"));
			tocsin_put(paper, explained->actual ? explained->actual : _("none"));
			tocsin_say(paper, "\n");
		}
	}
}

static void print_names(
	const struct tocsin_paper *paper, const char *before, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tocsin_say(paper, "%s", i ? ", " : before);
		tocsin_put(paper, names[i]);
	}
}

static void print_delivery(
	const struct tocsin_paper *paper, const struct tocsin_forecast_delivery *delivery, bool full)
{
	const Tocsin__V1__Alert *alert = delivery->alert;
	char text[TOCSIN_TIME_TEXT];
	tocsin_say(paper, "  ");
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	tocsin_put(paper, delivery->audience);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	if (!alert) {
		tocsin_say(paper, "\n");
		return;
	}
	tocsin_say(paper, _(" sees the %s column, QoS %u"),
		tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)alert->redaction),
		delivery->qos);
	if (delivery->open)
		tocsin_say(paper, _(", kept open"));
	if (alert->expires) {
		tocsin_time_write(tocsin_instant_ms(alert->expires), TOCSIN_TIME_MOMENT, text);
		tocsin_say(paper, _(", until %s"), text);
	}
	print_names(paper, _(", by "), alert->rules, alert->n_rules);
	if (alert->n_rules == 0)
		tocsin_say(paper, _(", by the default route"));
	print_names(paper, _(", held back by "), alert->held_by, alert->n_held_by);
	tocsin_say(paper, "\n");
	for (size_t i = 0; i < delivery->topic_count; i++) {
		tocsin_say(paper, "    ");
		tocsin_put(paper, delivery->topics[i]);
		tocsin_say(paper, "%s\n", delivery->twin ? _("  (and its -json twin)") : "");
	}
	if (full) {
		tocsin_say(paper, "    ");
		tocsin_json_line(&alert->base, paper->out);
	}
}

void tocsin_forecast_print(const struct tocsin_forecast *forecast, bool full)
{
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	const Tocsin__V1__Receipt *receipt = forecast->receipt;
	if (receipt->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED) {
		tocsin_say(&paper, _("The hub would refuse it:\n"));
		tocsin_violations_print(&paper, receipt->violations, receipt->n_violations, "  ");
		return;
	}
	tocsin_say(&paper, _("The hub would accept it%s\n"), receipt->n_violations ? _(", with") : ".");
	tocsin_violations_print(&paper, receipt->violations, receipt->n_violations, "  ");
	print_path(&paper, forecast);
	print_rules(&paper, forecast);
	if (!forecast->rule_count)
		tocsin_say(&paper, _("\nA Cancel walks no rules: it follows the versions it ends.\n"));
	static const char *const routings[] = {
		[TOCSIN__V1__ROUTING__ROUTING_UNSPECIFIED] = "?",
		[TOCSIN__V1__ROUTING__ROUTING_ROUTED] = N_("routed"),
		[TOCSIN__V1__ROUTING__ROUTING_HELD] = N_("held"),
		[TOCSIN__V1__ROUTING__ROUTING_DEFAULTED] = N_("defaulted"),
	};
	tocsin_say(&paper, _("\nDecision: %s"),
		_(routings[receipt->routing <= TOCSIN__V1__ROUTING__ROUTING_DEFAULTED ? receipt->routing
																			  : 0]));
	print_names(&paper, _(", fired "), receipt->rules, receipt->n_rules);
	print_names(&paper, _(", held back by "), receipt->held_by, receipt->n_held_by);
	tocsin_say(&paper, "\n");
	for (size_t i = 0; i < forecast->delivery_count; i++)
		print_delivery(&paper, &forecast->deliveries[i], full);
	if (forecast->delivery_count == 0)
		tocsin_say(&paper, _("  nobody is sent an alert\n"));
}

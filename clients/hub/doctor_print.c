/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/json_out.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/hub/doctor.h"

static const char *const names[TOCSIN_MARKS] = {
	[TOCSIN_MARK_OK] = N_("ok"),
	[TOCSIN_MARK_WARN] = N_("warn"),
	[TOCSIN_MARK_FAIL] = N_("FAIL"),
	[TOCSIN_MARK_UNSEEN] = N_("unseen"),
};

static void print_place(
	const struct tocsin_paper *paper, const struct tocsin_doctor_finding *finding)
{
	tocsin_put(paper, finding->file);
	if (finding->line_number)
		tocsin_say(paper, ":%u", finding->line_number);
}

static void print_advice(
	const struct tocsin_paper *paper, const struct tocsin_doctor_finding *finding)
{
	tocsin_say(paper, "%s", _("; "));
	if (finding->line) {
		tocsin_say(paper, "%s ", finding->line_number ? _("write at") : _("write in"));
		print_place(paper, finding);
	} else {
		tocsin_say(paper, "%s", _("type"));
	}
	tocsin_say(paper, "%s", _(": "));
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	tocsin_put(paper, finding->type);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
}

/* Names of files and users are the operator's, and yet safe on a terminal. */
static void print_finding(
	const struct tocsin_paper *paper, const struct tocsin_doctor_finding *finding)
{
	const bool loud = finding->mark == TOCSIN_MARK_FAIL;
	if (loud)
		tocsin_ink(paper, TOCSIN_INK_BOLD);
	tocsin_say(paper, "%-6s", _(names[finding->mark]));
	if (loud)
		tocsin_ink(paper, TOCSIN_INK_PLAIN);
	tocsin_say(paper, " %s%s", finding->check, _(": "));
	tocsin_put(paper, finding->what);
	if (finding->why) {
		tocsin_say(paper, "%s", _(": "));
		tocsin_put(paper, finding->why);
	}
	if (finding->type)
		print_advice(paper, finding);
	tocsin_say(paper, "\n");
}

void tocsin_doctor_print(const struct tocsin_doctor *doctor, FILE *out)
{
	const struct tocsin_paper paper = tocsin_paper_for(out);
	for (size_t i = 0; i < doctor->count; i++)
		print_finding(&paper, &doctor->findings[i]);
	tocsin_say(&paper,
		tocsin_tongue_many(
			"%zu thing to mend", "%zu things to mend", doctor->marks[TOCSIN_MARK_FAIL]),
		doctor->marks[TOCSIN_MARK_FAIL]);
	tocsin_say(&paper,
		tocsin_tongue_many(", %zu warning", ", %zu warnings", doctor->marks[TOCSIN_MARK_WARN]),
		doctor->marks[TOCSIN_MARK_WARN]);
	tocsin_say(&paper, _(", %zu ok, %zu not seen\n"), doctor->marks[TOCSIN_MARK_OK],
		doctor->marks[TOCSIN_MARK_UNSEEN]);
}

static json_t *finding_value(const struct tocsin_doctor_finding *finding)
{
	static const char *const words[TOCSIN_MARKS] = {"ok", "warn", "fail", "unseen"};
	json_t *value = json_pack("{s:s, s:s, s:s}", "check", finding->check, "mark",
		words[finding->mark], "what", finding->what ? finding->what : "");
	if (finding->why)
		json_object_set_new(value, "why", json_string(finding->why));
	if (finding->type)
		json_object_set_new(value, finding->line ? "write" : "type", json_string(finding->type));
	if (finding->file)
		json_object_set_new(value, "file", json_string(finding->file));
	if (finding->file && finding->line_number)
		json_object_set_new(value, "line", json_integer((json_int_t)finding->line_number));
	return value;
}

bool tocsin_doctor_print_json(const struct tocsin_doctor *doctor, bool ok, FILE *out)
{
	json_t *list = json_array();
	for (size_t i = 0; i < doctor->count; i++)
		json_array_append_new(list, finding_value(&doctor->findings[i]));
	return tocsin_json_line_value(json_pack("{s:b, s:I, s:I, s:I, s:I, s:o}", "ok", ok, "failures",
									  (json_int_t)doctor->marks[TOCSIN_MARK_FAIL], "warnings",
									  (json_int_t)doctor->marks[TOCSIN_MARK_WARN], "unseen",
									  (json_int_t)doctor->marks[TOCSIN_MARK_UNSEEN], "fine",
									  (json_int_t)doctor->marks[TOCSIN_MARK_OK], "findings", list),
		out);
}

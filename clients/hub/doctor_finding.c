/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor.h"

const struct tocsin_spot tocsin_nowhere = {NULL, 0};

/* {0} to {4} at text; -1: there is none. */
static int slot_at(const char *text)
{
	return text[0] == '{' && text[1] >= '0' && text[1] < '0' + TOCSIN_REMARK_ARGUMENTS &&
			text[2] == '}'
		? text[1] - '0'
		: -1;
}

/* As one word of a shell, whatever a file is called. */
static void put_word(const char *text, FILE *out)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+=,-";
	if (*text && text[strspn(text, plain)] == '\0') {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

char *tocsin_remark_text(
	const char *text, const char *const arguments[TOCSIN_REMARK_ARGUMENTS], bool command)
{
	char *filled = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&filled, &length);
	if (!out)
		return NULL;
	while (*text) {
		const int slot = slot_at(text);
		const char *argument = slot >= 0 && arguments[slot] ? arguments[slot] : "?";
		if (slot < 0)
			fputc(*text, out);
		else if (command)
			put_word(argument, out);
		else
			fputs(argument, out);
		text += slot < 0 ? 1 : 3;
	}
	if (fclose(out) == 0)
		return filled;
	free(filled);
	return NULL;
}

/* NULL for NULL; otherwise in the language of who reads. */
static char *fill(
	struct tocsin_doctor *doctor, const char *text, const char *const *arguments, bool command)
{
	if (!text)
		return NULL;
	char *filled = tocsin_remark_text(doctor->english ? text : _(text), arguments, command);
	doctor->out_of_memory = doctor->out_of_memory || !filled;
	return filled;
}

static struct tocsin_doctor_finding *new_finding(struct tocsin_doctor *doctor)
{
	if (doctor->count == TOCSIN_MAX_DOCTOR_FINDINGS)
		return NULL;
	if (!doctor->findings)
		doctor->findings = calloc(TOCSIN_MAX_DOCTOR_FINDINGS, sizeof(*doctor->findings));
	doctor->out_of_memory = doctor->out_of_memory || !doctor->findings;
	return doctor->findings ? &doctor->findings[doctor->count++] : NULL;
}

static void add(struct tocsin_doctor *doctor, const struct tocsin_remark *remark,
	struct tocsin_spot place, const char *const *arguments)
{
	struct tocsin_doctor_finding *finding = new_finding(doctor);
	doctor->said = true;
	doctor->marks[remark->mark]++;
	if (!finding)
		return;
	*finding = (struct tocsin_doctor_finding){
		.check = doctor->check,
		.mark = remark->mark,
		.what = fill(doctor, remark->what, arguments, false),
		.why = fill(doctor, remark->why, arguments, false),
		.type = fill(doctor, remark->type, arguments, !remark->line),
		.line = remark->line,
		.file = place.file ? strdup(place.file) : NULL,
		.line_number = place.line,
	};
}

void tocsin_doctor_say(
	struct tocsin_doctor *doctor, const struct tocsin_remark *remark, struct tocsin_spot place, ...)
{
	const char *arguments[TOCSIN_REMARK_ARGUMENTS] = {NULL};
	va_list list;
	va_start(list, place);
	for (size_t i = 0; i < TOCSIN_REMARK_ARGUMENTS; i++) {
		arguments[i] = va_arg(list, const char *);
		if (!arguments[i])
			break;
	}
	va_end(list);
	add(doctor, remark, place, arguments);
}

void tocsin_doctor_say_closed(struct tocsin_doctor *doctor, const char *path)
{
	static const struct tocsin_remark closed = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("{0} is closed to whoever runs this"),
		.type = "sudo tocsin doctor {1}"};
	tocsin_doctor_say(doctor, &closed, (struct tocsin_spot){path, 0}, path, doctor->path, NULL);
}

void tocsin_doctor_examine(struct tocsin_doctor *doctor)
{
	const unsigned has = (doctor->path ? TOCSIN_NEEDS_CONF : 0U) |
		(doctor->plugged ? TOCSIN_NEEDS_PLUGIN : 0U) |
		(doctor->connection ? TOCSIN_NEEDS_LINE : 0U);
	for (size_t i = 0; i < tocsin_doctor_check_count && !doctor->interrupted; i++) {
		const struct tocsin_doctor_check *check = &tocsin_doctor_checks[i];
		if ((check->needs & ~has) != 0)
			continue;
		doctor->check = check->name;
		doctor->said = false;
		const bool looked = check->look(doctor);
		const struct tocsin_remark fine = {.mark = TOCSIN_MARK_OK, .what = check->fine};
		if (looked && !doctor->said)
			tocsin_doctor_say(doctor, &fine, tocsin_nowhere, NULL);
	}
}

void tocsin_doctor_finish(struct tocsin_doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++) {
		free(doctor->findings[i].what);
		free(doctor->findings[i].why);
		free(doctor->findings[i].type);
		free(doctor->findings[i].file);
	}
	free(doctor->findings);
	doctor->findings = NULL;
	doctor->count = 0;
	tocsin_ruleset_destroy(doctor->rules);
	doctor->rules = NULL;
	json_decref(doctor->status);
	json_decref(doctor->heartbeat);
	doctor->status = doctor->heartbeat = NULL;
	tocsin_acl_finish(&doctor->acl);
	tocsin_conf_finish(&doctor->conf);
}

struct tocsin_spot tocsin_doctor_at(
	const struct tocsin_doctor *doctor, const struct tocsin_conf_line *line)
{
	return line ? (struct tocsin_spot){line->file, line->line}
				: (struct tocsin_spot){doctor->path, 0};
}

const char *tocsin_doctor_option(const struct tocsin_doctor *doctor, const char *name)
{
	const struct tocsin_conf_line *line =
		doctor->plugged ? tocsin_conf_plugin_option(&doctor->conf, &doctor->plugin, name) : NULL;
	return line && *line->value ? line->value : NULL;
}

const struct tocsin_conf_line *tocsin_doctor_acl(const struct tocsin_doctor *doctor)
{
	return tocsin_conf_find(&doctor->conf, "acl_file");
}

bool tocsin_doctor_dynsec(const struct tocsin_doctor *doctor, struct tocsin_conf_plugin *plugin)
{
	return tocsin_conf_plugin(&doctor->conf, "dynamic_security", 0, plugin);
}

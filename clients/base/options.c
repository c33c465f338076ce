/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"

enum { MAX_NAME = 64, MAX_NAMES = 256 };

enum tocsin_exit tocsin_usage_fail(const struct tocsin_usage *usage, const char *format, ...)
{
	va_list args;
	fprintf(stderr, _("tocsin %s: "), usage->command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, _("\nTry 'tocsin %s --help'.\n"), usage->command);
	return TOCSIN_EXIT_USAGE;
}

static bool find_name(
	const struct tocsin_option_set *set, const char *name, size_t length, size_t *index)
{
	for (size_t i = 0; i < set->count; i++) {
		const char *own = set->options[i].name;
		if (strlen(own) == length && memcmp(own, name, length) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool find_letter(const struct tocsin_option_set *set, char letter, size_t *index)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->options[i].letter == letter) {
			*index = i;
			return true;
		}
	}
	return false;
}

static const char *nearest_option(
	const struct tocsin_option_set *sets, size_t count, const char *name)
{
	const char *names[MAX_NAMES + 1];
	size_t used = 0;
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < sets[s].count && used < MAX_NAMES; i++)
			names[used++] = sets[s].options[i].name;
	names[used] = NULL;
	return tocsin_nearest(name, names);
}

static enum tocsin_exit fail_unknown(
	const struct tocsin_usage *usage, char *argument, const char *name, size_t length)
{
	char text[MAX_NAME + 1];
	size_t kept = length < MAX_NAME ? length : MAX_NAME;
	memcpy(text, name, kept);
	text[kept] = '\0';
	/* Without what stands behind it, which might be a password. */
	argument[argument[1] == '-' ? 2 + length : 2] = '\0';
	const char *near = nearest_option(usage->sets, usage->set_count, text);
	if (near)
		return tocsin_usage_fail(
			usage, _("unknown option %.*s; did you mean --%s?"), MAX_NAME, argument, near);
	return tocsin_usage_fail(usage, _("unknown option %.*s"), MAX_NAME, argument);
}

struct found_option {
	const struct tocsin_option_set *set;
	size_t index;
	char *value; /* glued to the option, or NULL */
};

static bool find_option(
	const struct tocsin_usage *usage, char *argument, struct found_option *found)
{
	bool is_long = argument[1] == '-';
	char *name = argument + (is_long ? 2 : 1);
	size_t length = is_long ? strcspn(name, "=") : 1;
	for (size_t s = 0; s < usage->set_count; s++) {
		const struct tocsin_option_set *set = &usage->sets[s];
		if (is_long ? !find_name(set, name, length, &found->index)
					: !find_letter(set, name[0], &found->index))
			continue;
		found->set = set;
		found->value = NULL;
		if (is_long && name[length] == '=')
			found->value = name + length + 1;
		else if (!is_long && name[1] != '\0')
			found->value = name + 1;
		return true;
	}
	return false;
}

static bool take_option(
	const struct tocsin_usage *usage, int argc, char **argv, int *at, enum tocsin_exit *code)
{
	struct found_option found;
	char *argument = argv[*at];
	if (!find_option(usage, argument, &found)) {
		bool is_long = argument[1] == '-';
		const char *name = argument + (is_long ? 2 : 1);
		*code = fail_unknown(usage, argument, name, strcspn(name, "="));
		return false;
	}
	const struct tocsin_option *option = &found.set->options[found.index];
	if (!option->value && found.value) {
		*code = tocsin_usage_fail(usage, _("--%s takes no value"), option->name);
		return false;
	}
	if (option->value && !found.value) {
		if (*at + 1 >= argc) {
			*code = tocsin_usage_fail(
				usage, _("--%s wants a value: --%s %s"), option->name, option->name, option->value);
			return false;
		}
		found.value = argv[++*at];
	}
	const char *wrong = found.set->take(found.set->ctx, found.index, found.value);
	if (wrong) {
		*code = tocsin_usage_fail(usage, _("--%s: %s"), option->name, _(wrong));
		return false;
	}
	return true;
}

/* What the command itself takes; how to connect, the last set, is the same in all. */
static void print_screen(const struct tocsin_usage *usage)
{
	struct tocsin_usage own = *usage;
	if (own.set_count > 1)
		own.set_count--;
	tocsin_usage_print(&own, stdout);
	if (own.set_count < usage->set_count)
		printf(_("\n'tocsin %s --help-all' adds how to connect.\n"), usage->command);
}

bool tocsin_options_parse(const struct tocsin_usage *usage, int argc, char **argv,
	struct tocsin_operands *operands, enum tocsin_exit *code)
{
	bool only_operands = false;
	*operands = (struct tocsin_operands){0};
	for (int at = 1; at < argc; at++) {
		char *argument = argv[at];
		if (only_operands || argument[0] != '-' || argument[1] == '\0') {
			if (operands->count >= usage->max_operands) {
				*code =
					tocsin_usage_fail(usage, _("one argument too many: %.*s"), MAX_NAME, argument);
				return false;
			}
			operands->items[operands->count++] = argument;
		} else if (strcmp(argument, "--") == 0) {
			only_operands = true;
		} else if (strcmp(argument, "--help") == 0 && usage->screen) {
			puts(_(usage->screen));
			*code = TOCSIN_EXIT_OK;
			return false;
		} else if (strcmp(argument, "--help") == 0) {
			print_screen(usage);
			*code = TOCSIN_EXIT_OK;
			return false;
		} else if (strcmp(argument, "--help-all") == 0) {
			tocsin_usage_print(usage, stdout);
			*code = TOCSIN_EXIT_OK;
			return false;
		} else if (!take_option(usage, argc, argv, &at, code)) {
			return false;
		}
	}
	return true;
}

const char *tocsin_options_give(
	const struct tocsin_option_set *set, const char *option, char *value, const char **near)
{
	size_t index;
	*near = NULL;
	bool is_long = strncmp(option, "--", 2) == 0;
	bool is_letter = !is_long && option[0] == '-' && option[1] != '\0' && option[2] == '\0';
	if (is_long ? !find_name(set, option + 2, strlen(option + 2), &index)
				: !is_letter || !find_letter(set, option[1], &index)) {
		*near = nearest_option(set, 1, option + strspn(option, "-"));
		return N_("unknown option");
	}
	if (!set->options[index].value != !value)
		return value ? N_("takes no value") : N_("wants a value");
	return set->take(set->ctx, index, value);
}

static void print_option(const struct tocsin_option *option, FILE *out)
{
	char left[MAX_NAME];
	if (option->letter)
		snprintf(left, sizeof(left), "-%c, --%s%s%s", option->letter, option->name,
			option->value ? " " : "", option->value ? option->value : "");
	else
		snprintf(left, sizeof(left), "    --%s%s%s", option->name, option->value ? " " : "",
			option->value ? option->value : "");
	if (strlen(left) > 26)
		fprintf(out, "  %s\n  %-26s  %s\n", left, "", _(option->help));
	else
		fprintf(out, "  %-26s  %s\n", left, _(option->help));
}

void tocsin_usage_print(const struct tocsin_usage *usage, FILE *out)
{
	fprintf(out, _("%s\n\n%s\n\nUsage: tocsin %s %s\n"), _(usage->summary), usage->example,
		usage->command, _(usage->synopsis));
	for (size_t s = 0; s < usage->set_count; s++) {
		const struct tocsin_option_set *set = &usage->sets[s];
		fprintf(out, "\n%s\n", _(set->title));
		for (size_t i = 0; i < set->count; i++)
			if (set->options[i].help)
				print_option(&set->options[i], out);
	}
	if (usage->notes)
		fprintf(out, "\n%s\n", _(usage->notes));
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/control.h"
#include "proto/instant.h"

enum { MAX_DIGITS = 10 };

enum option {
	REGION,
	EVENT,
	SEVERITY,
	SENDER,
	MATCH,
	EVERYTHING,
	AUDIENCE,
	REASON,
	AUTHOR,
	FROM,
	UNTIL,
	EXTREME,
	JSON,
};

static const struct tocsin_option own_options[] = {
	[REGION] = {"region", 'r', "PLACE", N_("hold back what is about this region; again for more")},
	[EVENT] = {"event", 'e', "EVENT", N_("of this kind; again for more")},
	[SEVERITY] = {"severity", 's', "LEVEL", N_("of this severity; again for more")},
	[SENDER] = {"sender", 0, "NAME", N_("from this sender; again for more")},
	[MATCH] = {"match", 'm', "KEY=VALUE", N_("any other key of a rule's match; again for more")},
	[EVERYTHING] = {"everything", 0, NULL, N_("hold back everything: there is no match")},
	[AUDIENCE] = {"audience", 'a', "NAME",
		N_("from this audience only (from all); again for more")},
	[REASON] = {"reason", 0, "TEXT", N_("why, for the others; required")},
	[AUTHOR] = {"author", 0, "NAME", N_("on whose word (your user name)")},
	[FROM] = {"from", 0, "TIME", N_("when it begins (now)")},
	[UNTIL] = {"until", 0, "TIME",
		N_("when it ends: +4h, 2024-08-07T19:00Z; required, 30 days at most")},
	[EXTREME] = {"include-extreme", 0, NULL, N_("extreme incidents, too: they pass otherwise")},
	[JSON] = {"json", 0, NULL, N_("print the hub's answer as one line of JSON")},
};

struct silence {
	json_t *match, *audiences, *rest;
	bool everything, json;
};

/* A key that takes a number takes it without quotes; one that takes a text does not
 * mind. */
static json_t *plain_value(const char *value)
{
	int64_t number;
	size_t length = strlen(value);
	bool digits = length > 0 && length <= MAX_DIGITS && strspn(value, "0123456789") == length;
	if (digits && (value[0] != '0' || length == 1) && tocsin_number_read(value, &number))
		return json_integer((json_int_t)number);
	return json_string(value);
}

static const char *add(json_t *object, const char *key, const char *value)
{
	json_t *list = json_object_get(object, key);
	if (!list && json_object_set_new(object, key, json_array()) == 0)
		list = json_object_get(object, key);
	return json_array_append_new(list, plain_value(value)) == 0 ? NULL : N_("is not UTF-8");
}

static const char *add_match(struct silence *silence, char *value)
{
	char *equals = strchr(value, '=');
	if (!equals || equals == value)
		return N_("wants a key and a value, such as min_severity=severe");
	*equals = '\0';
	const char *wrong = add(silence->match, value, equals + 1);
	*equals = '=';
	return wrong;
}

static const char *set_time(struct silence *silence, const char *key, const char *value)
{
	Google__Protobuf__Timestamp stamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	int64_t time_ms;
	switch (tocsin_time_read(value, tocsin_now_ms(), &time_ms)) {
	case TOCSIN_TIME_WRONG:
		return N_("wants a time such as +4h or 2024-08-07T19:00Z");
	case TOCSIN_TIME_NO_ZONE:
		return N_("must say its zone: end it with Z for UTC, or with an offset such as +02:00");
	case TOCSIN_TIME_MOMENT:
	case TOCSIN_TIME_DAY:
		break;
	}
	tocsin_instant_set(&stamp, tocsin_instant_floor(time_ms, 1000));
	tocsin_instant_write(&stamp, text);
	return json_object_set_new(silence->rest, key, json_string(text)) == 0 ? NULL
																		   : N_("out of memory");
}

static const char *set_text(struct silence *silence, const char *key, const char *value)
{
	return json_object_set_new(silence->rest, key, json_string(value)) == 0 ? NULL
																			: N_("is not UTF-8");
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct silence *silence = ctx;
	switch ((enum option)index) {
	case REGION:
		return add(silence->match, "region", value);
	case EVENT:
		return add(silence->match, "event", value);
	case SEVERITY:
		return add(silence->match, "severity", value);
	case SENDER:
		return add(silence->match, "sender", value);
	case MATCH:
		return add_match(silence, value);
	case EVERYTHING:
		silence->everything = true;
		return NULL;
	case AUDIENCE:
		return json_array_append_new(silence->audiences, json_string(value)) == 0
			? NULL
			: N_("is not UTF-8");
	case REASON:
		return set_text(silence, "reason", value);
	case AUTHOR:
		return set_text(silence, "author", value);
	case FROM:
		return set_time(silence, "from", value);
	case UNTIL:
		return set_time(silence, "until", value);
	case EXTREME:
		json_object_set_new(silence->rest, "include_extreme", json_true());
		return NULL;
	case JSON:
		silence->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

/* A key with one value takes a scalar; some take nothing else. */
static void unwrap(json_t *match)
{
	const char *key;
	json_t *list;
	void *next;
	json_object_foreach_safe(match, next, key, list) if (json_array_size(list) == 1)
		json_object_set(match, key, json_array_get(list, 0));
}

static json_t *arguments_of_add(const struct silence *silence)
{
	json_t *form = json_deep_copy(silence->rest);
	json_t *match = json_deep_copy(silence->match);
	unwrap(match);
	json_object_set_new(form, "match", match);
	if (json_array_size(silence->audiences) > 0)
		json_object_set(form, "audiences", silence->audiences);
	return form;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static void print_list(const json_t *data)
{
	const json_t *list = json_object_get(data, "silences");
	json_t *item;
	size_t i;
	if (json_array_size(list) == 0)
		puts(_("No silences."));
	json_array_foreach(list, i, item)
	{
		char *match = json_dumps(json_object_get(item, "match"), 0);
		char *audiences = json_dumps(json_object_get(item, "audiences"), 0);
		printf(
			_("%s  until %s, by %s: %s\n  match %s\n  audiences %s%s\n  held back so far: %lld\n"),
			text_of(item, "id"), text_of(item, "until"), text_of(item, "author"),
			text_of(item, "reason"), match ? match : "{}", audiences ? audiences : _("all"),
			json_is_true(json_object_get(item, "include_extreme")) ? _(", extreme included") : "",
			(long long)json_integer_value(json_object_get(item, "held")));
		free(match);
		free(audiences);
	}
}

static enum tocsin_exit ask(const struct silence *silence, struct tocsin_connection *connection,
	const char *command, json_t *arguments)
{
	struct tocsin_control control = {.session.signals = -1};
	json_t *response = NULL;
	if (!tocsin_connection_complete(connection)) {
		json_decref(arguments);
		return TOCSIN_EXIT_USAGE;
	}
	enum tocsin_exit code = tocsin_control_open(&control, connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_control_ask(&control, command, arguments, TOCSIN_CONTROL_WAIT_MS, &response);
	else
		json_decref(arguments);
	const char *error = tocsin_control_error(response);
	const json_t *data = json_object_get(response, "data");
	if (error)
		fprintf(stderr, _("tocsin silence: the hub refuses: %s\n"), error);
	if (response && silence->json)
		tocsin_json_line_value(json_incref(response), stdout);
	else if (response && !error && strcmp(command, "listSilences") == 0)
		print_list(data);
	else if (response && !error)
		printf("%s %s\n", text_of(data, "id"),
			strcmp(command, "addSilence") == 0 ? _("is in force") : _("has ended"));
	json_decref(response);
	tocsin_control_close(&control);
	return code;
}

static enum tocsin_exit run(const struct tocsin_usage *usage, const struct silence *silence,
	struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	const char *what = operands->count > 0 ? operands->items[0] : "";
	bool matches = json_object_size(silence->match) > 0;
	if (strcmp(what, "list") == 0 && operands->count == 1)
		return ask(silence, connection, "listSilences", NULL);
	if (strcmp(what, "end") == 0 && operands->count == 2)
		return ask(
			silence, connection, "deleteSilence", json_pack("{s:s}", "id", operands->items[1]));
	if (strcmp(what, "add") != 0 || operands->count != 1)
		return tocsin_usage_fail(usage, _("wants add, list, or end ID"));
	if (!json_object_get(silence->rest, "reason") || !json_object_get(silence->rest, "until"))
		return tocsin_usage_fail(usage, _("a silence wants a --reason and an end (--until)"));
	if (matches == silence->everything)
		return tocsin_usage_fail(usage,
			matches ? _("--everything goes without a match")
					: _("wants to know what to hold back: --region, --event, --match ... (or "
						"--everything)"));
	return ask(silence, connection, "addSilence", arguments_of_add(silence));
}

enum tocsin_exit tocsin_run_silence(int argc, char **argv)
{
	struct silence silence = {json_object(), json_array(), json_object(), false, false};
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{N_("Options of add"), own_options, sizeof(own_options) / sizeof(*own_options), take,
			&silence},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "silence",
		.synopsis = N_("add [OPTION]... | list | end ID"),
		.summary = N_("Hold alerts back for a while; what was held comes as a digest."),
		.example = "  tocsin silence add --region ML05 --event protests --until +4h \\\n"
				   "      --reason 'announced march, known to all' -h hub.example -u admin\n"
				   "  tocsin silence list -h hub.example -u admin\n"
				   "  tocsin silence end silence-1 -h hub.example -u admin",
		.notes =
			N_("A silence never holds an Update or a Cancel, nor anything extreme unless\n"
			   "--include-extreme says so. Exit: 0 done, 1 refused, 2 usage, 3 cannot connect,\n"
			   "4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 2,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&usage, &silence, &connection, &operands);
	tocsin_connection_finish(&connection);
	json_decref(silence.match);
	json_decref(silence.audiences);
	json_decref(silence.rest);
	return code;
}

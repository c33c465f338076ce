/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Prints what the table of keys says: `schema` as JSON Schema, `table` as the tables
 * of the operator's guide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/keys.h"
#include "rules/keys_schema.h"
#include "rules/keys_takes.h"

static int print_schema(void)
{
	json_t *schema = tocsin_keys_schema();
	if (!schema)
		return EXIT_FAILURE;
	int status = json_dumpf(schema, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(schema);
	return status == 0 && puts("") != EOF ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void print_key(const struct tocsin_key *key)
{
	char takes[TOCSIN_MAX_TAKES], absent[TOCSIN_MAX_TAKES];
	tocsin_key_takes(key, takes);
	tocsin_key_default(key, absent);
	printf("| `%s` | %s | %s | %s | `%s` |\n", key->name, takes,
		key->required ? "**required**" : absent, key->doc, key->example);
}

static int print_table(void)
{
	static const enum tocsin_scope scopes[] = {TOCSIN_SCOPE_TOP, TOCSIN_SCOPE_AUDIENCE,
		TOCSIN_SCOPE_SENDER, TOCSIN_SCOPE_RULE, TOCSIN_SCOPE_MATCH, TOCSIN_SCOPE_TIME,
		TOCSIN_SCOPE_OUTPUT, TOCSIN_SCOPE_THROTTLE, TOCSIN_SCOPE_CORROBORATE, TOCSIN_SCOPE_DEFAULT,
		TOCSIN_SCOPE_SILENCE};
	static const char *const titles[] = {"The file", "One of `audiences`", "One of `senders`",
		"One of `rules`", "`match` and `not`", "`time`", "One of `alert`, and `defaults`",
		"`throttle`", "`corroborate`", "`default`", "A silence, a document of its own"};
	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
		size_t count;
		const struct tocsin_key *keys = tocsin_keys_of(scopes[i], &count);
		printf("### %s\n\n| key | takes | without it | what it does | example |\n"
			   "|---|---|---|---|---|\n",
			titles[i]);
		for (size_t key = 0; key < count; key++)
			print_key(&keys[key]);
		puts("");
	}
	return EXIT_SUCCESS;
}

int main(int count, char **arguments)
{
	if (count == 2 && strcmp(arguments[1], "schema") == 0)
		return print_schema();
	if (count == 2 && strcmp(arguments[1], "table") == 0)
		return print_table();
	fprintf(stderr, "usage: %s schema|table\n", arguments[0]);
	return 2;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/csv.h"

/* Records as "[field|field]line:column" of the last field, faults as "!fault@l:c".
 * The text has no room behind it, and neither has the storage, so that a sanitizer
 * sees one byte too many. */
static void check(const char *text, size_t length, const char *expected)
{
	char *copy = malloc(length ? length : 1), *storage = malloc(length + 1), *shown;
	memcpy(copy, text, length);
	size_t size;
	FILE *out = open_memstream(&shown, &size);
	static struct tocsin_csv csv;
	tocsin_csv_init(&csv, copy, length, storage);
	enum tocsin_status status;
	while ((status = tocsin_csv_next(&csv)) != TOCSIN_NOT_FOUND) {
		if (status == TOCSIN_INVALID) {
			fprintf(out, "!%s@%u:%u", csv.fault, csv.fault_line, csv.fault_column);
			continue;
		}
		assert_int_equal(status, TOCSIN_OK);
		for (size_t i = 0; i < csv.count; i++) {
			assert_int_equal(strlen(csv.fields[i].text), csv.fields[i].length);
			fprintf(out, "%c%s", i ? '|' : '[', csv.fields[i].text);
		}
		fprintf(out, "]%u:%u", csv.fields[csv.count - 1].line, csv.fields[csv.count - 1].column);
	}
	fclose(out);
	assert_string_equal(shown, expected);
	free(shown);
	free(storage);
	free(copy);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void reads_records(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK("\n\r\n\n", "");
	CHECK("a", "[a]1:1");
	CHECK("a,b\n", "[a|b]1:3");
	CHECK("a,b\r\nc,d", "[a|b]1:3[c|d]2:3");
	CHECK("a,\n,b\n,", "[a|]1:3[|b]2:2[|]3:2");
	CHECK("\n\na\n\nb\n", "[a]3:1[b]5:1");
	CHECK("\xEF\xBB\xBF"
		  "a,b\n",
		"[a|b]1:3");
	CHECK("a\rb,c", "[a\rb|c]1:5");
	CHECK("S\xC3\xA9gou,x", "[S\xC3\xA9gou|x]1:7");
}

static void undoes_quotes(void **state)
{
	(void)state;
	CHECK("\"a\",\"b\"\n", "[a|b]1:5");
	CHECK("\"Bogota, D.C.\",x", "[Bogota, D.C.|x]1:16");
	CHECK("\"say \"\"no\"\"\",x", "[say \"no\"|x]1:14");
	CHECK("\"\",\"\"\"\"", "[|\"]1:4");
	CHECK("\"a\nb\",c\nd", "[a\nb|c]2:4[d]3:1");
	CHECK("\xEF\xBB\xBF\"a\",b\r\n", "[a|b]1:5");
}

static void reports_broken_records(void **state)
{
	(void)state;
	CHECK("a\"b,c\nd", "!a quote inside an unquoted field@1:2[d]2:1");
	CHECK("\"a\"b,c\nd", "!text after a closing quote@1:4[d]2:1");
	CHECK("a\nb,\"c\nd\n", "[a]1:1!a quote that nothing closes@2:3");
	CHECK("\"", "!a quote that nothing closes@1:1");
	CHECK("a,b\0c\nd", "!a NUL byte@1:3[d]2:1");
	char wide[2 * TOCSIN_MAX_COLUMNS + 4];
	memset(wide, ',', sizeof(wide));
	memcpy(wide + sizeof(wide) - 2, "\nx", 2);
	check(wide, sizeof(wide), "!too many columns@1:65[x]2:1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_records),
		cmocka_unit_test(undoes_quotes),
		cmocka_unit_test(reports_broken_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

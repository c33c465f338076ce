/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/hub/journal_print.h"

static json_t *read(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, 0, &error);
	if (!value)
		fail_msg("%s: %s", error.text, text);
	return value;
}

static void assert_row(const char *row, const char *expected)
{
	json_t *value = read(row);
	struct page page;
	page_open(&page);
	const struct tocsin_paper paper = {page.out, false};
	setenv("TZ", "UTC", 1);
	tocsin_journal_print_row(&paper, value);
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
	json_decref(value);
}

#define SENT                                                                                       \
	"{\"verdict\": \"accepted\", \"received\": \"2024-08-07T18:30:59.9Z\", \"sender\":"            \
	" \"mopti-17\", \"msg_type\": \"alert\", \"status\": \"actual\", \"event\": \"battles\","      \
	" \"severity\": \"severe\", \"region\": \"ML/ML05\", \"bytes_kept\": true, "
#define SENT_CELLS                                                                                 \
	"2024-08-07 18:30 UTC  mopti-17          severe battles                  ML/ML05           "

static void what_became_of_it(void **state)
{
	(void)state;
	assert_row(SENT
		"\"routing\": \"routed\", \"rules\": [\"a\", \"b\"], \"held_by\": [], \"alerts\":"
		" [{\"audience\": \"partners\"}, {\"audience\": \"partners\"},"
		" {\"audience\": \"public\"}]}",
		SENT_CELLS "sent to partners, public, by a, b\n");
	assert_row(SENT "\"routing\": \"routed\", \"rules\": [\"a\", \"b\"], \"held_by\": [\"b\"],"
					" \"alerts\": [{\"audience\": \"partners\"}]}",
		SENT_CELLS "sent to partners, by a, held back by b\n");
	assert_row(SENT "\"routing\": \"defaulted\", \"rules\": [], \"held_by\": [], \"alerts\":"
					" [{\"audience\": \"coord\"}]}",
		SENT_CELLS "by default to coord\n");
	assert_row(SENT
		"\"routing\": \"held\", \"rules\": [\"b\"], \"held_by\": [\"b\"], \"alerts\": []}",
		SENT_CELLS "no alert, held back by b\n");
	assert_row(
		"{\"verdict\": \"accepted\", \"received\": \"2024-08-07T18:30:00Z\", \"msg_type\":"
		" \"update\", \"status\": \"exercise\", \"event\": \"violence_against_civilians\","
		" \"severity\": \"unknown\", \"routing\": \"routed\", \"rules\": [], \"held_by\": [],"
		" \"alerts\": [], \"bytes_kept\": false}",
		"2024-08-07 18:30 UTC  -                 violence against civilians, update, exercise  -"
		"                 no alert, its text is no longer kept\n");
}

#define REFUSED                                                                                    \
	"\"verdict\": \"rejected\", \"received\": \"2024-08-07T18:30:00Z\", \"violations\": ["         \
	"{\"field\": \"sent\", \"check\": \"sent.clock\", \"level\": \"warning\", \"message\": "       \
	"\"late\"},"                                                                                   \
	"{\"field\": \"severity\", \"check\": \"severity.required\", \"level\": \"error\","            \
	" \"message\": \"is required\"},"                                                              \
	"{\"field\": \"\", \"check\": \"wire.broken\", \"level\": \"error\", \"message\": \"is "       \
	"broken\"}]"

static void refused(void **state)
{
	(void)state;
	assert_row("{" REFUSED ", \"sender\": \"\\u001b[31mred\\u202e\"}",
		"2024-08-07 18:30 UTC  <U+001B>[31mred<U+202E>         -                               -"
		"                 refused: severity: is required [severity.required] and 1 more\n");
	json_t *refusal = read("{" REFUSED ", \"sender\": \"gao-2\", \"size\": 17, \"row\": 3}");
	struct page page;
	page_open(&page);
	const struct tocsin_paper paper = {page.out, false};
	tocsin_journal_print_refusal(&paper, refusal);
	assert_string_equal(page_text(&page),
		"2024-08-07 18:30 UTC  gao-2             no id that could be read, 17 bytes\n"
		"  warning: sent: late [sent.clock]\n"
		"  severity: is required [severity.required]\n"
		"  is broken [wire.broken]\n");
	page_close(&page);
	json_decref(refusal);
}

/* A reader of CSV: fields of a line, quotes taken off. */
static size_t split(char *line, char *fields[64])
{
	size_t count = 0;
	char *to = line;
	bool quoted = false;
	fields[count++] = to;
	for (char *at = line; *at; at++) {
		if (*at == '"' && quoted && at[1] == '"')
			*to++ = *at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (*at == ',' && !quoted) {
			*to++ = '\0';
			assert_true(count < 64);
			fields[count++] = to;
		} else
			*to++ = *at;
	}
	*to = '\0';
	assert_false(quoted);
	return count;
}

static void assert_csv(const char *row, const char *column, const char *expected)
{
	json_t *value = read(row);
	char *heads[64] = {NULL};
	char *hashes[64] = {NULL};
	char *cells[64] = {NULL};
	struct page page;
	page_open(&page);
	tocsin_journal_csv_head(page.out);
	tocsin_journal_csv_row(page.out, value);
	char *text = strdup(page_text(&page));
	char *tags = strstr(text, "\r\n");
	assert_non_null(tags);
	*tags = '\0';
	char *data = strstr(tags + 2, "\r\n");
	assert_non_null(data);
	*data = '\0';
	assert_true(tags[2] == '#');
	char *end = strstr(data + 2, "\r\n");
	assert_non_null(end);
	assert_int_equal(end[2], '\0');
	*end = '\0';
	const size_t count = split(text, heads);
	assert_int_equal(split(tags + 2, hashes), count);
	assert_int_equal(split(data + 2, cells), count);
	size_t at = 0;
	while (at < count && strcmp(heads[at], column) != 0)
		at++;
	assert_true(at < count);

	assert_true(hashes[at] && *hashes[at] == '#');
	assert_string_equal(cells[at], expected);
	free(text);
	page_close(&page);
	json_decref(value);
}

static void csv(void **state)
{
	static const char sent[] =
		SENT "\"region\": \"ML/ML05/ML0503/ML050301/ML05030101\", \"routing\": \"routed\","
			 " \"revision\": 2, \"rules\": [\"a\", \"b\"], \"held_by\": [], \"violations\": [],"
			 " \"incident_id\": \"1-2\", \"alerts\": [{\"audience\": \"partners\"}, {\"audience\":"
			 " \"partners\"}, {\"audience\": \"public\"}]}";
	static const char hostile[] =
		"{" REFUSED ", \"sender\": \"=1+1\", \"incident_id\": \"a\\\"b,c\\r\\nd\\u001b\"}";
	(void)state;
	assert_csv(sent, "country", "ML");
	assert_csv(sent, "adm1", "ML05");
	assert_csv(sent, "adm3", "ML050301");
	assert_csv(sent, "place", "ML05030101");
	assert_csv(sent, "revision", "2");
	assert_csv(sent, "audiences", "partners public");
	assert_csv(sent, "alerts", "3");
	assert_csv(sent, "rules", "a b");
	assert_csv(sent, "held_by", "");
	assert_csv(sent, "violations", "");
	assert_csv(sent, "bytes_kept", "true");
	assert_csv(sent, "sha256", "");
	assert_csv(SENT "\"alerts\": []}", "adm2", "");
	assert_csv(SENT "\"alerts\": []}", "place", "ML05");
	assert_csv(hostile, "sender", "'=1+1");
	assert_csv(hostile, "incident_id", "a\"b,c  d ");
	assert_csv(hostile, "violations", "sent.clock severity.required wire.broken");
	assert_csv(hostile, "country", "");
	assert_csv("{\"sender\": \"-x\", \"incident_id\": \"@y\"}", "sender", "'-x");
	assert_csv("{\"sender\": \"-x\", \"incident_id\": \"@y\"}", "incident_id", "'@y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_became_of_it),
		cmocka_unit_test(refused),
		cmocka_unit_test(csv),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

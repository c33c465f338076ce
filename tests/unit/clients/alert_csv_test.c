/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/alert/alert_csv.h"
#include "clients/base/csv_cell.h"

static size_t commas(const char *line)
{
	size_t count = 0;
	bool quoted = false;
	for (; *line && *line != '\r'; line++) {
		quoted = quoted != (*line == '"');
		count += *line == ',' && !quoted;
	}
	return count;
}

static void a_line_beneath_two_of_heads(void **state)
{
	struct page page;
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	page_open(&page);
	tocsin_alert_csv_head(page.out);
	tocsin_alert_csv_row(page.out,
		rig_alert(arena,
			"{'id':'a1','incident_id':'i1','sent':'2024-08-07T19:00:00Z','status':'exercise',"
			"'msg_type':'update','revision':2,'severity':'severe','event':{'type':'battles'},"
			"'area':{'country':'ML','pcodes':['ML05','ML0503'],'name':'Djenn\\u00e9, Mopti',"
			"'reported_pcode':'ML050377',"
			"'point':{'latitude':0,'longitude':-4.5}},"
			"'casualty_claims':[{'kind':'killed','low':21,'high':40,'claimant':'R \\\"F\\\" I'},"
			"{'kind':'killed','claimant_class':'official','not_reported':true},"
			"{'kind':'injured','high':0},{'kind':'missing','low':3}],"
			"'disputed':true,'source_grade':'B2','text':'=cmd|x','rules':['-r1','r2'],"
			"'audience':'partners','sequence':7}"));
	const char *text = page_text(&page), *tags = strstr(text, "\r\n") + 2;
	const char *row = strstr(tags, "\r\n") + 2;
	assert_memory_equal(text, "alert_id,incident_id,sent,", 26);
	assert_memory_equal(tags, "#meta+id,#meta+id+incident,#date+sent,", 38);
	assert_int_equal(commas(tags), commas(text));
	assert_int_equal(commas(row), commas(text));
	assert_string_equal(row,
		"\"a1\",\"i1\",\"2024-08-07T19:00:00Z\",,,\"exercise\",\"update\",2,\"severe\",,,"
		"\"battles\",,"
		"\"ML\",\"ML05\",\"ML0503\",,\"ML0503\",\"Djenn\u00e9, Mopti\",0,-4.5,"
		"\"21-40 (R \"\"F\"\" I); not reported (official)\",\"up to 0\",\"3+\",,true,\"B2\","
		"\"'=cmd|x\",\"'-r1 r2\",\"partners\",7,\"ML050377\"\r\n");
	page_close(&page);
	tocsin_arena_destroy(arena);
}

static void an_alert_that_says_nothing(void **state)
{
	struct page page;
	const Tocsin__V1__Alert nothing = TOCSIN__V1__ALERT__INIT;
	(void)state;
	page_open(&page);
	tocsin_alert_csv_row(page.out, &nothing);
	assert_string_equal(page_text(&page), ",,,,,,,0,,,,,,,,,,,,,,,,,,false,,,,,0,\r\n");
	page_close(&page);
}

static void no_cell_runs_or_breaks_the_line(void **state)
{
	static const struct {
		const char *text, *cell;
	} rows[] = {
		{"", ""},
		{"a\r\nb\x7f", "\"a  b \""},
		{"+1", "\"'+1\""},
		{"@x", "\"'@x\""},
		{"\tx", "\"' x\""},
		{"a,\"b\"", "\"a,\"\"b\"\"\""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct page page;
		page_open(&page);
		tocsin_csv_text(page.out, rows[i].text, strlen(rows[i].text));
		assert_string_equal(page_text(&page), rows[i].cell);
		page_close(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_beneath_two_of_heads),
		cmocka_unit_test(an_alert_that_says_nothing),
		cmocka_unit_test(no_cell_runs_or_breaks_the_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/alert/xml.h"

static void elements_stand_in_their_order(void **state)
{
	struct tocsin_xml xml;
	struct page page;
	(void)state;
	page_open(&page);
	tocsin_xml_start(&xml, page.out);
	tocsin_xml_open(&xml, "a", "urn:x");
	tocsin_xml_text(&xml, "b", "one\ntwo\tthree");
	tocsin_xml_open(&xml, "c", NULL);
	tocsin_xml_line(&xml, "d", "one\ntwo\tthree\rfour");
	tocsin_xml_close(&xml, "c");
	tocsin_xml_close(&xml, "a");
	assert_string_equal(page_text(&page),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<a xmlns=\"urn:x\">\n"
		"  <b>one\ntwo\tthree</b>\n"
		"  <c>\n"
		"    <d>one two three four</d>\n"
		"  </c>\n"
		"</a>\n");
	page_close(&page);
}

static void what_is_empty_is_left_out(void **state)
{
	struct tocsin_xml xml;
	struct page page;
	(void)state;
	page_open(&page);
	xml = (struct tocsin_xml){.out = page.out};
	tocsin_xml_text(&xml, "a", NULL);
	tocsin_xml_text(&xml, "a", "");
	tocsin_xml_line(&xml, "a", "");
	assert_string_equal(page_text(&page), "");
	page_close(&page);
}

static void check_text(const char *text, const char *expected)
{
	struct tocsin_xml xml;
	struct page page;
	page_open(&page);
	xml = (struct tocsin_xml){.out = page.out};
	tocsin_xml_text(&xml, "a", text);
	char whole[256];
	snprintf(whole, sizeof(whole), "<a>%s</a>\n", expected);
	assert_string_equal(page_text(&page), whole);
	page_close(&page);
}

#define R "\xEF\xBF\xBD"

static void no_text_breaks_the_document(void **state)
{
	(void)state;
	check_text("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;");
	check_text("]]>", "]]&gt;");
	check_text("\"'", "\"'");
	check_text("a\r\nb", "a&#13;\nb");
	/* Control characters of both kinds, DEL, what is no character at all. */
	check_text("a\001b\033[31m", "a" R "b" R "[31m");
	check_text("\x7f\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", R R R R "\xc2\xa0");
	check_text("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", R R R);
	/* No UTF-8: a stray byte, an overlong form, half a surrogate, cut short. */
	check_text("\xff", R);
	check_text("\xc0\xaf", R R);
	check_text("\xed\xa0\x80", R R R);
	check_text("\xe2\x82", R R);
	check_text("\xf4\x90\x80\x80", R R R R);
	check_text("Tinzaouat\xc3\xa8ne \xf0\x9f\x94\x94", "Tinzaouat\xc3\xa8ne \xf0\x9f\x94\x94");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_stand_in_their_order),
		cmocka_unit_test(what_is_empty_is_left_out),
		cmocka_unit_test(no_text_breaks_the_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

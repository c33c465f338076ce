/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/report/receipt_print.h"

static Google__Protobuf__Timestamp received(void)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	time.seconds = 1723039320; /* 2024-08-07T14:02:00Z */
	return time;
}

static void print(const Tocsin__V1__Receipt *receipt, bool here, struct page *page)
{
	page_open(page);
	const struct tocsin_paper paper = {page->out, false};
	setenv("TZ", "UTC", 1);
	tocsin_receipt_print(&paper, receipt, here);
}

static void recorded_and_routed(void **state)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Google__Protobuf__Timestamp time = received();
	char rule[] = "mopti-violence";
	char *rules[] = {rule};
	struct page page;
	(void)state;
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	receipt.routing = TOCSIN__V1__ROUTING__ROUTING_ROUTED;
	receipt.durable = 1;
	receipt.received = &time;
	receipt.topics = 2;
	receipt.rules = rules;
	receipt.n_rules = 1;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page),
		"recorded at 2024-08-07 14:02 UTC, routed to 2 topics by mopti-violence\n");
	page_close(&page);
	assert_int_equal(tocsin_receipt_exit(&receipt), TOCSIN_EXIT_OK);

	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_DUPLICATE;
	receipt.durable = 0;
	receipt.topics = 1;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page),
		"already accepted at 2024-08-07 14:02 UTC (the hub keeps no journal: keep your copy), "
		"routed to 1 topic by mopti-violence\n");
	page_close(&page);
	assert_int_equal(tocsin_receipt_exit(&receipt), TOCSIN_EXIT_OK);
}

static void held_and_defaulted(void **state)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	char rule[] = "unconfirmed";
	char *rules[] = {rule};
	struct page page;
	(void)state;
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	receipt.routing = TOCSIN__V1__ROUTING__ROUTING_HELD;
	receipt.durable = 1;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page), "recorded, held: no alert has gone out yet\n");
	page_close(&page);
	receipt.routing = TOCSIN__V1__ROUTING__ROUTING_DEFAULTED;
	receipt.topics = 1;
	print(&receipt, false, &page);
	assert_string_equal(
		page_text(&page), "recorded, passed on by the default route to 1 topic: no rule matched\n");
	page_close(&page);
	receipt.rules = receipt.held_by = rules;
	receipt.n_rules = receipt.n_held_by = 1;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page),
		"recorded, passed on by the default route to 1 topic\n  held back by unconfirmed\n");
	page_close(&page);
}

static void deferred_says_when_to_ask(void **state)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	char reason[] = "disk";
	struct page page;
	(void)state;
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_DEFERRED;
	receipt.reason = reason;
	receipt.retry_after = 30;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page), "not recorded (disk): keep it, ask again in 30 s\n");
	page_close(&page);
	assert_int_equal(tocsin_receipt_exit(&receipt), TOCSIN_EXIT_TIMEOUT);
}

static void every_violation_is_told(void **state)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Tocsin__V1__Violation warning = TOCSIN__V1__VIOLATION__INIT,
						  error = TOCSIN__V1__VIOLATION__INIT;
	Tocsin__V1__Violation *violations[] = {&warning, &error};
	char level_w[] = "warning", level_e[] = "error", field[] = "location.pcode",
		 check[] = "location.pcode.form", message[] = "must be\033[2J short",
		 check_w[] = "sent.clock", message_w[] = "differs";
	struct page page;
	(void)state;
	warning.level = level_w;
	warning.check = check_w;
	warning.message = message_w;
	error.level = level_e;
	error.field = field;
	error.check = check;
	error.message = message;
	receipt.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	receipt.violations = violations;
	receipt.n_violations = 2;
	print(&receipt, false, &page);
	assert_string_equal(page_text(&page),
		"refused\n  location.pcode: must be<U+001B>[2J short [location.pcode.form]\n"
		"  warning: differs [sent.clock]\n");
	page_close(&page);
	print(&receipt, true, &page);
	assert_has(page_text(&page), "not sent: the hub would refuse it\n");
	page_close(&page);
	assert_int_equal(tocsin_receipt_exit(&receipt), TOCSIN_EXIT_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_and_routed),
		cmocka_unit_test(held_and_defaulted),
		cmocka_unit_test(deferred_says_when_to_ask),
		cmocka_unit_test(every_violation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The load generator: publishers with a window of incidents under way, subscribers that
 * acknowledge what they receive, one thread, one line of JSON about how it went.
 *
 * Usage: load --port N --topic T --payload FILE... [--filter F...] [--count N] [--first N]
 *   [--publishers N] [--window N] [--subscribers N] [--qos 0|1] [--rate N] [--nap US]
 *   [--prefix NAME] [--receipts] [--subscribes] */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/load_link.h"
#include "broker/load_run.h"

enum { MAX_PAYLOADS = 64, MAX_PAYLOAD_BYTES = 512 * 1024 };

static struct load_payload payload_read(const char *path)
{
	struct load_payload payload = {.bytes = malloc(MAX_PAYLOAD_BYTES)};
	FILE *file = fopen(path, "rb");

	if (!file || !payload.bytes)
		load_fail("%s cannot be read", path);
	payload.size = fread(payload.bytes, 1, MAX_PAYLOAD_BYTES, file);
	fclose(file);
	const uint8_t *mark = memmem(payload.bytes, payload.size, LOAD_MARK, strlen(LOAD_MARK));
	if (!mark)
		load_fail("%s has no id with %s", path, LOAD_MARK);
	payload.number_at = (size_t)(mark - payload.bytes) + strlen(LOAD_MARK);
	if (payload.number_at + LOAD_NUMBER_DIGITS > payload.size)
		load_fail("%s is cut", path);
	return payload;
}

static uint64_t number_read(const char *text, uint64_t least, uint64_t most)
{
	char *end;
	const uint64_t number = strtoull(text, &end, 10);

	if (end == text || *end != '\0' || number < least || number > most)
		load_fail("%s: a number from %llu to %llu", text, (unsigned long long)least,
			(unsigned long long)most);
	return number;
}

static void take_option(struct load_plan *plan, struct load_payload *set, int option)
{
	switch (option) {
	case 'p':
		plan->port = (uint16_t)number_read(optarg, 1, UINT16_MAX);
		return;
	case 't':
		plan->topic = optarg;
		return;
	case 'b':
		if (plan->set_count == MAX_PAYLOADS)
			load_fail("at most %d payloads", MAX_PAYLOADS);
		set[plan->set_count++] = payload_read(optarg);
		return;
	case 'f':
		if (plan->filter_count == LOAD_MAX_FILTERS)
			load_fail("at most %d filters", LOAD_MAX_FILTERS);
		plan->filters[plan->filter_count++] = optarg;
		return;
	case 'c':
		plan->count = number_read(optarg, 1, 100000000);
		return;
	case 'n':
		plan->first = number_read(optarg, 0, 100000000000);
		return;
	case 'i':
		plan->publishers = number_read(optarg, 1, LOAD_MAX_LINKS / 2);
		return;
	case 'w':
		plan->window = number_read(optarg, 1, 10000);
		return;
	case 's':
		plan->subscribers = number_read(optarg, 0, LOAD_MAX_LINKS / 2);
		return;
	case 'q':
		plan->qos = (unsigned)number_read(optarg, 0, 1);
		return;
	case 'd':
		plan->nap_us = (unsigned)number_read(optarg, 0, 100000);
		return;
	case 'r':
		plan->interval_us = (unsigned)(1000000 / number_read(optarg, 1, 1000000));
		return;
	case 'x':
		plan->prefix = optarg;
		return;
	case 'a':
		plan->receipts = true;
		return;
	case 'u':
		plan->subscribes = true;
		return;
	default:
		exit(2);
	}
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left;
	const uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void print_times(const char *name, uint32_t *times_us, uint64_t count)
{
	qsort(times_us, count, sizeof(*times_us), compare);
	printf(", \"%s_us\": {\"p50\": %u, \"p90\": %u, \"p99\": %u, \"max\": %u}", name,
		times_us[(count - 1) / 2], times_us[(count - 1) * 9 / 10], times_us[(count - 1) * 99 / 100],
		times_us[count - 1]);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"port", required_argument, NULL, 'p'},
		{"topic", required_argument, NULL, 't'},
		{"payload", required_argument, NULL, 'b'},
		{"filter", required_argument, NULL, 'f'},
		{"count", required_argument, NULL, 'c'},
		{"first", required_argument, NULL, 'n'},
		{"publishers", required_argument, NULL, 'i'},
		{"window", required_argument, NULL, 'w'},
		{"subscribers", required_argument, NULL, 's'},
		{"qos", required_argument, NULL, 'q'},
		{"nap", required_argument, NULL, 'd'},
		{"rate", required_argument, NULL, 'r'},
		{"prefix", required_argument, NULL, 'x'},
		{"receipts", no_argument, NULL, 'a'},
		{"subscribes", no_argument, NULL, 'u'},
		{0},
	};
	struct load_payload set[MAX_PAYLOADS];
	struct load_plan plan = {.prefix = "load",
		.set = set,
		.publishers = 1,
		.subscribers = 1,
		.window = 1,
		.count = 1000,
		.qos = 1};
	struct load_result result;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&plan, set, option);
	if (plan.port == 0 || !plan.topic || plan.set_count == 0 || optind < argc)
		load_fail("--port, --topic and --payload are needed, and nothing beside options");
	if (plan.subscribers * plan.filter_count + plan.receipts == 0)
		load_fail("nothing comes of these incidents: --filter or --receipts");
	load_run(&plan, &result);
	printf("{\"count\": %llu, \"seconds\": %.6f", (unsigned long long)plan.count, result.seconds);
	if (plan.subscribers * plan.filter_count > 0)
		print_times("alert", result.alert_us, plan.count);
	if (plan.receipts)
		print_times("receipt", result.receipt_us, plan.count);
	puts("}");
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a step of a scenario expects. */
#include <string.h>

#include "clients/base/number.h"
#include "clients/rule/rehearsal_yaml.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

static void read_audience(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_message *)into)->audience =
		tocsin_rehearsal_text(reading, node, "audience");
}

static void read_topic(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_message *)into)->topic =
		tocsin_rehearsal_text(reading, node, "topic");
}

static void read_open(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_message *)into)->open = tocsin_rehearsal_flag(reading, node, "open");
}

static void read_qos(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_rehearsal_text(reading, node, "qos");
	int64_t qos;
	if (text && tocsin_number_read(text, &qos) && qos >= 0 && qos <= 2)
		((struct tocsin_rehearsal_message *)into)->qos = (int)qos;
	else if (text)
		tocsin_rehearsal_error(reading, node, "qos is 0, 1 or 2");
}

static void read_alert_fields(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_message *)into)->fields = tocsin_rehearsal_keep(
		reading, tocsin_rehearsal_fields(reading, &tocsin__v1__alert__descriptor, node));
}

static void read_alert(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, struct tocsin_rehearsal_message *alert)
{
	static const struct tocsin_rehearsal_key keys[] = {
		{"audience", read_audience},
		{"topic", read_topic},
		{"fields", read_alert_fields},
		{"open", read_open},
		{"qos", read_qos},
		{NULL, NULL},
	};
	tocsin_rehearsal_mapping(reading, node, "an expected alert", keys, alert);
	if (node->kind == TOCSIN_YAML_MAPPING && !alert->audience)
		tocsin_rehearsal_error(reading, node, "an expected alert names its audience");
}

/* A digest is told by its fields alone. */
static void read_digest(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, struct tocsin_rehearsal_message *digest)
{
	digest->fields = tocsin_rehearsal_keep(
		reading, tocsin_rehearsal_fields(reading, &tocsin__v1__digest__descriptor, node));
	digest->audience = json_string_value(json_object_get(digest->fields, "audience"));
	if (node->kind == TOCSIN_YAML_MAPPING && !digest->audience)
		tocsin_rehearsal_error(reading, node, "an expected digest names its audience");
}

static struct tocsin_rehearsal_message *read_list(struct tocsin_rehearsal_reading *reading,
	const struct tocsin_yaml_node *node, const char *what, size_t *count,
	void (*read)(struct tocsin_rehearsal_reading *, const struct tocsin_yaml_node *,
		struct tocsin_rehearsal_message *))
{
	*count = 0;
	if (node->kind != TOCSIN_YAML_LIST) {
		tocsin_rehearsal_error(reading, node, "%s is a list; [] for none", what);
		return NULL;
	}
	struct tocsin_rehearsal_message *messages =
		tocsin_rehearsal_alloc(reading, node->size, sizeof(*messages));
	const struct tocsin_yaml_node *item = tocsin_rehearsal_first(reading, node);
	for (; messages && item; item = tocsin_rehearsal_next(reading, item)) {
		struct tocsin_rehearsal_message *message = &messages[(*count)++];
		message->at = tocsin_rehearsal_at(item);
		message->open = message->qos = -1;
		read(reading, item, message);
	}
	return messages;
}

static void read_alerts(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_expect *expect = into;
	expect->alerts_given = true;
	expect->alerts_at = tocsin_rehearsal_at(node);
	expect->alerts = read_list(reading, node, "alerts", &expect->alert_count, read_alert);
}

static void read_digests(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_expect *expect = into;
	expect->digests_given = true;
	expect->digests_at = tocsin_rehearsal_at(node);
	expect->digests = read_list(reading, node, "digests", &expect->digest_count, read_digest);
}

/* A receipt's violations are told by the ids of their checks. */
static void read_receipt(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_expect *expect = into;
	expect->receipt_at = tocsin_rehearsal_at(node);
	if (node->kind != TOCSIN_YAML_MAPPING) {
		tocsin_rehearsal_error(reading, node, "receipt is a mapping");
		return;
	}
	json_t *checks = NULL;
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	for (const struct tocsin_yaml_node *value; key; key = tocsin_rehearsal_next(reading, value)) {
		value = tocsin_rehearsal_next(reading, key);
		if (!value)
			break;
		if (key->kind != TOCSIN_YAML_SCALAR ||
			strcmp(tocsin_yaml_text(&reading->document, key), "violations") != 0)
			continue;
		size_t count = 0;
		const char **ids = tocsin_rehearsal_texts(reading, value, "a check id", &count);
		checks = json_array();
		for (size_t i = 0; i < count; i++)
			json_array_append_new(checks, json_string(ids[i]));
		/* The rest is read by the descriptor, which has them as mappings. */
		reading->document.nodes[value - reading->document.nodes].kind = TOCSIN_YAML_BROKEN;
	}
	json_t *receipt = tocsin_rehearsal_fields(reading, &tocsin__v1__receipt__descriptor, node);
	if (checks)
		json_object_set_new(receipt, "violations", checks);
	expect->receipt = tocsin_rehearsal_keep(reading, receipt);
}

static void read_no_alerts(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_expect *expect = into;
	expect->no_alerts_at = tocsin_rehearsal_at(node);
	expect->no_alerts =
		tocsin_rehearsal_texts(reading, node, "an audience", &expect->no_alert_count);
}

static void read_cleared(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_rehearsal_expect *expect = into;
	expect->cleared_given = true;
	expect->cleared_at = tocsin_rehearsal_at(node);
	expect->cleared = tocsin_rehearsal_texts(reading, node, "a topic", &expect->cleared_count);
}

static void read_only(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	((struct tocsin_rehearsal_expect *)into)->others =
		!tocsin_rehearsal_flag(reading, node, "only");
}

static void read_reload(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	const char *text = tocsin_rehearsal_text(reading, node, "reload");
	if (text && strcmp(text, "accepted") != 0 && strcmp(text, "refused") != 0)
		tocsin_rehearsal_error(reading, node, "reload is accepted or refused");
	((struct tocsin_rehearsal_expect *)into)->reload_refused = text && strcmp(text, "refused") == 0;
}

void tocsin_rehearsal_read_expect(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node, void *into)
{
	static const struct tocsin_rehearsal_key keys[] = {
		{"receipt", read_receipt},
		{"alerts", read_alerts},
		{"no_alerts", read_no_alerts},
		{"digests", read_digests},
		{"cleared", read_cleared},
		{"reload", read_reload},
		{"only", read_only},
		{NULL, NULL},
	};
	tocsin_rehearsal_mapping(reading, node, "expect", keys, into);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "clients/rule/rehearsal_run.h"

enum { MAX_WHAT = 200 };

bool tocsin_rehearsal_topic_fits(const char *filter, const char *topic)
{
	for (;;) {
		const size_t wanted = strcspn(filter, "/"), given = strcspn(topic, "/");
		if (wanted == 1 && *filter == '#')
			return true;
		if (!(wanted == 1 && *filter == '+') &&
			(wanted != given || memcmp(filter, topic, wanted) != 0))
			return false;
		filter += wanted;
		topic += given;
		if (*filter == '\0' || *topic == '\0')
			return *filter == *topic || (*topic == '\0' && strcmp(filter, "/#") == 0);
		filter++;
		topic++;
	}
}

static json_t *copy_of(const json_t *value)
{
	return value ? json_deep_copy(value) : json_null();
}

/* Takes differences; an empty list is no failure. */
static void fail(
	json_t *failures, struct tocsin_rehearsal_at at, const char *what, json_t *differences)
{
	if (json_array_size(differences) == 0)
		json_decref(differences);
	else
		json_array_append_new(failures,
			json_pack("{s:I, s:I, s:s, s:o}", "line", (json_int_t)at.line, "column",
				(json_int_t)at.column, "what", what, "differences", differences));
}

static void fail_one(json_t *failures, struct tocsin_rehearsal_at at, const char *what,
	const char *field, json_t *expected, json_t *actual)
{
	json_t *differences = json_array();
	json_array_append_new(differences, tocsin_rehearsal_difference(field, expected, actual));
	fail(failures, at, what, differences);
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The ids of a receipt's checks, sorted, once each: their order says nothing. */
static json_t *sorted_ids(const json_t *list)
{
	const size_t count = json_array_size(list);
	const char **ids = calloc(count + 1, sizeof(*ids));
	json_t *sorted = json_array();
	for (size_t i = 0; ids && i < count; i++) {
		const json_t *item = json_array_get(list, i);
		ids[i] = json_string_value(json_is_object(item) ? json_object_get(item, "check") : item);
	}
	if (ids && count > 0)
		qsort(ids, count, sizeof(*ids), by_text);
	for (size_t i = 0; ids && i < count; i++)
		if (i == 0 || strcmp(ids[i - 1], ids[i]) != 0)
			json_array_append_new(sorted, json_string(ids[i]));
	free(ids);
	return sorted;
}

static size_t judge_receipt(
	const struct tocsin_rehearsal_expect *expect, const json_t *happened, json_t *failures)
{
	const json_t *receipt = json_object_get(happened, "receipt");
	if (!expect->receipt)
		return 0;
	json_t *wanted = json_deep_copy(expect->receipt);
	json_t *checks = json_object_get(wanted, "violations");
	json_t *differences = json_array();
	if (!receipt) {
		json_array_append_new(differences,
			tocsin_rehearsal_difference("receipt", json_string("one"), json_string("none")));
	} else {
		if (checks) {
			json_t *expected = sorted_ids(checks);
			json_t *actual = sorted_ids(json_object_get(receipt, "violations"));
			if (!json_equal(expected, actual))
				json_array_append_new(differences,
					tocsin_rehearsal_difference("violations", copy_of(expected), copy_of(actual)));
			json_decref(expected);
			json_decref(actual);
			json_object_del(wanted, "violations");
		}
		tocsin_rehearsal_compare(wanted, receipt, differences);
	}
	json_decref(wanted);
	fail(failures, expect->receipt_at, "receipt", differences);
	return 1;
}

static bool topic_among(const char *filter, const json_t *topics)
{
	for (size_t i = 0; i < json_array_size(topics); i++)
		if (tocsin_rehearsal_topic_fits(filter, json_string_value(json_array_get(topics, i))))
			return true;
	return false;
}

/* What keeps an alert from being the expected one; new. */
static json_t *compare_alert(const struct tocsin_rehearsal_message *wanted, const json_t *entry)
{
	json_t *differences = json_array();
	const json_t *topics = json_object_get(entry, "topics");
	if (wanted->topic && !topic_among(wanted->topic, topics))
		json_array_append_new(differences,
			tocsin_rehearsal_difference("topic", json_string(wanted->topic),
				json_array_size(topics) == 1 ? json_incref(json_array_get(topics, 0))
											 : copy_of(topics)));
	if (wanted->open >= 0 && json_is_true(json_object_get(entry, "open")) != (wanted->open != 0))
		json_array_append_new(differences,
			tocsin_rehearsal_difference(
				"open", json_boolean(wanted->open), copy_of(json_object_get(entry, "open"))));
	if (wanted->qos >= 0 && json_integer_value(json_object_get(entry, "qos")) != wanted->qos)
		json_array_append_new(differences,
			tocsin_rehearsal_difference(
				"qos", json_integer(wanted->qos), copy_of(json_object_get(entry, "qos"))));
	tocsin_rehearsal_compare(wanted->fields, json_object_get(entry, "alert"), differences);
	return differences;
}

static json_t *compare_digest(const struct tocsin_rehearsal_message *wanted, const json_t *digest)
{
	json_t *differences = json_array();
	tocsin_rehearsal_compare(wanted->fields, digest, differences);
	return differences;
}

typedef json_t *compare_message(
	const struct tocsin_rehearsal_message *wanted, const json_t *message);

static bool same_audience(const struct tocsin_rehearsal_message *wanted, const json_t *message)
{
	const char *audience = json_string_value(json_object_get(message, "audience"));
	return audience && wanted->audience && strcmp(audience, wanted->audience) == 0;
}

/* The message that fits, or else the nearest one of the audience with what is
 * different about it. */
static json_t *find_message(const struct tocsin_rehearsal_message *wanted, const json_t *messages,
	const bool *used, compare_message *compare, size_t *found)
{
	json_t *nearest = NULL;
	for (size_t i = 0; i < json_array_size(messages); i++) {
		const json_t *message = json_array_get(messages, i);
		if (used[i] || !same_audience(wanted, message))
			continue;
		json_t *differences = compare(wanted, message);
		if (!nearest || json_array_size(differences) < json_array_size(nearest)) {
			json_decref(nearest);
			nearest = json_incref(differences);
			*found = i;
		}
		json_decref(differences);
	}
	return nearest;
}

static void fail_unexpected(
	struct tocsin_rehearsal_at at, const char *kind, const json_t *message, json_t *failures)
{
	char what[MAX_WHAT];
	const json_t *topics = json_object_get(message, "topics");
	snprintf(what, sizeof what, "%s to %s", kind,
		json_string_value(json_object_get(message, "audience")));
	fail_one(failures, at, what, kind, json_string("none"),
		topics ? copy_of(json_array_get(topics, 0)) : copy_of(message));
}

/* What is listed must come, and nothing else. */
static size_t judge_messages(const struct tocsin_rehearsal_message *wanted, size_t count,
	struct tocsin_rehearsal_at at, bool others, const char *kind, const json_t *messages,
	compare_message *compare, json_t *failures)
{
	const size_t came = json_array_size(messages);
	bool *used = calloc(came + 1, sizeof(*used));
	bool *met = calloc(count + 1, sizeof(*met));
	char what[MAX_WHAT];
	size_t found = 0;
	for (size_t i = 0; used && met && i < count; i++) {
		json_t *differences = find_message(&wanted[i], messages, used, compare, &found);
		met[i] = differences && json_array_size(differences) == 0;
		used[found] |= met[i];
		json_decref(differences);
	}
	for (size_t i = 0; used && met && i < count; i++) {
		if (met[i])
			continue;
		json_t *differences = find_message(&wanted[i], messages, used, compare, &found);
		snprintf(what, sizeof what, "%s to %s", kind, wanted[i].audience);
		if (differences) {
			used[found] = true;
			fail(failures, wanted[i].at, what, differences);
		} else {
			fail_one(failures, wanted[i].at, what, kind,
				wanted[i].topic ? json_string(wanted[i].topic) : json_string("one"),
				json_string("none"));
		}
	}
	for (size_t i = 0; used && i < came && !others; i++)
		if (!used[i])
			fail_unexpected(at, kind, json_array_get(messages, i), failures);
	free(used);
	free(met);
	return count + 1;
}

static size_t judge_absence(
	const struct tocsin_rehearsal_expect *expect, const json_t *happened, json_t *failures)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(happened, "alerts"), i, entry)
	{
		const char *audience = json_string_value(json_object_get(entry, "audience"));
		for (size_t k = 0; k < expect->no_alert_count; k++)
			if (strcmp(expect->no_alerts[k], audience) == 0)
				fail_unexpected(expect->no_alerts_at, "alert", entry, failures);
	}
	return expect->no_alert_count;
}

static size_t judge_cleared(
	const struct tocsin_rehearsal_expect *expect, const json_t *happened, json_t *failures)
{
	const json_t *cleared = json_object_get(happened, "cleared");
	if (!expect->cleared_given)
		return 0;
	for (size_t i = 0; i < expect->cleared_count; i++)
		if (!topic_among(expect->cleared[i], cleared))
			fail_one(failures, expect->cleared_at, "cleared", "topic",
				json_string(expect->cleared[i]), copy_of(cleared));
	for (size_t i = 0; i < json_array_size(cleared) && !expect->others; i++) {
		const char *topic = json_string_value(json_array_get(cleared, i));
		bool wanted = strstr(topic, "/open-json/") != NULL;
		for (size_t k = 0; k < expect->cleared_count && !wanted; k++)
			wanted = tocsin_rehearsal_topic_fits(expect->cleared[k], topic);
		if (!wanted)
			fail_one(failures, expect->cleared_at, "cleared", "topic", json_string("none"),
				json_string(topic));
	}
	return expect->cleared_count + 1;
}

static size_t judge_reload(
	const struct tocsin_rehearsal_step *step, const json_t *happened, json_t *failures)
{
	if (step->kind != TOCSIN_REHEARSAL_RELOAD)
		return 0;
	const char *wanted = step->expect.reload_refused ? "refused" : "accepted";
	const char *actual = json_string_value(json_object_get(happened, "reload"));
	if (!actual || strcmp(wanted, actual) != 0)
		fail_one(failures, step->at, "reload", "reload", json_string(wanted),
			json_string(actual ? actual : "none"));
	return 1;
}

size_t tocsin_rehearsal_judge(
	const struct tocsin_rehearsal_step *step, const json_t *happened, json_t *failures)
{
	const struct tocsin_rehearsal_expect *expect = &step->expect;
	size_t count = judge_receipt(expect, happened, failures);
	if (expect->alerts_given)
		count += judge_messages(expect->alerts, expect->alert_count, expect->alerts_at,
			expect->others, "alert", json_object_get(happened, "alerts"), compare_alert, failures);
	count += judge_absence(expect, happened, failures);
	if (expect->digests_given)
		count += judge_messages(expect->digests, expect->digest_count, expect->digests_at,
			expect->others, "digest", json_object_get(happened, "digests"), compare_digest,
			failures);
	count += judge_cleared(expect, happened, failures);
	return count + judge_reload(step, happened, failures);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Outboxes in folders of their own, and two reports to put in. */
#pragma once

#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/report/outbox.h"
#include "clients/report/parcel.h"

#define ID_A "3f1f1c52-6d3a-4e0b-9a53-0d3c2b1a4f5e"
#define ID_B "7a2b9d10-1c4e-4f6a-8b3d-5e6f7a8b9c0d"
#define ID_C "11111111-2222-4333-8444-555555555555"
#define REPORT(id, severity)                                                                       \
	"{\"id\":\"" id "\",\"status\":\"actual\",\"msg_type\":\"alert\","                             \
	"\"sent\":\"2024-08-07T19:00:00Z\",\"event\":{\"type\":\"battles\"},\"severity\":\"" severity  \
	"\",\"certainty\":\"observed\",\"location\":{\"country\":\"ML\",\"pcode\":\"ML0503\","         \
	"\"locality\":\"Kouakourou\"},\"sensitivity\":\"moderate\"}"

static const char report_a[] = REPORT(ID_A, "severe");
static const char report_b[] = REPORT(ID_B, "extreme");
static const char report_c[] = REPORT(ID_C, "minor");
static const char mended_b[] = REPORT(ID_B, "minor");

static const struct tocsin_outbox_way hub_way = {"mopti-17", "hub.example.org:8883"};
static const struct tocsin_outbox_way training_way = {"mopti-17", "training:1883"};
static const struct tocsin_outbox_way any_way = {"mopti-17", ""};

static inline char *make_folder(void)
{
	char *path = strdup("/tmp/tocsin-outbox-XXXXXX");
	assert_non_null(mkdtemp(path));
	return path;
}

static inline void remove_folder(char *path)
{
	DIR *listing = opendir(path);
	const struct dirent *entry;
	while (listing && (entry = readdir(listing)))
		if (entry->d_name[0] != '.' || strncmp(entry->d_name, ".new-", 5) == 0)
			unlinkat(dirfd(listing), entry->d_name, 0);
	if (listing)
		closedir(listing);
	rmdir(path);
	free(path);
}

static inline struct tocsin_draft draft_of(const char *text)
{
	return (struct tocsin_draft){
		.form = TOCSIN_FORM_JSON, .bytes = (const uint8_t *)text, .size = strlen(text)};
}

static inline enum tocsin_status add_for(struct tocsin_outbox *outbox, const char *text,
	const struct tocsin_outbox_way *way, struct tocsin_parcel **parcel)
{
	struct tocsin_draft draft = draft_of(text);
	return tocsin_outbox_add(outbox, &draft, way, parcel);
}

static inline enum tocsin_status add(
	struct tocsin_outbox *outbox, const char *text, struct tocsin_parcel **parcel)
{
	return add_for(outbox, text, &hub_way, parcel);
}

static inline Tocsin__V1__Receipt answer(Tocsin__V1__Verdict verdict, const char *id)
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	receipt.verdict = verdict;
	receipt.incident_id = (char *)(uintptr_t)id;
	receipt.durable = verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	receipt.retry_after = verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED ? 7 : 0;
	return receipt;
}

static inline enum tocsin_status settle(
	struct tocsin_outbox *outbox, struct tocsin_parcel *parcel, Tocsin__V1__Verdict verdict)
{
	char id[TOCSIN_OUTBOX_ID];
	bool gone;
	memcpy(id, parcel->id, sizeof(id));
	Tocsin__V1__Receipt receipt = answer(verdict, id);
	return tocsin_outbox_settle(outbox, parcel, &receipt, false, INT64_C(1723060800000), &gone);
}

static inline bool holds_bytes(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel, const char *text)
{
	struct tocsin_input input;
	assert_int_equal(tocsin_outbox_read(outbox, parcel, &input), TOCSIN_OK);
	bool same = input.size == strlen(text) && memcmp(input.data, text, input.size) == 0;
	tocsin_input_finish(&input);
	return same;
}

static inline size_t recorded(const struct tocsin_outbox *outbox, const char *id)
{
	size_t count = 0, index;
	json_t *record;
	json_array_foreach(outbox->recorded.records, index, record)
	{
		count += strcmp(tocsin_record_text(record, "id"), id) == 0;
	}
	return count;
}

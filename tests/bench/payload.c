/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "payload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "proto/json.h"

const size_t payload_sizes[PAYLOAD_SIZES] = {300, 600, 4096};

enum {
	ARENA = 1 << 20,
	ENTRIES = 24,      /* of displacement, in the largest */
	ID_AT = 2,         /* the id comes first: its tag, its length */
	ID_COUNTER_AT = 24 /* the last twelve digits of a UUID */
};

/* The shortest says what tocsin report asks for; each longer one says more. */
static const char shortest[] =
	"{\"id\": \"a7789d7e-4989-4b08-bffc-000000000000\", \"status\": \"actual\","
	" \"msg_type\": \"alert\", \"sent\": \"2026-01-01T12:00:00Z\","
	" \"event\": {\"type\": \"battles\", \"sub_type\": \"Armed clash\"},"
	" \"urgency\": \"past\", \"severity\": \"severe\", \"certainty\": \"observed\","
	" \"location\": {\"country\": \"ML\", \"pcode\": \"ML0101\", \"locality\": \"Kouakourou\","
	" \"point\": {\"latitude\": 14.2222, \"longitude\": -4.4933}},"
	" \"sensitivity\": \"moderate\", \"language\": \"fr\","
	" \"headline\": \"Attaque contre le poste militaire de Kouakourou\"";
static const char longer[] =
	", \"occurred\": {\"start\": \"2026-01-01T10:30:00Z\", \"precision\": \"hour\"},"
	" \"actors\": [{\"name\": \"Katiba Macina\", \"actor_class\": \"rebel\","
	" \"role\": \"attacker\"}],"
	" \"casualty_claims\": [{\"kind\": \"killed\", \"group\": \"civilian\", \"low\": 3,"
	" \"high\": 5, \"claimant\": \"RFI\", \"claimant_class\": \"media\"}],"
	" \"impacts\": [\"looting\", \"fear\"],"
	" \"sources\": [{\"name\": \"RFI\", \"kind\": \"media\", \"reliability\": \"b\","
	" \"credibility\": \"3\"}, {\"name\": \"habitant\", \"kind\": \"witness\"}],"
	" \"expires\": \"2026-01-03T12:00:00Z\", \"reporter_ref\": \"r-7f3a\"";
static const char displaced[] =
	"{\"pcode\": \"ML0101\", \"unit\": \"household\", \"figure\": %zu, \"household_size\": 5.6,"
	" \"term\": \"displaced\", \"flow_or_stock\": \"stock\", \"population\": \"idp\","
	" \"operation\": \"Mali 2026\", \"round\": %zu, \"role\": \"recommended\","
	" \"as_of\": \"2025-12-31T00:00:00Z\"}";
static const char sentence[] = "Poste pris, pillé et incendié puis repris selon des témoins. ";

static void write_text(FILE *out, size_t size, size_t filling)
{
	(void)fputs(shortest, out);
	if (size > payload_sizes[0]) {
		(void)fputs(longer, out);
	}
	if (size > payload_sizes[PAYLOAD_MIDDLE]) {
		(void)fputs(", \"displacement\": [", out);
		for (size_t i = 0; i < ENTRIES; i++) {
			(void)fputs(i > 0 ? ", " : "", out);
			(void)fprintf(out, displaced, 100 + i, i + 1);
		}
		(void)fputs("]", out);
	}
	(void)fputs(", \"description\": \"", out);
	for (size_t i = 0; i + sizeof(sentence) - 1 <= filling; i += sizeof(sentence) - 1) {
		(void)fputs(sentence, out);
	}
	for (size_t i = filling % (sizeof(sentence) - 1); i > 0; i--) {
		(void)fputc('.', out);
	}
	(void)fputs("\"}", out);
}

static struct payload text_make(size_t size, size_t filling)
{
	struct payload text = {.form = TOCSIN_FORM_JSON};
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, &text.size);

	measure_require(out != NULL, "out of memory");
	write_text(out, size, filling);
	measure_require(fclose(out) == 0, "out of memory");
	text.bytes = (uint8_t *)bytes;
	return text;
}

Tocsin__V1__Incident *payload_decode(
	const struct payload *payload, struct tocsin_arena *arena, struct tocsin_violations *violations)
{
	Tocsin__V1__Incident *incident = NULL;

	tocsin_violations_init(violations, arena);
	const enum tocsin_status status = tocsin_incident_decode(
		payload->form, payload->bytes, payload->size, arena, violations, &incident);
	measure_require(status == TOCSIN_OK && incident, "the incident to be measured is refused");
	return incident;
}

static struct payload pack(const struct payload *text)
{
	struct tocsin_arena *arena = tocsin_arena_create(ARENA, NULL);
	struct tocsin_violations violations;
	struct payload packed = {.form = TOCSIN_FORM_PROTOBUF};

	measure_require(arena != NULL, "out of memory");
	const Tocsin__V1__Incident *incident = payload_decode(text, arena, &violations);
	packed.size = tocsin__v1__incident__get_packed_size(incident);
	packed.bytes = malloc(packed.size);
	measure_require(packed.bytes != NULL, "out of memory");
	(void)tocsin__v1__incident__pack(incident, packed.bytes);
	tocsin_arena_destroy(arena);
	return packed;
}

/* The description fills what the rest leaves of the size. */
struct payload payload_make(size_t size, enum tocsin_form form)
{
	size_t filling = 0;

	for (;;) {
		struct payload text = text_make(size, filling);
		struct payload packed = pack(&text);

		if (packed.size == size) {
			payload_finish(form == TOCSIN_FORM_JSON ? &packed : &text);
			return form == TOCSIN_FORM_JSON ? text : packed;
		}
		measure_require(packed.size < size, "no incident has this size");
		/* Its tag and its length take up to four bytes, too. */
		filling += size - packed.size > 5 ? size - packed.size - 4 : 1;
		payload_finish(&text);
		payload_finish(&packed);
	}
}

void payload_finish(struct payload *payload)
{
	free(payload->bytes);
	payload->bytes = NULL;
}

void payload_number(struct payload *payload, uint64_t number)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 12; i-- > 0; number >>= 4) {
		payload->bytes[ID_AT + ID_COUNTER_AT + i] = (uint8_t)digits[number & 15];
	}
}

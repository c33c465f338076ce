/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/tongue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/report/violation_words.h"
#include "tongue_fr.h"

static const char *set[4]; /* LANGUAGE, LC_ALL, LC_MESSAGES, LANG */

static const char *lookup(const char *name)
{
	static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return set[i];
	return NULL;
}

static void test_language(void **state)
{
	(void)state;
	static const struct {
		const char *set[4];
		enum tocsin_language language;
	} cases[] = {
		{{NULL, NULL, NULL, NULL}, TOCSIN_ENGLISH},
		{{NULL, NULL, NULL, "fr_FR.UTF-8"}, TOCSIN_FRENCH},
		{{NULL, NULL, NULL, "fr"}, TOCSIN_FRENCH},
		{{NULL, "", "", "fr_ML"}, TOCSIN_FRENCH},
		{{NULL, "C", NULL, "fr_FR.UTF-8"}, TOCSIN_ENGLISH},
		{{NULL, NULL, "en_GB.UTF-8", "fr_FR.UTF-8"}, TOCSIN_ENGLISH},
		{{NULL, "fr_FR.UTF-8", "en_GB.UTF-8", "C"}, TOCSIN_FRENCH},
		{{"fr", "C.UTF-8", NULL, NULL}, TOCSIN_FRENCH},
		{{"fr", "C", NULL, NULL}, TOCSIN_ENGLISH},
		{{"fr", "POSIX", NULL, NULL}, TOCSIN_ENGLISH},
		{{"fr", NULL, NULL, NULL}, TOCSIN_ENGLISH},
		{{"en:fr", NULL, NULL, "fr_FR.UTF-8"}, TOCSIN_ENGLISH},
		{{"de:fr:en", NULL, NULL, "de_DE.UTF-8"}, TOCSIN_FRENCH},
		{{"de", NULL, NULL, "fr_FR.UTF-8"}, TOCSIN_FRENCH},
		{{"", NULL, NULL, "fr_FR.UTF-8"}, TOCSIN_FRENCH},
		{{":::", NULL, NULL, "fr_FR.UTF-8"}, TOCSIN_FRENCH},
		{{NULL, NULL, NULL, "fry_NL"}, TOCSIN_ENGLISH},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memcpy(set, cases[i].set, sizeof(set));
		assert_int_equal(tocsin_tongue_choose(lookup), cases[i].language);
	}
}

static const char *find(const char *text, unsigned form)
{
	return tocsin_tongue_find(tongue_fr, sizeof(tongue_fr), text, form);
}

static void test_catalogue(void **state)
{
	(void)state;
	assert_string_equal(find("is required", 0), "est obligatoire");
	assert_string_equal(find(" household", 0), " ménage");
	assert_string_equal(find(" household", 1), " ménages");
	assert_string_equal(find("is required", 1), "est obligatoire");
	assert_null(find("no such text", 0));
	assert_null(find("", 0));
}

/* However it is cut or bent, it is read within its bounds. */
static void test_broken_catalogue(void **state)
{
	(void)state;
	static unsigned char broken[sizeof(tongue_fr)];
	for (size_t size = 0; size < 200; size++)
		(void)tocsin_tongue_find(tongue_fr, size, "is required", 1);
	for (size_t at = 0; at < 4096; at++) {
		memcpy(broken, tongue_fr, sizeof(broken));
		broken[at] ^= 0xFF;
		(void)tocsin_tongue_find(broken, sizeof(broken), "is required", 1);
	}
	memcpy(broken, tongue_fr, sizeof(broken));
	broken[0] ^= 1;
	assert_null(tocsin_tongue_find(broken, sizeof(broken), "is required", 0));
}

/* Nobody has called tocsin_tongue_begin(). */
static void test_english(void **state)
{
	(void)state;
	char text[TOCSIN_VIOLATION_TEXT];
	assert_int_equal(tocsin_tongue_language(), TOCSIN_ENGLISH);
	assert_string_equal(_("is required"), "is required");
	assert_string_equal(tocsin_tongue_many("one", "many", 1), "one");
	assert_string_equal(tocsin_tongue_many("one", "many", 0), "many");
	tocsin_violation_words("event.required", "is required: at most 3", text, sizeof(text));
	assert_string_equal(text, "is required: at most 3");
	assert_string_equal(tocsin_violation_level("warning"), "warning");
}

static void say(const char *check, const char *message, const char *wanted)
{
	char text[TOCSIN_VIOLATION_TEXT];
	tocsin_violation_words(check, message, text, sizeof(text));
	assert_string_equal(text, wanted);
}

#define GAP "\u00A0"

/* The last one: from here on all is French. */
static void test_violations(void **state)
{
	(void)state;
	assert_int_equal(setenv("LC_ALL", "fr_FR.UTF-8", 1), 0);
	unsetenv("LANGUAGE");
	tocsin_tongue_begin();
	assert_int_equal(tocsin_tongue_language(), TOCSIN_FRENCH);
	say("event.type.required", "is required", "est obligatoire");
	say("id.form", "must be a lower-case UUID version 4",
		"doit être un UUID version 4 en minuscules");
	say("headline.length", "is too long: at most 160", "est trop long" GAP ": au plus 160");
	say("headline.length", "is too long: at most 160 characters",
		"est trop long" GAP ": au plus 160 caractères");
	say("event.type.enum", "has a value unknown to this version: one of food, health",
		"a une valeur inconnue de cette version" GAP ": parmi food, health");
	say("location.required", "is required: a country or a P-code",
		"est obligatoire" GAP ": un pays ou un P-code");
	say("payload.unknown_field",
		"a field unknown to this version is ignored and not forwarded: field number 900",
		"un champ inconnu de cette version est ignoré et n'est pas transmis" GAP
		": champ numéro 900");
	say("sent.time",
		"is not a time: RFC 3339 with its offset from UTC, such as 2024-08-07T20:30:00+02:00; Z is "
		"UTC",
		"n'est pas une heure" GAP ": RFC 3339 avec son décalage UTC, comme "
		"2024-08-07T20:30:00+02:00" GAP "; Z est UTC");
	say("displacement.household_size.range", "is out of range: 1 to 50 people",
		"est hors limites" GAP ": de 1 à 50 personnes");
	say("sevrity.unknown_field", "no such field: did you mean severity?",
		"ce champ n'existe pas" GAP ": vouliez-vous dire severity" GAP "?");
	say("payload.size", "the message is larger than the hub takes: at most 65536 bytes",
		"le message est plus grand que ce que le serveur accepte" GAP ": au plus 65536 octets");
	/* A detail of a hub newer than this stays as it came, behind words that are known. */
	say("headline.length", "is too long: by far", "est trop long: by far");
	/* So does what belongs to no check, or to another. */
	say("headline.length", "is far too long", "is far too long");
	say("headline.colour", "is red: 100 %s", "is red: 100 %s");
	say("", "", "");
	assert_string_equal(tocsin_violation_level("warning"), "avertissement");
	assert_string_equal(tocsin_violation_level("fatal"), "fatal");
	assert_string_equal(tocsin_tongue_many(" household", " households", 0), " ménage");
	assert_string_equal(tocsin_tongue_many("no such text", "no such texts", 2), "no such texts");
}

/* Cut, not overrun. */
static void test_small_room(void **state)
{
	(void)state;
	char text[16];
	for (size_t size = 1; size <= sizeof(text); size++) {
		tocsin_violation_words("headline.length", "is too long: at most 160", text, size);
		assert_true(strlen(text) < size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_broken_catalogue),
		cmocka_unit_test(test_english),
		cmocka_unit_test(test_violations),
		cmocka_unit_test(test_small_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

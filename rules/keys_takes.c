/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/keys_takes.h"

#include <stdio.h>

#include "rules/limits.h"

/* Texts of types that need no figures of the key. */
static const char *const takes[TOCSIN_KEY_TYPE_COUNT] = {
	[TOCSIN_KEY_VERSION] = "the number 1",
	[TOCSIN_KEY_ID] = "a name: `[a-z0-9][a-z0-9_-]{0,63}`",
	[TOCSIN_KEY_FLAG] = "`true` or `false`",
	[TOCSIN_KEY_SPAN] = "a duration `<n>(s\\|m\\|h\\|d)`, 1s to 3650d",
	[TOCSIN_KEY_INSTANT] = "a time with its offset (RFC 3339)",
	[TOCSIN_KEY_ZONE] = "a time zone of this machine's tzdata",
	[TOCSIN_KEY_BETWEEN] = "two times of the day `HH:MM-HH:MM`, 00:00 to 24:00",
	[TOCSIN_KEY_PLACES] = "one path",
	[TOCSIN_KEY_AUDIENCE_SET] = "one name under `audiences` or a list",
	[TOCSIN_KEY_DEFAULTS] = "a mapping with keys of an alert",
	[TOCSIN_KEY_NAMES] = "one user name or a list: `[A-Za-z0-9_-]{1,64}`",
	[TOCSIN_KEY_PATTERNS] = "one pattern or a list: `[A-Za-z0-9_*-]{1,64}`",
	[TOCSIN_KEY_WORDS] = "one text or a list, 200 characters each",
	[TOCSIN_KEY_LANGUAGES] = "one language tag or a list (RFC 5646)",
	[TOCSIN_KEY_REGIONS] = "one region or a list: `CODE` or `CODE Name`",
	[TOCSIN_KEY_AUDIENCE] = "a name under `audiences`",
	[TOCSIN_KEY_RULES] = "a list of rules, at most 200000",
	[TOCSIN_KEY_MATCH] = "a match",
	[TOCSIN_KEY_NOT] = "a match without `not`, at least one key",
	[TOCSIN_KEY_FALLBACK] = "a mapping with `alert`",
};

static size_t add_words(const struct tocsin_choices *choices, char *text, size_t used)
{
	int value;
	const char *word;
	for (size_t i = 0; (word = tocsin_choice(choices, i, &value)) && used < TOCSIN_MAX_TAKES; i++)
		used +=
			(size_t)snprintf(text + used, TOCSIN_MAX_TAKES - used, "%s`%s`", i ? " " : "", word);
	return used;
}

void tocsin_key_takes(const struct tocsin_key *key, char text[TOCSIN_MAX_TAKES])
{
	int used = 0;
	switch (key->type) {
	case TOCSIN_KEY_TEXT:
		snprintf(text, TOCSIN_MAX_TAKES, "a text of 1 to %u characters", (unsigned)key->most);
		break;
	case TOCSIN_KEY_SMALL:
		snprintf(text, TOCSIN_MAX_TAKES, "a whole number from 0 to %u", (unsigned)key->most);
		break;
	case TOCSIN_KEY_COUNT:
		snprintf(
			text, TOCSIN_MAX_TAKES, "people: a whole number from 0 to %u", (unsigned)key->most);
		break;
	case TOCSIN_KEY_NUMBER:
		snprintf(text, TOCSIN_MAX_TAKES, "a whole number from %u to %u", (unsigned)key->least,
			(unsigned)key->most);
		break;
	case TOCSIN_KEY_RATE:
		snprintf(
			text, TOCSIN_MAX_TAKES, "a rate `<n>/(s\\|min\\|h)`, n from 1 to %d", TOCSIN_MAX_RATE);
		break;
	case TOCSIN_KEY_INCLUDE:
		snprintf(text, TOCSIN_MAX_TAKES, "one path of a file or folder, or a list, at most %d",
			TOCSIN_MAX_INCLUDES);
		break;
	case TOCSIN_KEY_PART:
		snprintf(text, TOCSIN_MAX_TAKES, "a mapping, see `%s` below", key->name);
		break;
	case TOCSIN_KEY_LEAST:
	case TOCSIN_KEY_CHOICE:
		used = snprintf(text, TOCSIN_MAX_TAKES, "one of ");
		add_words(&key->choices, text, (size_t)used);
		break;
	case TOCSIN_KEY_CHOICES:
		used = snprintf(text, TOCSIN_MAX_TAKES, "one or a list of ");
		add_words(&key->choices, text, (size_t)used);
		break;
	case TOCSIN_KEY_PATHS:
		snprintf(text, TOCSIN_MAX_TAKES, "one path or a list, at most %d", TOCSIN_MAX_GAZETTEERS);
		break;
	case TOCSIN_KEY_AUDIENCES:
		snprintf(text, TOCSIN_MAX_TAKES, "names with their keys, 1 to %d", TOCSIN_MAX_AUDIENCES);
		break;
	case TOCSIN_KEY_SENDERS:
		snprintf(text, TOCSIN_MAX_TAKES, "user names with their keys, 1 to %d", TOCSIN_MAX_SENDERS);
		break;
	case TOCSIN_KEY_OUTPUTS:
		snprintf(text, TOCSIN_MAX_TAKES, "a list of alerts, 1 to %d", TOCSIN_MAX_OUTPUTS);
		break;
	default:
		snprintf(text, TOCSIN_MAX_TAKES, "%s", takes[key->type]);
		break;
	}
}

static void write_mask(const struct tocsin_key *key, char text[TOCSIN_MAX_TAKES])
{
	size_t used = 0;
	int value;
	const char *word;
	text[0] = '\0';
	for (size_t i = 0; (word = tocsin_choice(&key->choices, i, &value)); i++) {
		if ((key->standard >> value & 1) != 0 && used < TOCSIN_MAX_TAKES)
			used += (size_t)snprintf(
				text + used, TOCSIN_MAX_TAKES - used, "%s%s", used ? ", " : "", word);
	}
}

void tocsin_key_default(const struct tocsin_key *key, char text[TOCSIN_MAX_TAKES])
{
	text[0] = '\0';
	if (key->required)
		return;
	if (key->fallback)
		snprintf(text, TOCSIN_MAX_TAKES, "%s", key->fallback);
	else if (key->type == TOCSIN_KEY_FLAG)
		snprintf(text, TOCSIN_MAX_TAKES, "%s", key->standard ? "true" : "false");
	else if (key->type == TOCSIN_KEY_CHOICES)
		write_mask(key, text);
	else if (key->type == TOCSIN_KEY_SMALL)
		snprintf(text, TOCSIN_MAX_TAKES, "%u", (unsigned)key->standard);
}

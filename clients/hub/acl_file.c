/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/acl_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/mqtt.h"

static enum tocsin_status add_entry(struct tocsin_acl *acl, const struct tocsin_acl_entry *entry)
{
	if (acl->count == acl->capacity) {
		const size_t capacity = acl->capacity ? 2 * acl->capacity : 64;
		struct tocsin_acl_entry *entries = reallocarray(acl->entries, capacity, sizeof(*entries));
		if (!entries)
			return TOCSIN_NO_MEMORY;
		acl->entries = entries;
		acl->capacity = capacity;
	}
	acl->entries[acl->count++] = *entry;
	return TOCSIN_OK;
}

/* Cuts the next word off; what is left begins behind its blanks. */
static char *next_word(char **rest)
{
	char *word = *rest;
	char *end = word + strcspn(word, " ");
	if (*end)
		*end++ = '\0';
	*rest = end + strspn(end, " ");
	return word;
}

/* "[read|write|readwrite|deny] FILTER". False where the broker knows no such access. */
static bool read_access(char *rest, struct tocsin_acl_entry *entry)
{
	static const struct {
		const char *word;
		unsigned access;
	} words[] = {{"read", TOCSIN_ACL_READ}, {"write", TOCSIN_ACL_WRITE},
		{"readwrite", TOCSIN_ACL_READ | TOCSIN_ACL_WRITE}, {"deny", 0}};
	char *word = next_word(&rest);
	entry->access = TOCSIN_ACL_READ | TOCSIN_ACL_WRITE;
	entry->filter = word;
	if (*rest == '\0')
		return *word != '\0';
	entry->filter = rest;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i].word) == 0) {
			entry->access = words[i].access;
			return true;
		}
	return false;
}

static enum tocsin_status read_line(
	struct tocsin_acl *acl, char *text, unsigned number, const char **user)
{
	size_t length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	text += strspn(text, " ");
	if (*text == '\0' || *text == '#')
		return TOCSIN_OK;
	char *word = next_word(&text);
	struct tocsin_acl_entry entry = {.user = *user, .line = number};
	entry.pattern = strcmp(word, "pattern") == 0;
	if (strcmp(word, "user") == 0 && *text) {
		*user = text;
		return TOCSIN_OK;
	}
	if ((entry.pattern || strcmp(word, "topic") == 0) && read_access(text, &entry)) {
		if (entry.pattern)
			entry.user = NULL;
		return add_entry(acl, &entry);
	}
	if (acl->bad_line == 0)
		acl->bad_line = number;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_acl_read(const char *path, struct tocsin_acl *acl)
{
	const char *user = NULL;
	unsigned number = 1;
	*acl = (struct tocsin_acl){0};
	enum tocsin_status status = tocsin_input_read(path, TOCSIN_MAX_ACL_BYTES, &acl->text);
	for (char *line = status == TOCSIN_OK ? (char *)acl->text.data : NULL;
		 line && status == TOCSIN_OK; number++) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		status = read_line(acl, line, number, &user);
		line = next;
	}
	return status;
}

void tocsin_acl_finish(struct tocsin_acl *acl)
{
	if (!acl)
		return;
	free(acl->entries);
	tocsin_input_finish(&acl->text);
	*acl = (struct tocsin_acl){0};
}

static bool level_is(const char *level, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(level, word, length) == 0;
}

static bool is_any(const char *level, size_t length)
{
	return level_is(level, length, "+") || memmem(level, length, "%c", 2) != NULL;
}

/* The level behind this one; NULL: it was the last. */
static const char *behind(const char *level, size_t length)
{
	return level[length] == '/' ? level + length + 1 : NULL;
}

bool tocsin_filters_meet(const char *a, const char *b)
{
	if ((*a == '$') != (*b == '$'))
		return false;
	while (a && b) {
		const size_t of_a = strcspn(a, "/"), of_b = strcspn(b, "/");
		if (level_is(a, of_a, "#") || level_is(b, of_b, "#"))
			return true;
		if (!is_any(a, of_a) && !is_any(b, of_b) && (of_a != of_b || memcmp(a, b, of_a) != 0))
			return false;
		a = behind(a, of_a);
		b = behind(b, of_b);
	}
	/* "x/#" matches x itself, too. */
	return (!a && !b) || (a && strcmp(a, "#") == 0) || (b && strcmp(b, "#") == 0);
}

/* A denial takes all of it back where it names no less than filter does. */
static bool covers(const char *denial, const char *filter)
{
	bool matches = false;
	char *sample = strdup(filter);
	if (!sample)
		return false;
	for (char *at = sample; *at; at++)
		if (*at == '+' || *at == '#')
			*at = 'x';
	(void)mosquitto_topic_matches_sub(denial, sample, &matches);
	free(sample);
	return matches;
}

bool tocsin_acl_gives(const struct tocsin_acl *acl, const struct tocsin_acl_entry *entry,
	unsigned access, const char *filter)
{
	if ((entry->access & access) == 0 || !tocsin_filters_meet(entry->filter, filter))
		return false;
	for (size_t i = 0; i < acl->count; i++) {
		const struct tocsin_acl_entry *denial = &acl->entries[i];
		const bool same = denial->pattern == entry->pattern &&
			(denial->user == entry->user ||
				(denial->user && entry->user && strcmp(denial->user, entry->user) == 0));
		if (denial->access == 0 && same && covers(denial->filter, filter))
			return false;
	}
	return true;
}

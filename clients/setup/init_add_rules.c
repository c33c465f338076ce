/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One name more in the text of a rule file, whose layout and comments are its owner's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/setup/init_add.h"
#include "proto/text.h"
#include "rules/yaml.h"

/* What is put in place of cut bytes. */
struct change {
	size_t at, cut;
	char *text;
};

struct place {
	const struct tocsin_yaml_node *key, *value;
};

struct page {
	const char *text;
	size_t length;
	struct tocsin_yaml document;
};

bool tocsin_init_role_read(const char *text, struct tocsin_init_newcomer *newcomer)
{
	static const char member[] = "member:";
	if (strcmp(text, "sender") == 0) {
		newcomer->role = TOCSIN_INIT_SENDER;
	} else if (strcmp(text, "admin") == 0) {
		newcomer->role = TOCSIN_INIT_ADMIN;
	} else if (strncmp(text, member, sizeof(member) - 1) == 0 && text[sizeof(member) - 1]) {
		newcomer->role = TOCSIN_INIT_MEMBER;
		newcomer->audience = text + sizeof(member) - 1;
	} else {
		return false;
	}
	return true;
}

const char *tocsin_init_places_judge(const char *text)
{
	size_t points;
	bool code = false;
	for (const char *at = text; *at; at++)
		code = code || !strchr(", ", *at);
	return code && !strpbrk(text, "[]{}:#\"'&*!|>%@`\n\t") &&
			tocsin_text_check(text, strlen(text), &points) == TOCSIN_TEXT_FINE
		? NULL
		: N_("wants codes of regions with commas between them, such as ML05,ML0701");
}

static struct place find(
	const struct page *page, const struct tocsin_yaml_node *mapping, const char *name)
{
	const struct tocsin_yaml *document = &page->document;
	const struct tocsin_yaml_node *key =
		mapping && mapping->kind == TOCSIN_YAML_MAPPING && mapping->size > 0
		? tocsin_yaml_node(document, mapping->first)
		: NULL;
	while (key) {
		const struct tocsin_yaml_node *value = tocsin_yaml_node(document, key->next);
		if (value && key->kind == TOCSIN_YAML_SCALAR &&
			strcmp(tocsin_yaml_text(document, key), name) == 0)
			return (struct place){key, value};
		key = value ? tocsin_yaml_node(document, value->next) : NULL;
	}
	return (struct place){NULL, NULL};
}

static size_t line_start(const struct page *page, uint32_t line)
{
	const char *at = page->text, *end = page->text + page->length;
	for (; line > 1 && at < end; line--) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		at = feed ? feed + 1 : end;
	}
	return (size_t)(at - page->text);
}

/* Columns count code points. */
static size_t offset_of(const struct page *page, const struct tocsin_yaml_node *node)
{
	size_t at = line_start(page, node->line);
	for (uint32_t column = node->column; column > 1 && at < page->length; column--)
		do
			at++;
		while (at < page->length && ((unsigned char)page->text[at] & 0xC0) == 0x80);
	return at;
}

static size_t end_of_scalar(const struct page *page, const struct tocsin_yaml_node *node)
{
	return offset_of(page, node) + node->size + (node->plain ? 0 : 2);
}

/* A dash in front would begin a list. */
static const char *quote_of(const char *name)
{
	return name[0] == '-' ? "\"" : "";
}

/* "[ML05, ML0701]" */
static void put_places(FILE *out, const char *text)
{
	const char *between = "[";
	for (text += strspn(text, ", "); *text; text += strspn(text, ", ")) {
		size_t length = strcspn(text, ",");
		const char *next = text + length;
		while (length > 0 && text[length - 1] == ' ')
			length--;
		fprintf(out, "%s%.*s", between, (int)length, text);
		between = ", ";
		text = next;
	}
	fputs("]", out);
}

static void put_sender(FILE *out, const struct tocsin_init_newcomer *newcomer)
{
	const char *quote = quote_of(newcomer->name);
	fprintf(out, "%s%s%s: {", quote, newcomer->name, quote);
	if (newcomer->places) {
		fputs("regions: ", out);
		put_places(out, newcomer->places);
		fputs(", ", out);
	}
	fputs("max_rate: 60/min}", out);
}

/* The first of the list, where no comment that speaks of another stands before it. */
static bool add_sender(const struct page *page, const struct tocsin_init_newcomer *newcomer,
	struct change *change, FILE *out)
{
	const struct place senders = find(page, tocsin_yaml_node(&page->document, 0), "senders");
	if (!senders.value || senders.value->kind != TOCSIN_YAML_MAPPING)
		return false;
	change->at = offset_of(page, senders.value);
	if (page->text[change->at] == '{') {
		change->at++;
		put_sender(out, newcomer);
		fputs(senders.value->size > 0 ? ", " : "", out);
		return true;
	}
	change->at = line_start(page, senders.key->line + 1);
	fprintf(out, "%*s", (int)senders.value->column - 1, "");
	put_sender(out, newcomer);
	fputs("\n", out);
	return senders.value->line > senders.key->line;
}

static const struct tocsin_yaml_node *last_of(
	const struct page *page, const struct tocsin_yaml_node *list)
{
	const struct tocsin_yaml_node *item = tocsin_yaml_node(&page->document, list->first);
	while (item && item->next != TOCSIN_YAML_NONE)
		item = tocsin_yaml_node(&page->document, item->next);
	return item && item->kind == TOCSIN_YAML_SCALAR ? item : NULL;
}

static bool add_to_list(const struct page *page, const struct place *members, const char *name,
	struct change *change, FILE *out)
{
	const char *quote = quote_of(name);
	const struct tocsin_yaml_node *last =
		members->value->size > 0 ? last_of(page, members->value) : NULL;
	if (!last)
		return false;
	if (page->text[offset_of(page, members->value)] == '[') {
		change->at = end_of_scalar(page, last);
		fprintf(out, ", %s%s%s", quote, name, quote);
		return true;
	}
	/* One line an item: another like the last. */
	const size_t begin = line_start(page, last->line), item = offset_of(page, last);
	change->at = line_start(page, last->line + 1);
	if (page->text[change->at - 1] != '\n')
		fputs("\n", out);
	fprintf(out, "%.*s%s%s%s\n", (int)(item - begin), page->text + begin, quote, name, quote);
	return strspn(page->text + begin, " -") >= item - begin;
}

static bool add_first_member(const struct page *page, const struct place *audience,
	const char *name, struct change *change, FILE *out)
{
	const char *quote = quote_of(name);
	const struct place most = find(page, audience->value, "max_sensitivity");
	if (!most.value || most.value->kind != TOCSIN_YAML_SCALAR)
		return false;
	change->at = offset_of(page, audience->value);
	if (page->text[change->at] == '{') {
		change->at = end_of_scalar(page, most.value);
		fprintf(out, ", members: [%s%s%s]", quote, name, quote);
	} else {
		fprintf(out, "members: [%s%s%s]\n%*s", quote, name, quote, (int)audience->value->column - 1,
			"");
	}
	return true;
}

static bool add_member(const struct page *page, const struct tocsin_init_newcomer *newcomer,
	struct change *change, FILE *out)
{
	const struct place audiences = find(page, tocsin_yaml_node(&page->document, 0), "audiences");
	const struct place audience = find(page, audiences.value, newcomer->audience);
	const struct place members = find(page, audience.value, "members");
	const char *quote = quote_of(newcomer->name);
	if (!audience.value)
		return false;
	if (!members.value)
		return add_first_member(page, &audience, newcomer->name, change, out);
	if (members.value->kind == TOCSIN_YAML_LIST)
		return add_to_list(page, &members, newcomer->name, change, out);
	if (members.value->kind != TOCSIN_YAML_SCALAR)
		return false;
	change->at = offset_of(page, members.value);
	change->cut = end_of_scalar(page, members.value) - change->at;
	fprintf(out, "[%.*s, %s%s%s]", (int)change->cut, page->text + change->at, quote, newcomer->name,
		quote);
	return true;
}

static enum tocsin_status make_change(
	const struct page *page, const struct tocsin_init_newcomer *newcomer, struct change *change)
{
	size_t size = 0;
	FILE *out = open_memstream(&change->text, &size);
	if (!out)
		return TOCSIN_NO_MEMORY;
	const bool found = page->document.count > 0 &&
		(newcomer->role == TOCSIN_INIT_SENDER ? add_sender(page, newcomer, change, out)
											  : add_member(page, newcomer, change, out));
	if (fclose(out) != 0)
		return TOCSIN_NO_MEMORY;
	return found ? TOCSIN_OK : TOCSIN_NOT_FOUND;
}

enum tocsin_status tocsin_init_add_to_rules(const char *file, const char *text, size_t length,
	const struct tocsin_init_newcomer *newcomer, char **made)
{
	struct page page = {.text = text, .length = length};
	struct change change = {0};
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_yaml_read(file, text, length, &diagnostics, &page.document);
	if (status == TOCSIN_OK)
		status = make_change(&page, newcomer, &change);
	if (status == TOCSIN_OK) {
		const char *rest = text + change.at + change.cut;
		if (asprintf(made, "%.*s%s%s", (int)change.at, text, change.text, rest) < 0)
			status = TOCSIN_NO_MEMORY;
	}
	free(change.text);
	tocsin_yaml_finish(&page.document);
	tocsin_diagnostics_finish(&diagnostics);
	return status;
}

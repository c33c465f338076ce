/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "proto/text.h"
#include "rules/limits.h"
#include "rules/yaml_keys.h"

/* An open mapping or list. */
struct frame {
	uint32_t node;
	uint32_t last; /* child */
};

struct reading {
	const char *file;
	const char *text;
	size_t length;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_yaml *document;
	struct frame frames[TOCSIN_MAX_YAML_DEPTH];
	size_t depth;
	size_t errors, documents;
	bool ended; /* nothing more is read */
};

static void complain(struct reading *reading, yaml_mark_t at, const char *problem)
{
	tocsin_diagnostics_add(reading->diagnostics, TOCSIN_NOTE_ERROR, reading->file,
		(unsigned)at.line + 1, (unsigned)at.column + 1, "%s", problem);
	reading->errors++;
}

static enum tocsin_status keep_text(
	struct tocsin_yaml *document, const char *text, size_t length, uint32_t *offset)
{
	if (document->text_capacity - document->text_size <= length) {
		size_t capacity = document->text_capacity ? document->text_capacity : 4096;
		while (capacity - document->text_size <= length)
			capacity *= 2;
		char *texts = realloc(document->texts, capacity);
		if (!texts)
			return TOCSIN_NO_MEMORY;
		document->texts = texts;
		document->text_capacity = capacity;
	}
	*offset = (uint32_t)document->text_size;
	memcpy(document->texts + document->text_size, text, length);
	document->text_size += length;
	document->texts[document->text_size++] = '\0';
	return TOCSIN_OK;
}

static enum tocsin_status grow(struct tocsin_yaml *document)
{
	if (document->count < document->capacity)
		return TOCSIN_OK;
	size_t capacity = document->capacity ? document->capacity * 2 : 256;
	struct tocsin_yaml_node *nodes = realloc(document->nodes, capacity * sizeof(*nodes));
	if (!nodes)
		return TOCSIN_NO_MEMORY;
	document->nodes = nodes;
	document->capacity = capacity;
	return TOCSIN_OK;
}

/* Adds a node as the last child of the open mapping or list. */
static enum tocsin_status add_node(
	struct reading *reading, enum tocsin_yaml_kind kind, yaml_mark_t at, uint32_t *added)
{
	struct tocsin_yaml *document = reading->document;
	if (document->count >= TOCSIN_MAX_YAML_NODES && !reading->ended) {
		complain(reading, at, "the file has too many values");
		reading->ended = true;
		return TOCSIN_LIMIT;
	}
	if (grow(document) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	uint32_t node = (uint32_t)document->count++;
	document->nodes[node] = (struct tocsin_yaml_node){.line = (uint32_t)at.line + 1,
		.column = (uint32_t)at.column + 1,
		.next = TOCSIN_YAML_NONE,
		.first = TOCSIN_YAML_NONE,
		.kind = (uint8_t)kind};
	if (reading->depth > 0) {
		struct frame *frame = &reading->frames[reading->depth - 1];
		if (frame->last == TOCSIN_YAML_NONE)
			document->nodes[frame->node].first = node;
		else
			document->nodes[frame->last].next = node;
		document->nodes[frame->node].size++;
		frame->last = node;
	}
	*added = node;
	return TOCSIN_OK;
}

static void refuse_marks(
	struct reading *reading, yaml_mark_t at, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		complain(reading, at, "anchors are not allowed");
	if (tag)
		complain(reading, at, "tags are not allowed");
}

static const char *scalar_fault(const char *text, size_t length)
{
	if (length > TOCSIN_MAX_SCALAR)
		return "the text is too long";
	size_t code_points;
	switch (tocsin_text_check(text, length, &code_points)) {
	case TOCSIN_TEXT_BAD_UTF8:
		return "the text is not UTF-8";
	case TOCSIN_TEXT_CONTROL:
		return "the text has a control character";
	default:
		return NULL;
	}
}

static enum tocsin_status on_scalar(struct reading *reading, const yaml_event_t *event)
{
	refuse_marks(reading, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag);
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	const char *fault = scalar_fault(text, length);
	if (fault)
		complain(reading, event->start_mark, fault);
	uint32_t node;
	enum tocsin_status status = add_node(
		reading, fault ? TOCSIN_YAML_BROKEN : TOCSIN_YAML_SCALAR, event->start_mark, &node);
	if (status != TOCSIN_OK || fault)
		return status;
	uint32_t offset;
	if (keep_text(reading->document, text, length, &offset) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	struct tocsin_yaml_node *scalar = &reading->document->nodes[node];
	scalar->first = offset;
	scalar->size = (uint32_t)length;
	scalar->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return TOCSIN_OK;
}

static enum tocsin_status on_start(struct reading *reading, const yaml_event_t *event,
	enum tocsin_yaml_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	refuse_marks(reading, event->start_mark, anchor, tag);
	if (reading->depth == TOCSIN_MAX_YAML_DEPTH) {
		complain(reading, event->start_mark, "nested too deeply");
		reading->ended = true;
		return TOCSIN_LIMIT;
	}
	uint32_t node;
	enum tocsin_status status = add_node(reading, kind, event->start_mark, &node);
	if (status == TOCSIN_OK)
		reading->frames[reading->depth++] = (struct frame){.node = node, .last = TOCSIN_YAML_NONE};
	return status;
}

static enum tocsin_status on_mapping_end(struct reading *reading)
{
	uint32_t mapping = reading->frames[--reading->depth].node;
	return tocsin_yaml_check_keys(
		reading->document, mapping, reading->file, reading->diagnostics, &reading->errors);
}

static enum tocsin_status on_alias(struct reading *reading, const yaml_event_t *event)
{
	complain(reading, event->start_mark, "aliases are not allowed");
	uint32_t node;
	return add_node(reading, TOCSIN_YAML_BROKEN, event->start_mark, &node);
}

static enum tocsin_status on_event(struct reading *reading, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++reading->documents > 1) {
			complain(reading, event->start_mark, "the file holds more than one document");
			reading->ended = true;
		}
		return TOCSIN_OK;
	case YAML_ALIAS_EVENT:
		return on_alias(reading, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(reading, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(reading, event, TOCSIN_YAML_LIST, event->data.sequence_start.anchor,
			event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_start(reading, event, TOCSIN_YAML_MAPPING, event->data.mapping_start.anchor,
			event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
		reading->depth--;
		return TOCSIN_OK;
	case YAML_MAPPING_END_EVENT:
		return on_mapping_end(reading);
	case YAML_STREAM_END_EVENT:
		reading->ended = true;
		return TOCSIN_OK;
	default:
		return TOCSIN_OK;
	}
}

/* Bytes that are not text. libyaml gives them by their offset alone, and of a broken
 * character that may be its second byte's. NUL is UTF-8, but half of UTF-16, too. */
static void refuse_bytes(struct reading *reading, size_t offset, const char *problem)
{
	yaml_mark_t mark = {0};
	uint32_t point = '\0';
	size_t size = 1;
	for (size_t i = 0; i < reading->length; i += size) {
		size = tocsin_text_point(reading->text + i, reading->length - i, &point);
		if (size == 0 || i >= offset)
			break;
		mark.line += point == '\n';
		mark.column = point == '\n' ? 0 : mark.column + 1;
	}
	if (size == 0 || point == '\0')
		problem = "not UTF-8 here: save the file as UTF-8 (it looks like Latin-1 or UTF-16)";
	complain(reading, mark, problem);
}

/* Whether a tab stands at a place; libyaml says of it only that it starts nothing. */
static bool at_tab(const struct reading *reading, yaml_mark_t mark)
{
	size_t line = 0, i = 0;
	for (; i < reading->length && line < mark.line; i++)
		line += reading->text[i] == '\n';
	size_t column = 0;
	for (; i < reading->length && column < mark.column; i++)
		column += ((unsigned char)reading->text[i] & 0xC0) != 0x80;
	while (i < reading->length && ((unsigned char)reading->text[i] & 0xC0) == 0x80)
		i++;
	return i < reading->length && reading->text[i] == '\t';
}

static enum tocsin_status on_error(struct reading *reading, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "not YAML";
	if (parser->error == YAML_SCANNER_ERROR &&
		strcmp(problem, "found character that cannot start any token") == 0 &&
		at_tab(reading, parser->problem_mark))
		problem = "found a tab: indent with spaces";
	switch (parser->error) {
	case YAML_MEMORY_ERROR:
		return TOCSIN_NO_MEMORY;
	case YAML_READER_ERROR:
		refuse_bytes(reading, parser->problem_offset, problem);
		return TOCSIN_INVALID;
	default:
		if (parser->context)
			tocsin_diagnostics_add(reading->diagnostics, TOCSIN_NOTE_ERROR, reading->file,
				(unsigned)parser->problem_mark.line + 1, (unsigned)parser->problem_mark.column + 1,
				"%s, %s", parser->context, problem);
		else
			complain(reading, parser->problem_mark, problem);
		reading->errors++;
		return TOCSIN_INVALID;
	}
}

static enum tocsin_status read_events(struct reading *reading, yaml_parser_t *parser)
{
	enum tocsin_status status = TOCSIN_OK;
	while (status == TOCSIN_OK && !reading->ended) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event)) {
			status = on_error(reading, parser);
			break;
		}
		status = on_event(reading, &event);
		yaml_event_delete(&event);
	}
	return status;
}

/* What is open when reading ends early is kept as far as it goes; a key that lost
 * its value gets a broken one. */
static enum tocsin_status close_all(struct reading *reading)
{
	while (reading->depth > 0) {
		uint32_t node = reading->frames[reading->depth - 1].node, added;
		struct tocsin_yaml_node *open = &reading->document->nodes[node];
		open->cut = true;
		if (open->kind != TOCSIN_YAML_MAPPING) {
			reading->depth--;
			continue;
		}
		enum tocsin_status status = TOCSIN_OK;
		if (open->size % 2 == 1)
			status = add_node(reading, TOCSIN_YAML_BROKEN, (yaml_mark_t){0}, &added);
		if (status == TOCSIN_OK)
			status = on_mapping_end(reading);
		if (status != TOCSIN_OK)
			return status;
	}
	return TOCSIN_OK;
}

enum tocsin_status tocsin_yaml_read(const char *file, const char *text, size_t length,
	struct tocsin_diagnostics *diagnostics, struct tocsin_yaml *document)
{
	*document = (struct tocsin_yaml){0};
	struct reading reading = {.file = file,
		.text = text,
		.length = length,
		.diagnostics = diagnostics,
		.document = document};
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser))
		return TOCSIN_NO_MEMORY;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	enum tocsin_status status = read_events(&reading, &parser);
	yaml_parser_delete(&parser);
	if (status != TOCSIN_NO_MEMORY && close_all(&reading) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK && reading.documents == 0) {
		complain(&reading, (yaml_mark_t){0}, "the file is empty");
		status = TOCSIN_INVALID;
	}
	if (status != TOCSIN_NO_MEMORY && reading.errors > 0)
		status = TOCSIN_INVALID;
	return status;
}

void tocsin_yaml_finish(struct tocsin_yaml *document)
{
	free(document->nodes);
	free(document->texts);
	*document = (struct tocsin_yaml){0};
}

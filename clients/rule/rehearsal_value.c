/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* YAML nodes to Tocsin JSON, typed by the messages' descriptors. */
#include <string.h>

#include "clients/base/number.h"
#include "clients/rule/rehearsal_yaml.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json_field.h"
#include "rules/suggest.h"
#include "tocsin/v1/incident.pb-c.h"

enum { MAX_ENUM = 64, MAX_PATH = 200 };

static const char *text_of(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	return tocsin_yaml_text(&reading->document, node);
}

static json_t *refuse(struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node,
	const ProtobufCFieldDescriptor *field, const char *wanted)
{
	if (node->kind != TOCSIN_YAML_BROKEN)
		tocsin_rehearsal_error(reading, node, "'%s' takes %s", field->name, wanted);
	return NULL;
}

static json_t *enum_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	const ProtobufCEnumDescriptor *type = field->descriptor;
	int value;
	if (tocsin_enum_read(type, text_of(reading, node), node->size, &value))
		return json_string(tocsin_enum_name(type, value));
	const char *names[MAX_ENUM + 1] = {NULL};
	char what[MAX_PATH];
	for (unsigned i = 0; i < type->n_values && i < MAX_ENUM; i++)
		names[i] = tocsin_enum_name(type, type->values[i].value);
	snprintf(what, sizeof what, "a value of '%s'", field->name);
	tocsin_rehearsal_unknown(reading, node, what, names);
	return NULL;
}

static json_t *number_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	const char *text = text_of(reading, node);
	int64_t whole;
	double decimal;
	if (node->plain && tocsin_number_read(text, &whole))
		return json_integer(whole);
	if (node->plain && tocsin_decimal_read(text, &decimal))
		return json_real(decimal);
	return refuse(reading, node, field, "a number");
}

/* Written as the hub writes it, so that it compares. */
static json_t *time_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	if (!tocsin_instant_read(text_of(reading, node), node->size, &time))
		return refuse(reading, node, field, "a time such as 2024-08-07T18:30:00Z");
	tocsin_instant_write(&time, text);
	return json_string(text);
}

static json_t *scalar_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	if (node->kind != TOCSIN_YAML_SCALAR)
		return refuse(reading, node, field, "one value");
	switch (field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		return enum_value(reading, field, node);
	case PROTOBUF_C_TYPE_BOOL:
		return json_boolean(tocsin_rehearsal_flag(reading, node, field->name));
	case PROTOBUF_C_TYPE_MESSAGE:
		return time_value(reading, field, node);
	case PROTOBUF_C_TYPE_STRING:
		return json_stringn(text_of(reading, node), node->size);
	default:
		return number_value(reading, field, node);
	}
}

static json_t *one_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	return field->type == PROTOBUF_C_TYPE_MESSAGE && !tocsin_json_is_time(field)
		? tocsin_rehearsal_body(reading, field->descriptor, node)
		: scalar_value(reading, field, node);
}

/* One value alone stands for a list of it. */
static json_t *field_value(struct tocsin_rehearsal_reading *reading,
	const ProtobufCFieldDescriptor *field, const struct tocsin_yaml_node *node)
{
	if (tocsin_rehearsal_empty(reading, node))
		return json_null();
	if (field->label != PROTOBUF_C_LABEL_REPEATED)
		return one_value(reading, field, node);
	json_t *list = json_array();
	const bool many = node->kind == TOCSIN_YAML_LIST;
	const struct tocsin_yaml_node *item = many ? tocsin_rehearsal_first(reading, node) : node;
	for (; item; item = many ? tocsin_rehearsal_next(reading, item) : NULL)
		json_array_append_new(list, one_value(reading, field, item));
	return list;
}

static void refuse_field(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node)
{
	const char *name = text_of(reading, node);
	const char *meant = tocsin_json_suggest(type, name);
	if (meant)
		tocsin_rehearsal_error(reading, node, "'%.64s' is not a field of %s: did you mean '%s'?",
			name, type->short_name, meant);
	else
		tocsin_rehearsal_error(
			reading, node, "'%.64s' is not a field of %s", name, type->short_name);
}

/* A reference may name an earlier publish. */
static bool is_name(const struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *key)
{
	return type == &tocsin__v1__reference__descriptor && strcmp(text_of(reading, key), "name") == 0;
}

static json_t *name_value(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	const char *name = tocsin_rehearsal_text(reading, node, "a name");
	if (!name || json_object_get(reading->names, name))
		return json_string(name);
	struct tocsin_suggest suggest;
	const char *known;
	json_t *value;
	tocsin_suggest_init(&suggest, name, strlen(name));
	json_object_foreach(reading->names, known, value) tocsin_suggest_offer(&suggest, known);
	if (suggest.best)
		tocsin_rehearsal_error(reading, node,
			"no step before this one is called '%.64s': did you mean '%s'?", name, suggest.best);
	else
		tocsin_rehearsal_error(reading, node, "no step before this one is called '%.64s'", name);
	return NULL;
}

json_t *tocsin_rehearsal_body(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node)
{
	if (node->kind != TOCSIN_YAML_MAPPING) {
		if (node->kind != TOCSIN_YAML_BROKEN)
			tocsin_rehearsal_error(reading, node, "%s is a mapping", type->short_name);
		return NULL;
	}
	json_t *body = json_object();
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	for (const struct tocsin_yaml_node *value; key; key = tocsin_rehearsal_next(reading, value)) {
		value = tocsin_rehearsal_next(reading, key);
		if (!value)
			break;
		if (key->kind != TOCSIN_YAML_SCALAR || value->kind == TOCSIN_YAML_BROKEN)
			continue;
		const ProtobufCFieldDescriptor *field = tocsin_json_field(type, text_of(reading, key));
		if (is_name(reading, type, key))
			json_object_set_new(body, "name", name_value(reading, value));
		else if (field)
			json_object_set_new(body, field->name, field_value(reading, field, value));
		else
			refuse_field(reading, type, key);
	}
	return body;
}

/* The field at the end of a path, with what is wrong reported at the node. *item: the
 * path ends in one entry of a list. */
static const ProtobufCFieldDescriptor *path_field(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node, bool *item)
{
	const char *at = text_of(reading, node);
	for (;;) {
		char name[MAX_PATH];
		const size_t length = strcspn(at, ".[");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		const ProtobufCFieldDescriptor *field =
			protobuf_c_message_descriptor_get_field_by_name(type, name);
		if (!field) {
			const char *meant = tocsin_json_suggest(type, name);
			tocsin_rehearsal_error(reading, node, "'%.64s' is not a field of %s%s%s%s", name,
				type->short_name, meant ? ": did you mean '" : "", meant ? meant : "",
				meant ? "'?" : "");
			return NULL;
		}
		at += length;
		*item = *at == '[';
		if (*item) {
			const size_t digits = strspn(at + 1, "0123456789");
			if (digits == 0 || digits > 4 || at[digits + 1] != ']' ||
				field->label != PROTOBUF_C_LABEL_REPEATED) {
				tocsin_rehearsal_error(reading, node, "'%s' takes no such index", field->name);
				return NULL;
			}
			at += digits + 2;
		}
		if (*at == '\0')
			return field;
		if (*at != '.' || field->type != PROTOBUF_C_TYPE_MESSAGE || tocsin_json_is_time(field)) {
			tocsin_rehearsal_error(reading, node, "'%s' has no fields of its own", field->name);
			return NULL;
		}
		type = field->descriptor;
		at++;
	}
}

json_t *tocsin_rehearsal_fields(struct tocsin_rehearsal_reading *reading,
	const ProtobufCMessageDescriptor *type, const struct tocsin_yaml_node *node)
{
	if (node->kind != TOCSIN_YAML_MAPPING) {
		if (node->kind != TOCSIN_YAML_BROKEN)
			tocsin_rehearsal_error(reading, node, "fields are a mapping from path to value");
		return NULL;
	}
	json_t *fields = json_object();
	const struct tocsin_yaml_node *key = tocsin_rehearsal_first(reading, node);
	for (const struct tocsin_yaml_node *value; key; key = tocsin_rehearsal_next(reading, value)) {
		value = tocsin_rehearsal_next(reading, key);
		if (!value)
			break;
		if (key->kind != TOCSIN_YAML_SCALAR || value->kind == TOCSIN_YAML_BROKEN)
			continue;
		bool item = false;
		const ProtobufCFieldDescriptor *field = path_field(reading, type, key, &item);
		if (!field)
			continue;
		json_t *wanted = item && !tocsin_rehearsal_empty(reading, value)
			? one_value(reading, field, value)
			: field_value(reading, field, value);
		json_object_set_new(fields, text_of(reading, key), wanted);
	}
	return fields;
}

static json_t *plain_scalar(
	const struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	const char *text = text_of(reading, node);
	int64_t whole;
	if (node->plain && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
		return json_boolean(*text == 't');
	if (node->plain && *text != '+' && tocsin_number_read(text, &whole))
		return json_integer(whole);
	return json_stringn(text, node->size);
}

json_t *tocsin_rehearsal_plain(
	struct tocsin_rehearsal_reading *reading, const struct tocsin_yaml_node *node)
{
	const struct tocsin_yaml_node *item = tocsin_rehearsal_first(reading, node);
	json_t *value;
	switch (node->kind) {
	case TOCSIN_YAML_SCALAR:
		return plain_scalar(reading, node);
	case TOCSIN_YAML_LIST:
		value = json_array();
		for (; item; item = tocsin_rehearsal_next(reading, item))
			json_array_append_new(value, tocsin_rehearsal_plain(reading, item));
		return value;
	case TOCSIN_YAML_MAPPING:
		value = json_object();
		while (item && tocsin_rehearsal_next(reading, item)) {
			const struct tocsin_yaml_node *under = tocsin_rehearsal_next(reading, item);
			if (item->kind == TOCSIN_YAML_SCALAR)
				json_object_set_new(
					value, text_of(reading, item), tocsin_rehearsal_plain(reading, under));
			item = tocsin_rehearsal_next(reading, under);
		}
		return value;
	default:
		return NULL;
	}
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* JSON Schema draft-07 of the canonical form that tocsin_json_write gives; the
 * ProtoJSON spellings that input also takes are left out, so that an editor
 * completes and checks one dialect. */
#include "proto/json.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "proto/enum_name.h"
#include "proto/json_field.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "tocsin/v1/incident.pb-c.h"

#define UUID4 "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
#define PCODE "^[A-Z0-9]{1,20}$"

/* What a field's text must look like, or between what its number lies. */
struct bound {
	const char *message, *field;
	const char *pattern; /* or NULL: then the numbers hold */
	double minimum, maximum;
};

static const struct bound bounds[] = {
	{.message = "Incident", .field = "id", .pattern = UUID4},
	{.message = "Reference", .field = "id", .pattern = UUID4},
	{.message = "Location", .field = "country", .pattern = "^[A-Z]{2}$"},
	{.message = "Location", .field = "pcode", .pattern = PCODE},
	{.message = "Displacement", .field = "pcode", .pattern = PCODE},
	{.message = "Displacement", .field = "origin_pcode", .pattern = PCODE},
	{.message = "Displacement", .field = "destination_pcode", .pattern = PCODE},
	{.message = "Displacement",
		.field = "household_size",
		.minimum = TOCSIN_MIN_HOUSEHOLD,
		.maximum = TOCSIN_MAX_HOUSEHOLD},
	{.message = "Point", .field = "latitude", .minimum = -90, .maximum = 90},
	{.message = "Point", .field = "longitude", .minimum = -180, .maximum = 180},
	{.message = "Receipt", .field = "payload_sha256", .pattern = "^[0-9a-f]{64}$"},
	{.message = "Violation", .field = "level", .pattern = "^(error|warning)$"},
};

static const struct bound *find_bound(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
		if (strcmp(bounds[i].message, type->short_name) == 0 &&
			strcmp(bounds[i].field, field->name) == 0) {
			return &bounds[i];
		}
	}
	return NULL;
}

/* Adds a part that it takes over. A part that is NULL for want of memory makes
 * the whole NULL, so that no schema goes out with a piece missing. */
static json_t *with(json_t *object, const char *key, json_t *part)
{
	if (json_object_set_new(object, key, part) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *number(double value)
{
	return value == trunc(value) ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *enum_schema(const ProtobufCEnumDescriptor *type)
{
	json_t *names = json_array();
	for (unsigned i = 0; i < type->n_values; i++) {
		int value = type->values[i].value;
		if (value == 0) { /* unspecified is left out, not written */
			continue;
		}
		if (json_array_append_new(names, json_string(tocsin_enum_name(type, value))) != 0) {
			json_decref(names);
			return NULL;
		}
	}
	return json_pack("{s:o}", "enum", names);
}

static json_t *text_schema(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	const struct bound *bound = find_bound(type, field);
	size_t limit = tocsin_wire_text_limit(type, field);
	json_t *schema = json_pack("{s:s}", "type", "string");
	if (bound != NULL) {
		schema = with(schema, "pattern", json_string(bound->pattern));
	} else if (limit != SIZE_MAX) { /* what only the hub writes has no ceiling of its own */
		schema = with(schema, "maxLength", json_integer((json_int_t)limit));
	}
	return schema;
}

static json_t *double_schema(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	const struct bound *bound = find_bound(type, field);
	json_t *schema = json_pack("{s:s}", "type", "number");
	if (bound != NULL) {
		schema = with(schema, "minimum", number(bound->minimum));
		schema = with(schema, "maximum", number(bound->maximum));
	}
	return schema;
}

static json_t *message_reference(const ProtobufCMessageDescriptor *type)
{
	return json_pack("{s:s+}", "$ref", "#/definitions/", type->short_name);
}

static json_t *value_schema(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return text_schema(type, field);
	case PROTOBUF_C_TYPE_ENUM:
		return enum_schema(field->descriptor);
	case PROTOBUF_C_TYPE_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case PROTOBUF_C_TYPE_UINT32:
		return json_pack(
			"{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t)UINT32_MAX);
	case PROTOBUF_C_TYPE_UINT64:
		return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
	case PROTOBUF_C_TYPE_DOUBLE:
		return double_schema(type, field);
	default:
		return tocsin_json_is_time(field)
			? json_pack("{s:s, s:s}", "type", "string", "format", "date-time")
			: message_reference(field->descriptor);
	}
}

static json_t *field_schema(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		return value_schema(type, field);
	}
	size_t limit = tocsin_wire_count_limit(type, field);
	json_t *schema = json_pack("{s:s, s:o}", "type", "array", "items", value_schema(type, field));
	if (limit != SIZE_MAX) {
		schema = with(schema, "maxItems", json_integer((json_int_t)limit));
	}
	return schema;
}

static json_t *object_schema(const ProtobufCMessageDescriptor *type)
{
	json_t *properties = json_object();
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		properties = with(properties, field->name, field_schema(type, field));
	}
	return json_pack(
		"{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
}

/* Every message that the type holds, once. Depth is that of the .proto files. */
static json_t *with_definitions(json_t *definitions, const ProtobufCMessageDescriptor *type)
{
	for (unsigned i = 0; i < type->n_fields && definitions != NULL; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		if (field->type != PROTOBUF_C_TYPE_MESSAGE || tocsin_json_is_time(field)) {
			continue;
		}
		const ProtobufCMessageDescriptor *inner = field->descriptor;
		if (json_object_get(definitions, inner->short_name) == NULL) {
			definitions = with(definitions, inner->short_name, object_schema(inner));
			definitions = with_definitions(definitions, inner);
		}
	}
	return definitions;
}

json_t *tocsin_json_schema(const ProtobufCMessageDescriptor *type)
{
	json_t *schema = json_pack("{s:s, s:s+}", "$schema", "http://json-schema.org/draft-07/schema#",
		"title", "Tocsin ", type->short_name);
	json_t *body = object_schema(type);
	json_t *definitions = with_definitions(json_object(), type);
	if (schema == NULL || body == NULL || definitions == NULL ||
		json_object_update(schema, body) != 0) {
		json_decref(schema);
		schema = NULL;
	}
	json_decref(body);
	if (schema != NULL && type == &tocsin__v1__incident__descriptor) {
		/* What every incident has, a Cancel too. */
		schema = with(schema, "required", json_pack("[ssss]", "id", "status", "msg_type", "sent"));
	}
	if (schema != NULL && json_object_size(definitions) > 0) {
		schema = with(schema, "definitions", json_incref(definitions));
	}
	json_decref(definitions);
	return schema;
}

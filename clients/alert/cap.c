/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/cap.h"

#include <stdlib.h>
#include <string.h>

#include "clients/alert/cap_part.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/text.h"

#define NAME_SPACE "urn:oasis:names:tc:emergency:cap:1.2"

enum { MAX_SENDER = 200, MAX_WEB = 2000 };

static bool fits_sender(char c)
{
	return c > ' ' && c < 0x7F && !strchr(",<>&\"'", c);
}

bool tocsin_cap_is_sender(const char *text)
{
	size_t length = strnlen(text, MAX_SENDER + 1);
	for (size_t i = 0; i < length; i++)
		if (!fits_sender(text[i]))
			return false;
	return length > 0 && length <= MAX_SENDER;
}

bool tocsin_cap_is_web(const char *text)
{
	size_t scheme = strncmp(text, "https://", 8) == 0 ? 8
		: strncmp(text, "http://", 7) == 0            ? 7
													  : 0;
	size_t length = strnlen(text, MAX_WEB + 1);
	if (scheme == 0 || length > MAX_WEB || !text[scheme] || strchr("/?#", text[scheme]))
		return false;
	for (size_t i = scheme; i < length; i++)
		if (text[i] <= ' ' || text[i] >= 0x7F || strchr("<>\"\\^`{|}", text[i]))
			return false;
	return true;
}

void tocsin_cap_time(const Google__Protobuf__Timestamp *time, char text[TOCSIN_CAP_TIME])
{
	char whole[TOCSIN_INSTANT_TEXT];
	tocsin_instant_write(time, whole);
	snprintf(text, TOCSIN_CAP_TIME, "%.19s-00:00", whole);
}

void tocsin_cap_value(struct tocsin_cap_writing *cap, const char *element,
	const ProtobufCEnumDescriptor *type, int value, const char *other)
{
	const char *name = value ? tocsin_enum_name(type, value) : NULL;
	char text[32];
	snprintf(text, sizeof(text), "%s", name ? name : other);
	size_t raised = strcmp(text, "cbrne") == 0 ? strlen(text) : 1;
	for (size_t i = 0; i < raised; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - ('a' - 'A'));
	tocsin_xml_text(&cap->xml, element, text);
}

void tocsin_cap_pair(
	struct tocsin_cap_writing *cap, const char *element, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tocsin_xml_open(&cap->xml, element, NULL);
	tocsin_xml_text(&cap->xml, "valueName", name);
	tocsin_xml_text(&cap->xml, "value", value);
	tocsin_xml_close(&cap->xml, element);
}

/* Ids and audiences are topic levels: nothing in them breaks a reference, an address
 * or a file name. */
static bool is_writable(const Tocsin__V1__Alert *alert)
{
	return tocsin_text_is_level(alert->id, strlen(alert->id)) &&
		tocsin_text_is_level(alert->audience, strlen(alert->audience)) && alert->sent &&
		tocsin_instant_valid(alert->sent) && alert->status &&
		tocsin_enum_name(&tocsin__v1__status__descriptor, (int)alert->status) && alert->msg_type &&
		tocsin_enum_name(&tocsin__v1__msg_type__descriptor, (int)alert->msg_type);
}

/* A hub may be called anything. */
static char *sender_of(const Tocsin__V1__Alert *alert, const struct tocsin_cap_options *options,
	struct tocsin_arena *arena)
{
	const char *name = options->sender ? options->sender : alert->hub;
	char *sender = tocsin_arena_text(
		arena, *name ? name : "tocsin", *name ? strnlen(name, MAX_SENDER) : strlen("tocsin"));
	for (char *at = sender; at && *at; at++)
		if (!fits_sender(*at))
			*at = '-';
	return sender;
}

enum tocsin_status tocsin_cap_reference(const Tocsin__V1__Alert *alert,
	const struct tocsin_cap_options *options, struct tocsin_arena *arena, char **reference)
{
	char sent[TOCSIN_CAP_TIME];
	if (!is_writable(alert))
		return TOCSIN_INVALID;
	const char *sender = sender_of(alert, options, arena);
	tocsin_cap_time(alert->sent, sent);
	char *text = sender ? tocsin_arena_format(arena, "%s,%s,%s", sender, alert->id, sent) : NULL;
	if (!text)
		return TOCSIN_NO_MEMORY;
	*reference = text;
	return TOCSIN_OK;
}

static bool is_repeated(const Tocsin__V1__Alert *alert, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(alert->references[i], alert->references[at]) == 0)
			return true;
	return strcmp(alert->references[at], alert->id) == 0;
}

/* The known versions before this one, each once; "" where there is none. */
static char *references_of(const struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	char *text = NULL, *copy = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	for (size_t i = 0; cap->options->find && i < alert->n_references; i++) {
		const char *found = is_repeated(alert, i)
			? NULL
			: cap->options->find(cap->options->ctx, alert->references[i]);
		if (found)
			fprintf(out, "%s%s", ftell(out) > 0 ? " " : "", found);
	}
	bool fine = !ferror(out);
	if (fclose(out) == 0 && fine)
		copy = tocsin_arena_text(cap->arena, text, length);
	free(text);
	return copy;
}

struct scope {
	const char *name, *tlp; /* Traffic Light Protocol 2.0 */
};

/* What does not say how sensitive it is counts as the most sensitive. */
static struct scope scope_of(const Tocsin__V1__Alert *alert)
{
	bool actual = alert->status == TOCSIN__V1__STATUS__STATUS_ACTUAL;
	switch (alert->redaction) {
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW:
		return (struct scope){actual ? "Public" : "Restricted", "TLP:CLEAR"};
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE:
		return (struct scope){"Restricted", "TLP:GREEN"};
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH:
		return (struct scope){"Restricted", "TLP:AMBER"};
	default:
		return (struct scope){"Private", "TLP:RED"};
	}
}

static void write_scope(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	struct scope scope = scope_of(alert);
	tocsin_xml_text(&cap->xml, "scope", scope.name);
	if (strcmp(scope.name, "Restricted") == 0) {
		char text[256];
		snprintf(text, sizeof(text), "For the audience %s; sensitivity %s (%s)", alert->audience,
			tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)alert->redaction),
			scope.tlp);
		tocsin_xml_text(&cap->xml, "restriction", text);
	} else if (strcmp(scope.name, "Private") == 0) {
		tocsin_xml_text(&cap->xml, "addresses", alert->audience);
	}
}

/* The exercise that CAP wants named here is the chain; of a Cancel the reason. */
static void write_note(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	const Tocsin__V1__Close *close = alert->close;
	bool exercise = alert->status == TOCSIN__V1__STATUS__STATUS_EXERCISE;
	const char *cause = close && close->cause
		? tocsin_enum_name(&tocsin__v1__close_cause__descriptor, (int)close->cause)
		: NULL;
	const char *note = close ? close->note : "";
	char *text = tocsin_arena_format(cap->arena, "%s%s%s%s%s%s", exercise ? "Exercise " : "",
		exercise ? alert->incident_id : "", exercise && (cause || *note) ? ". " : "",
		cause ? cause : "", cause && *note ? ": " : "", note);
	tocsin_xml_text(&cap->xml, "note", text);
}

/* One word of the contract's form, as CAP groups incidents by spaces. */
static void write_incidents(struct tocsin_cap_writing *cap)
{
	const char *id = cap->alert->incident_id;
	if (tocsin_text_is_level(id, strlen(id)))
		tocsin_xml_text(&cap->xml, "incidents", id);
}

static void write_alert(struct tocsin_cap_writing *cap, const char *sender, const char *references)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	bool first = alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT || !*references;
	char sent[TOCSIN_CAP_TIME];
	tocsin_cap_time(alert->sent, sent);
	tocsin_xml_open(&cap->xml, "alert", NAME_SPACE);
	tocsin_xml_text(&cap->xml, "identifier", alert->id);
	tocsin_xml_text(&cap->xml, "sender", sender);
	tocsin_xml_text(&cap->xml, "sent", sent);
	tocsin_cap_value(cap, "status", &tocsin__v1__status__descriptor, (int)alert->status, "Test");
	tocsin_cap_value(cap, "msgType", &tocsin__v1__msg_type__descriptor,
		first ? (int)TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT : (int)alert->msg_type, "Alert");
	tocsin_xml_line(&cap->xml, "source", alert->sender);
	write_scope(cap);
	write_note(cap);
	if (!first)
		tocsin_xml_text(&cap->xml, "references", references);
	write_incidents(cap);
	tocsin_cap_infos(cap);
	tocsin_xml_close(&cap->xml, "alert");
}

enum tocsin_status tocsin_cap_write(const Tocsin__V1__Alert *alert,
	const struct tocsin_cap_options *options, struct tocsin_arena *arena, char **text,
	size_t *length)
{
	struct tocsin_cap_writing cap = {.alert = alert, .options = options, .arena = arena};
	char *bytes = NULL, *copy = NULL;
	size_t size = 0;
	if (!is_writable(alert))
		return TOCSIN_INVALID;
	const char *sender = sender_of(alert, options, arena);
	const char *references = references_of(&cap);
	if (!sender || !references)
		return TOCSIN_NO_MEMORY;
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL && !*references)
		return TOCSIN_NOT_FOUND;
	FILE *out = open_memstream(&bytes, &size);
	if (!out)
		return TOCSIN_NO_MEMORY;
	tocsin_xml_start(&cap.xml, out);
	write_alert(&cap, sender, references);
	bool fine = !ferror(out) && !tocsin_arena_full(arena);
	if (fclose(out) == 0 && fine)
		copy = tocsin_arena_text(arena, bytes, size);
	free(bytes);
	if (!copy)
		return TOCSIN_NO_MEMORY;
	*text = copy;
	*length = size;
	return TOCSIN_OK;
}

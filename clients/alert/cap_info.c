/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <ctype.h>
#include <string.h>

#include "clients/alert/cap_part.h"
#include "clients/alert/prose.h"
#include "clients/alert/prose_words.h"
#include "proto/instant.h"
#include "proto/language.h"
#include "rules/template.h"

enum { MAX_BLOCKS = 3 };

/* One info block: texts as written, words of ours, or both where their language is
 * the same. */
struct block {
	const char *tag; /* RFC 5646 */
	bool own, worded;
	enum tocsin_language words; /* where worded */
};

/* The template that stands in for a headline is in English, whatever the language of
 * a text that goes with it. */
static bool headline_is_own(const struct tocsin_cap_writing *cap)
{
	const char *headline = cap->alert->headline;
	const char *template = *headline ? tocsin_template_headline(cap->alert, cap->arena) : NULL;
	return *headline && template && strcmp(headline, template) != 0;
}

static bool is_language(const char *tag, const char *primary)
{
	return strncasecmp(tag, primary, 2) == 0 && !isalnum((unsigned char)tag[2]);
}

static struct block own_block(const Tocsin__V1__Alert *alert)
{
	const char *tag = alert->language;
	if (!tocsin_language_is_tag(tag, strlen(tag)))
		tag = "und"; /* left out it would read as en-US */
	bool french = is_language(tag, "fr");
	return (struct block){
		tag, true, french || is_language(tag, "en"), french ? TOCSIN_FRENCH : TOCSIN_ENGLISH};
}

static size_t choose_blocks(const struct tocsin_cap_writing *cap, struct block blocks[MAX_BLOCKS])
{
	static const struct block ours[] = {
		{"en", false, true, TOCSIN_ENGLISH},
		{"fr", false, true, TOCSIN_FRENCH},
	};
	const Tocsin__V1__Alert *alert = cap->alert;
	size_t count = 0;
	if (headline_is_own(cap) || *alert->description || *alert->instruction)
		blocks[count++] = own_block(alert);
	bool own = count > 0 && blocks[0].worded;
	enum tocsin_language spoken = own ? blocks[0].words : TOCSIN_ENGLISH;
	for (size_t i = 0; i < 2; i++)
		if (!own || ours[i].words != spoken)
			blocks[count++] = ours[i];
	return count;
}

/* In a language that we do not write, EXERCISE and the like stay with status and
 * msgType. */
static const char *headline_of(const struct tocsin_cap_writing *cap, const struct block *block)
{
	const char *own = block->own && headline_is_own(cap) ? cap->alert->headline : NULL;
	return block->worded ? tocsin_prose_headline(cap->alert, own, block->words, cap->arena) : own;
}

/* A reader that shows nothing else must see the figures with who says so. */
static const char *description_of(
	const struct tocsin_cap_writing *cap, const struct block *block, const char *headline)
{
	const char *own = block->own ? cap->alert->description : "";
	if (!block->worded)
		return *own ? own : headline;
	const char *ours = tocsin_prose_text(cap->alert, block->words, cap->arena);
	return *own && ours ? tocsin_arena_format(cap->arena, "%s\n\n%s", own, ours) : ours;
}

static const Google__Protobuf__Timestamp *valid(const Google__Protobuf__Timestamp *time)
{
	return time && tocsin_instant_valid(time) ? time : NULL;
}

/* What has ended before it was sent ends when it begins: effective is never after
 * expires. */
static void write_times(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	const Google__Protobuf__Timestamp *onset =
		alert->occurred ? valid(alert->occurred->start) : NULL;
	const Google__Protobuf__Timestamp *expires = valid(alert->expires);
	char text[TOCSIN_CAP_TIME];
	if (expires && tocsin_instant_compare(expires, alert->sent) < 0)
		expires = alert->sent;
	tocsin_cap_time(alert->sent, text);
	tocsin_xml_text(&cap->xml, "effective", text);
	if (onset) {
		tocsin_cap_time(onset, text);
		tocsin_xml_text(&cap->xml, "onset", text);
	}
	if (expires) {
		tocsin_cap_time(expires, text);
		tocsin_xml_text(&cap->xml, "expires", text);
	}
}

/* A page about this very event goes before one about the hub. */
static const char *web_of(const struct tocsin_cap_writing *cap)
{
	for (size_t i = 0; i < cap->alert->n_sources; i++)
		if (tocsin_cap_is_web(cap->alert->sources[i]->url))
			return cap->alert->sources[i]->url;
	return cap->options->web;
}

static void write_texts(struct tocsin_cap_writing *cap, const struct block *block)
{
	const struct tocsin_cap_options *options = cap->options;
	const char *name = options->sender_name ? options->sender_name : cap->alert->hub;
	const char *headline = headline_of(cap, block);
	tocsin_xml_line(&cap->xml, "senderName", name);
	tocsin_xml_line(&cap->xml, "headline", headline);
	tocsin_xml_text(&cap->xml, "description", description_of(cap, block, headline));
	if (block->own)
		tocsin_xml_text(&cap->xml, "instruction", cap->alert->instruction);
	tocsin_xml_text(&cap->xml, "web", web_of(cap));
	tocsin_xml_line(&cap->xml, "contact", options->contact);
}

static void write_block(struct tocsin_cap_writing *cap, const struct block *block)
{
	const Tocsin__V1__Alert *alert = cap->alert;
	int event = alert->event && alert->event->type ? (int)alert->event->type
												   : (int)TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_OTHER;
	tocsin_xml_open(&cap->xml, "info", NULL);
	tocsin_xml_text(&cap->xml, "language", block->tag);
	tocsin_cap_categories(cap);
	tocsin_xml_text(&cap->xml, "event",
		tocsin_prose_value(&tocsin__v1__event_type__descriptor, event, block->words));
	tocsin_cap_value(
		cap, "urgency", &tocsin__v1__urgency__descriptor, (int)alert->urgency, "unknown");
	tocsin_cap_value(
		cap, "severity", &tocsin__v1__severity__descriptor, (int)alert->severity, "unknown");
	tocsin_cap_value(
		cap, "certainty", &tocsin__v1__certainty__descriptor, (int)alert->certainty, "unknown");
	tocsin_xml_text(&cap->xml, "audience", alert->audience);
	tocsin_cap_event_codes(cap);
	write_times(cap);
	write_texts(cap, block);
	tocsin_cap_parameters(cap);
	tocsin_cap_area(cap, block->words);
	tocsin_xml_close(&cap->xml, "info");
}

void tocsin_cap_infos(struct tocsin_cap_writing *cap)
{
	struct block blocks[MAX_BLOCKS];
	size_t count = choose_blocks(cap, blocks);
	for (size_t i = 0; i < count; i++)
		write_block(cap, &blocks[i]);
}

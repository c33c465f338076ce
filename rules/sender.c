/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sender.h"

#include <string.h>

#include "proto/text.h"

enum { EVENTS = 32 };

bool tocsin_sender_reports_from(
	const struct tocsin_sender *sender, const uint32_t *path, size_t depth)
{
	for (size_t i = 0; i < depth; i++) {
		for (size_t k = 0; k < sender->region_count; k++) {
			if (sender->regions[k] == path[i])
				return true;
		}
	}
	return sender->region_count == 0;
}

bool tocsin_sender_reports_event(const struct tocsin_sender *sender, int event)
{
	return sender->events == 0 || event <= 0 || event >= EVENTS ||
		(sender->events & TOCSIN_BIT(event)) != 0;
}

/* Only the last * is ever gone back to: an earlier one could take no more than it has
 * without leaving this one less to choose from. */
static bool pattern_holds(const char *pattern, const char *name, size_t length)
{
	const char *star = NULL;
	size_t at = 0, star_at = 0;
	while (at < length) {
		if (*pattern == '*') {
			star = ++pattern;
			star_at = at;
		} else if (*pattern == name[at]) {
			pattern++;
			at++;
		} else if (star) {
			pattern = star;
			at = ++star_at;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool tocsin_sender_relays(const struct tocsin_sender *sender, const char *name, size_t length)
{
	if (sender->relay_count == 0 || !tocsin_text_is_level(name, length))
		return false;
	for (size_t i = 0; i < sender->relay_count; i++) {
		if (pattern_holds(sender->relays[i], name, length))
			return true;
	}
	return false;
}

const struct tocsin_sender *tocsin_ruleset_relay(
	const struct tocsin_ruleset *ruleset, const char *name, const struct tocsin_sender *after)
{
	for (size_t i = 0; i < ruleset->relay_count; i++) {
		const struct tocsin_sender *relay = ruleset->relays[i];
		if ((!after || relay > after) && tocsin_sender_relays(relay, name, strlen(name)))
			return relay;
	}
	return NULL;
}

const char *tocsin_ruleset_speaker(const struct tocsin_ruleset *ruleset, const char *name)
{
	if (!ruleset->senders_listed || ruleset->open_senders || tocsin_ruleset_sender(ruleset, name))
		return name;
	const struct tocsin_sender *relay = tocsin_ruleset_relay(ruleset, name, NULL);
	return relay ? relay->name : name;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a sender may report, and for whom it may speak. */
#pragma once

#include "rules/ruleset.h"

/* path is that of the place, as of tocsin_gazetteer_path; depth 0 where it is not known,
 * which only a sender that may report from anywhere may. */
bool tocsin_sender_reports_from(
	const struct tocsin_sender *sender, const uint32_t *path, size_t depth);

/* event as it came: a value that is no event at all is refused elsewhere. */
bool tocsin_sender_reports_event(const struct tocsin_sender *sender, int event);

/* Whether one of its patterns holds for the whole of a name, which must have the form of
 * a topic level; * stands for any number of its letters, also none. */
bool tocsin_sender_relays(const struct tocsin_sender *sender, const char *name, size_t length);

/* The user name by which a sender's reports come: its own where the rules admit that, else
 * the first relay's that may speak for it, else its own all the same. For looking at what the
 * rules would do; the intake asks who is there. */
const char *tocsin_ruleset_speaker(const struct tocsin_ruleset *ruleset, const char *name);

/* The first sender after this one (NULL: of all) that may speak for a name; NULL: none. */
const struct tocsin_sender *tocsin_ruleset_relay(
	const struct tocsin_ruleset *ruleset, const char *name, const struct tocsin_sender *after);

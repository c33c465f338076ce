/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/edit_apply.h"

#include "clients/base/tongue.h"
#include "clients/rule/diff_print.h"

static bool feed_all(const struct tocsin_edit *edit, struct tocsin_diff_feed *feed)
{
	bool fine = true;
	if (edit->against_count == 0)
		return tocsin_diff_feed_grid(feed, edit->before, edit->after);
	for (size_t i = 0; i < edit->against_count; i++)
		fine &= tocsin_diff_feed_path(feed, edit->against[i]);
	return fine;
}

bool tocsin_edit_impact(const struct tocsin_edit *edit, bool *loses)
{
	if (!edit->before) {
		puts(_("Impact: unknown, since what the file holds now does not load."));
		*loses = false;
		return true;
	}
	struct tocsin_diff_feed feed = {.impact = tocsin_impact_create(edit->before, edit->after)};
	bool fine = feed.impact && feed_all(edit, &feed) && tocsin_diff_print(&feed, false);
	if (fine)
		*loses = tocsin_impact_loses(feed.impact);
	tocsin_diff_feed_finish(&feed);
	tocsin_impact_destroy(feed.impact);
	return fine;
}

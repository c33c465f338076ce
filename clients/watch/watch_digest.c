/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/digest_judge.h"
#include "clients/alert/digest_print.h"
#include "clients/base/json_out.h"
#include "clients/base/tongue.h"
#include "clients/watch/watch.h"

/* A table of alerts has no row for it. */
static void say(const struct tocsin_watch *watch, const Tocsin__V1__Digest *digest)
{
	const struct tocsin_paper paper = {stderr, false};
	if (watch->quiet && digest->count == 0)
		return;
	fputs(_("tocsin watch: "), stderr);
	tocsin_digest_say(&paper, digest);
	fputc('\n', stderr);
}

static void show(const struct tocsin_watch *watch, const Tocsin__V1__Digest *digest)
{
	if (watch->csv) {
		say(watch, digest);
		return;
	}
	if (!watch->json)
		tocsin_digest_print(&watch->paper, digest, watch->audience_count > 1);
	else if (!tocsin_json_line(&digest->base, watch->paper.out))
		tocsin_watch_note(watch, true, _("a digest could not be written as JSON"));
	fflush(watch->paper.out);
}

void tocsin_watch_take_digest(struct tocsin_watch *watch, const struct tocsin_message *message,
	const struct tocsin_incoming *origin)
{
	const Tocsin__V1__Digest *digest = tocsin_incoming_digest(watch->arena, message, origin->json);
	if (!digest) {
		const struct tocsin_paper paper = {stderr, false};
		fprintf(stderr, "%s%s ", _("tocsin watch: "), _("cannot read the digest on"));
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	if ((digest->status > TOCSIN__V1__STATUS__STATUS_ACTUAL && !watch->exercises) ||
		!tocsin_digest_wanted(&watch->want, digest) ||
		!tocsin_twins_take(&watch->digests, &digest->base, origin->json, watch->arena))
		return;
	show(watch, digest);
	if (digest->count > 0)
		tocsin_watch_exec_digest(watch, digest, origin->audience);
}

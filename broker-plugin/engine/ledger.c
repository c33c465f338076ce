/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/ledger.h"

#include <inttypes.h>

bool tocsin_ledger_adds_up(const struct tocsin_ledger *ledger)
{
	return ledger->received ==
		ledger->accepted + ledger->rejected + ledger->duplicate + ledger->deferred +
			ledger->pending &&
		ledger->accepted == ledger->routed + ledger->defaulted + ledger->held;
}

char *tocsin_ledger_json(const struct tocsin_ledger *ledger, struct tocsin_arena *arena)
{
	return tocsin_arena_format(arena,
		"{\"received\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"rejected\":%" PRIu64
		",\"duplicate\":%" PRIu64 ",\"deferred\":%" PRIu64 ",\"pending\":%" PRIu64
		",\"routed\":%" PRIu64 ",\"defaulted\":%" PRIu64 ",\"held\":%" PRIu64 ",\"alerts\":%" PRIu64
		",\"reserved\":%" PRIu64 ",\"guarded\":%" PRIu64 "}",
		ledger->received, ledger->accepted, ledger->rejected, ledger->duplicate, ledger->deferred,
		ledger->pending, ledger->routed, ledger->defaulted, ledger->held, ledger->alerts,
		ledger->reserved, ledger->guarded);
}

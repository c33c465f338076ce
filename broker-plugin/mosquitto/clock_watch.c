/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/clock_watch.h"

#include "mosquitto/compat.h"

enum { SECOND_MS = 1000, SET_MS = 60 * SECOND_MS }; /* less is nobody's trouble */

void tocsin_clock_watch_turn(struct tocsin_clock_watch *watch, int64_t now_ms, int64_t steady_ms)
{
	const int64_t apart_ms = now_ms - steady_ms;
	const int64_t by_ms = watch->looked ? apart_ms - watch->apart_ms : 0;
	uint64_t left_out;

	watch->apart_ms = apart_ms;
	watch->looked = true;
	if ((by_ms < SET_MS && by_ms > -SET_MS) || !tocsin_log_due(&watch->limit, steady_ms, &left_out))
		return;
	if (by_ms > 0)
		tocsin_log(MOSQ_LOG_WARNING,
			"this machine's clock went forward by %lld s (it was set, or the machine slept): what "
			"has run out by it is no longer open. Was that wrong, set it right and restart the "
			"broker: what still holds is then open again",
			(long long)(by_ms / SECOND_MS));
	else
		tocsin_log(MOSQ_LOG_WARNING,
			"this machine's clock was set back by %lld s: what had run out by the time before is "
			"open again once the broker is restarted",
			(long long)(-by_ms / SECOND_MS));
}

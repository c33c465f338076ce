/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/past.h"

#include <stddef.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"

const char *tocsin_past_read(const char *text, int64_t *time_ms)
{
	const int64_t now_ms = tocsin_now_ms();
	int64_t read_ms = 0;
	if (tocsin_duration_read(text, &read_ms)) {
		*time_ms = now_ms - read_ms;
		return NULL;
	}
	switch (tocsin_time_read(text, now_ms, &read_ms)) {
	case TOCSIN_TIME_WRONG:
		return N_(
			"wants a span such as 2h or 7d, or a time such as 2024-08-07 or 2024-08-07T19:00Z");
	case TOCSIN_TIME_NO_ZONE:
		return N_("must say its zone: end it with Z for UTC, or with an offset such as +02:00");
	case TOCSIN_TIME_MOMENT:
	case TOCSIN_TIME_DAY:
		break;
	}
	if (read_ms <= 0)
		return N_("is too long ago");
	*time_ms = read_ms;
	return NULL;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "clients/alert/cap_folder.h"
#include "clients/alert/geojson.h"
#include "clients/base/tongue.h"
#include "clients/watch/watch.h"

static void complain(
	const struct tocsin_watch *watch, const char *path, enum tocsin_status status, int reason)
{
	static const char *const texts[] = {[TOCSIN_NO_MEMORY] = N_("out of memory"),
		[TOCSIN_INVALID] = N_("an alert cannot be written in this form"),
		[TOCSIN_LIMIT] = N_("is there already, and not made by this command"),
		[TOCSIN_NOT_FOUND] = N_("a Cancel is left out: what it ends is not here")};
	bool known = status < sizeof(texts) / sizeof(*texts) && texts[status];
	tocsin_watch_note(watch, status != TOCSIN_NOT_FOUND, _("%s: %s"), path,
		known ? _(texts[status]) : strerror(reason));
}

void tocsin_watch_export(const struct tocsin_watch *watch, const Tocsin__V1__Alert *alert)
{
	const struct tocsin_cap_options options = {0};
	enum tocsin_status status = TOCSIN_OK;
	if (watch->cap_folder)
		status = tocsin_cap_folder_write(watch->cap_folder, alert, &options);
	if (status != TOCSIN_OK)
		complain(watch, watch->cap_folder, status, errno);
	status = TOCSIN_OK;
	if (watch->geojson_file)
		status = tocsin_geojson_append(watch->geojson_file, alert);
	if (status != TOCSIN_OK)
		complain(watch, watch->geojson_file, status, errno);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/intake.h"

#include <string.h>

const char *tocsin_intake_rest(const char *root, const char *topic)
{
	const size_t length = strlen(root);

	if (strncmp(topic, root, length) != 0) {
		return NULL;
	}
	if (topic[length] == '\0') {
		return topic + length;
	}
	return topic[length] == '/' ? topic + length + 1 : NULL;
}

struct tocsin_intake_topic tocsin_intake_read(const char *root, const char *topic)
{
	struct tocsin_intake_topic read = {.kind = TOCSIN_INTAKE_FOREIGN};
	const char *rest = tocsin_intake_rest(root, topic);

	if (!rest) {
		return read;
	}
	read.kind = TOCSIN_INTAKE_RESERVED;
	if (strncmp(rest, "from/", 5) != 0) {
		return read;
	}
	const char *sender = rest + 5;
	const char *slash = strchr(sender, '/');
	if (!slash || slash == sender) {
		return read;
	}
	if (strcmp(slash, "/incident") == 0) {
		read.kind = TOCSIN_INTAKE_INCIDENT;
		read.form = TOCSIN_FORM_PROTOBUF;
	} else if (strcmp(slash, "/incident-json") == 0) {
		read.kind = TOCSIN_INTAKE_INCIDENT;
		read.form = TOCSIN_FORM_JSON;
	} else if (strcmp(slash, "/replay") == 0) {
		read.kind = TOCSIN_INTAKE_REPLAY;
	} else {
		return read;
	}
	read.sender = sender;
	read.sender_length = (size_t)(slash - sender);
	return read;
}

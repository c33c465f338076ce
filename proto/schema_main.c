/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* tocsin-json-schema FOLDER: writes the JSON Schema of each message into it. */
#include <stdio.h>
#include <stdlib.h>

#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/incident.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

enum { MAX_PATH = 4096 };

struct message {
	const char *name;
	const ProtobufCMessageDescriptor *type;
};

static const struct message messages[] = {
	{"alert", &tocsin__v1__alert__descriptor},
	{"digest", &tocsin__v1__digest__descriptor},
	{"incident", &tocsin__v1__incident__descriptor},
	{"receipt", &tocsin__v1__receipt__descriptor},
	{"replay_end", &tocsin__v1__replay_end__descriptor},
	{"replay_request", &tocsin__v1__replay_request__descriptor},
};

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	if (file == NULL) {
		return -1;
	}
	int written = fprintf(file, "%s\n", text);
	return fclose(file) == 0 && written > 0 ? 0 : -1;
}

static int write_schema(const char *folder, const struct message *message)
{
	char path[MAX_PATH];
	int length = snprintf(path, sizeof path, "%s/%s.schema.json", folder, message->name);
	if (length < 0 || (size_t)length >= sizeof path) {
		return -1;
	}
	json_t *schema = tocsin_json_schema(message->type);
	char *text = schema == NULL ? NULL : json_dumps(schema, JSON_INDENT(2));
	int result = text == NULL ? -1 : write_file(path, text);
	free(text);
	json_decref(schema);
	return result;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		(void)fprintf(stderr, "usage: tocsin-json-schema FOLDER\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		if (write_schema(argv[1], &messages[i]) != 0) {
			(void)fprintf(stderr, "tocsin-json-schema: cannot write %s\n", messages[i].name);
			return 1;
		}
	}
	return 0;
}

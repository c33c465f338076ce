/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Target: tocsin_silence_read, against one small rule set. */
#include <string.h>

#include "fuzz.h"
#include "rules/silence.h"

#define NOW_MS INT64_C(1723118400000)

static const char rules[] =
	"version: 1\n"
	"audiences: {all: {max_sensitivity: severe}, few: {max_sensitivity: low}}\n"
	"rules: []\n"
	"default: {alert: [{audience: all}]}\n";

static enum tocsin_status read_rules(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	(void)ctx;
	(void)path;
	(void)ceiling;
	*text = strdup(rules);
	FUZZ_HOLDS(*text != NULL);
	*length = strlen(rules);
	return TOCSIN_OK;
}

static void check_silence(const struct tocsin_silence *silence, const uint8_t *data, size_t size)
{
	FUZZ_HOLDS(silence->author[0] != '\0' && silence->reason[0] != '\0');
	FUZZ_HOLDS(silence->until_ms > silence->from_ms && silence->until_ms > NOW_MS);
	FUZZ_HOLDS(silence->until_ms - silence->from_ms <= TOCSIN_MAX_SILENCE_MS);
	FUZZ_HOLDS(silence->audiences < 1 << 2);
	FUZZ_HOLDS(memcmp(silence->text, data, size) == 0);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	const struct tocsin_files files = {.read = read_rules};
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;
	struct tocsin_silence *silence = NULL;
	tocsin_diagnostics_init(&diagnostics);
	FUZZ_HOLDS(tocsin_ruleset_load("rules.yaml", &files, &diagnostics, &set) == TOCSIN_OK);
	enum tocsin_status status = tocsin_silence_read(
		set, "silence", (const char *)data, size, NOW_MS, &diagnostics, &silence);
	FUZZ_HOLDS(status == TOCSIN_OK || status == TOCSIN_INVALID);
	FUZZ_HOLDS((status == TOCSIN_OK) == (silence != NULL));
	FUZZ_HOLDS((status == TOCSIN_OK) == (diagnostics.errors == 0));
	if (silence)
		check_silence(silence, data, size);
	tocsin_silence_destroy(silence);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/ruleset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "rules/fingerprint.h"
#include "rules/index.h"
#include "rules/load.h"
#include "rules/load_file.h"

enum { MAX_HINTS = 20 };

void tocsin_ruleset_destroy(struct tocsin_ruleset *ruleset)
{
	struct tocsin_ruleset_owner *owner = (struct tocsin_ruleset_owner *)(void *)ruleset;
	if (!owner)
		return;
	tocsin_index_destroy(owner->index);
	tocsin_localities_destroy(owner->localities);
	tocsin_gazetteer_destroy(owner->gazetteer);
	tocsin_load_zones_finish(owner->zones);
	free(owner->rules);
	tocsin_pool_finish(&owner->pool);
	free(owner);
}

int tocsin_ruleset_audience(const struct tocsin_ruleset *ruleset, const char *name)
{
	for (size_t i = 0; i < ruleset->audience_count; i++) {
		if (strcmp(ruleset->audiences[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

bool tocsin_audience_has(const struct tocsin_audience *audience, const char *user)
{
	for (size_t i = 0; i < audience->member_count; i++) {
		if (strcmp(audience->members[i], user) == 0)
			return true;
	}
	return false;
}

static int compare_sender(const void *key, const void *element)
{
	const struct tocsin_sender *sender = element;
	return strcmp(key, sender->name);
}

const struct tocsin_sender *tocsin_ruleset_sender(
	const struct tocsin_ruleset *ruleset, const char *name)
{
	if (ruleset->sender_count == 0)
		return NULL;
	return bsearch(
		name, ruleset->senders, ruleset->sender_count, sizeof(*ruleset->senders), compare_sender);
}

static enum tocsin_status fail_file(
	struct tocsin_loader *loader, enum tocsin_status status, int reason)
{
	if (status == TOCSIN_NO_MEMORY)
		return status;
	tocsin_diagnostics_add(loader->diagnostics, TOCSIN_NOTE_ERROR, loader->file, 0, 0,
		"cannot read the file: %s", tocsin_load_file_fault(status, reason));
	return TOCSIN_INVALID;
}

static enum tocsin_status write_version(struct tocsin_loader *loader)
{
	uint8_t hash[TOCSIN_SHA256];
	char text[TOCSIN_SHA256_TEXT];
	if (EVP_DigestFinal_ex(loader->digest, hash, NULL) != 1)
		return TOCSIN_NO_MEMORY;
	tocsin_hex(hash, sizeof(hash), text);
	struct tocsin_ruleset *set = &loader->owner->set;
	memcpy(set->version, text, sizeof(set->version) - 1);
	return TOCSIN_OK;
}

static enum tocsin_status compile(struct tocsin_loader *loader)
{
	struct tocsin_ruleset_owner *owner = loader->owner;
	owner->set.gazetteer = owner->gazetteer;
	owner->set.localities = owner->localities;
	for (size_t i = 0; i < owner->set.rule_count; i++)
		owner->rules[i].fingerprint = tocsin_fingerprint_rule(&owner->set, &owner->rules[i]);
	owner->index = tocsin_index_create(owner->set.rules, owner->set.rule_count);
	owner->set.index = owner->index;
	return owner->index ? write_version(loader) : TOCSIN_NO_MEMORY;
}

/* Everything that the nodes say, and the gazetteer even where no rule asks it. */
static enum tocsin_status read_parts(struct tocsin_loader *loader)
{
	char *text;
	size_t length;
	enum tocsin_status status =
		tocsin_load_file(loader, loader->main, TOCSIN_MAX_RULE_FILE, &text, &length);
	if (status != TOCSIN_OK)
		return fail_file(loader, status, errno);
	(void)tocsin_load_add_part(loader, loader->main, text, length);
	free(text);
	if (!loader->out_of_memory)
		tocsin_load_top(loader);
	tocsin_load_places(loader);
	return loader->out_of_memory ? TOCSIN_NO_MEMORY : TOCSIN_OK;
}

static enum tocsin_status load(struct tocsin_loader *loader)
{
	loader->main = tocsin_load_text(loader, loader->file, strlen(loader->file));
	loader->owner->gazetteer = tocsin_gazetteer_create();
	if (!loader->main || !loader->owner->gazetteer || !tocsin_load_add_file(loader, loader->main) ||
		EVP_DigestInit_ex(loader->digest, EVP_sha256(), NULL) != 1)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = read_parts(loader);
	if (status != TOCSIN_OK)
		return status;
	return loader->diagnostics->errors > loader->errors_before ? TOCSIN_INVALID : compile(loader);
}

enum tocsin_status tocsin_ruleset_load(const char *path, const struct tocsin_files *files,
	struct tocsin_diagnostics *diagnostics, struct tocsin_ruleset **ruleset)
{
	struct tocsin_loader loader = {.file = path,
		.files = files,
		.diagnostics = diagnostics,
		.errors_before = diagnostics->errors,
		.places_known = true,
		.includes_known = true,
		.hints = MAX_HINTS};
	loader.owner = calloc(1, sizeof(*loader.owner));
	loader.digest = EVP_MD_CTX_new();
	enum tocsin_status status = TOCSIN_NO_MEMORY;
	if (loader.owner && loader.digest)
		status = load(&loader);
	EVP_MD_CTX_free(loader.digest);
	for (size_t i = 0; i < loader.part_count; i++)
		tocsin_yaml_finish(&loader.parts[i].document);
	free(loader.parts);
	free(loader.rule_slots);
	tocsin_diagnostics_sort(diagnostics);
	if (status == TOCSIN_OK)
		*ruleset = &loader.owner->set;
	else if (loader.owner)
		tocsin_ruleset_destroy(&loader.owner->set);
	return status;
}

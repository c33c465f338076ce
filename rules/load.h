/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The loader of rule files, inside: from YAML nodes, by the table of keys, into one
 * rule set. A wrong value is reported and reading goes on, so that one run shows
 * all that is wrong; only a lack of memory ends it. */
#pragma once

#include "rules/keys.h"
#include "rules/ruleset.h"
#include "rules/ruleset_pool.h"
#include "rules/yaml.h"

/* What owns a rule set; the set itself comes first. */
struct tocsin_ruleset_owner {
	struct tocsin_ruleset set;
	struct tocsin_pool pool;
	struct tocsin_gazetteer *gazetteer;
	struct tocsin_audience *audiences; /* the set's */
	struct tocsin_sender *senders;
	struct tocsin_rule *rules;
	struct tocsin_index *index;
	struct tocsin_localities *localities;
	struct tocsin_load_zone *zones; /* newest first; in the pool, but what they read */
};

struct tocsin_load_zone {
	struct tocsin_load_zone *next;
	const char *name;
	struct tocsin_zone *zone;
};

void tocsin_load_zones_finish(struct tocsin_load_zone *zones);

/* The value of each key of a scope, by the key's place. */
struct tocsin_load_values {
	const struct tocsin_yaml_node *nodes[TOCSIN_MAX_KEYS];
	bool misspelt[TOCSIN_MAX_KEYS + 1]; /* reported already: not also as missing */
};

/* One file of the rule set: the rule file, or one that it includes. */
struct tocsin_load_part {
	const char *file;
	uint16_t number; /* in the set's files */
	struct tocsin_yaml document;
	struct tocsin_load_values values;
};

struct tocsin_loader {
	const char *file; /* the file being read, as in diagnostics */
	const char *main; /* the rule file; paths are relative to its folder */
	const struct tocsin_files *files;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_yaml document; /* borrowed from the part being read */
	struct tocsin_load_part *parts;
	size_t part_count;
	uint16_t part; /* number of the file being read */
	struct tocsin_ruleset_owner *owner;
	void *digest; /* EVP_MD_CTX over all texts */

	size_t errors_before; /* in diagnostics, from elsewhere */
	bool audiences_known; /* false: names of audiences cannot be judged */
	bool places_known;    /* false: nor can regions */
	bool places_finished;
	bool includes_known; /* false: names from files that were not read may be missing */
	bool out_of_memory;
	struct tocsin_output standard; /* of what an output does not say */
	bool standard_audience;        /* it names one */
	/* Where a match puts its "not". */
	const struct tocsin_match **exception;
	size_t zone_count;
	const char **all_files; /* the set's files, room for all that there can be */
	size_t sender_room;     /* of all parts */
	size_t rule_room;
	unsigned hints;       /* searches of a long list for a near word still allowed */
	uint32_t *rule_slots; /* open addressing by id: rule numbers */
	size_t rule_slot_mask;
};

/* Adds an error or a warning at a node. */
void tocsin_load_error(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *format, ...) TOCSIN_PRINTF(3, 4);
void tocsin_load_warning(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *format, ...) TOCSIN_PRINTF(3, 4);

/* Memory and texts of the set; on lack of memory sets out_of_memory, returns NULL. */
void *tocsin_load_alloc(struct tocsin_loader *loader, size_t size);
const char *tocsin_load_text(struct tocsin_loader *loader, const char *text, size_t length);

/* The text of a scalar node. */
const char *tocsin_load_scalar(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *node);

/* Whether a node is left empty (or null). */
bool tocsin_load_is_empty(const struct tocsin_loader *loader, const struct tocsin_yaml_node *node);

/* A node that must be a scalar with a text; reports and returns NULL otherwise. */
const char *tocsin_load_need_text(struct tocsin_loader *loader, const char *key,
	const struct tocsin_yaml_node *node, const char *wanted);

/* The values of a key that takes one or a list of them. */
struct tocsin_load_items {
	const struct tocsin_yaml_node *next;
	size_t count;
	bool single;
};

/* False (and reported) where the node is neither, is empty or too long. */
bool tocsin_load_items(struct tocsin_loader *loader, const char *key,
	const struct tocsin_yaml_node *node, struct tocsin_load_items *items);
const struct tocsin_yaml_node *tocsin_load_item(
	const struct tocsin_loader *loader, struct tocsin_load_items *items);

/* Reads a mapping by the keys of a scope into what the scope is read into. */
void tocsin_load_scope(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *node, void *into);

/* The value of a mapping's key, or NULL. */
const struct tocsin_yaml_node *tocsin_load_find(
	const struct tocsin_loader *loader, const struct tocsin_yaml_node *mapping, const char *name);

/* Finds the key of each entry of a mapping; false where there is none. */
bool tocsin_load_sort(struct tocsin_loader *loader, enum tocsin_scope scope,
	const struct tocsin_yaml_node *node, struct tocsin_load_values *values);

/* Reads one value by its key's type. */
void tocsin_load_value(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);

/* Reads the parts: the rule file, which is the first of them, and all it includes. */
void tocsin_load_top(struct tocsin_loader *loader);

/* Reads the YAML of one more part and adds it; the text is the caller's. False, and
 * reported, where that fails. */
bool tocsin_load_add_part(
	struct tocsin_loader *loader, const char *file, const char *text, size_t length);

/* Adds a file to those of the set. False where it is among them already. */
bool tocsin_load_add_file(struct tocsin_loader *loader, const char *path);

/* A path from the folder of the rule file; NULL without memory. */
const char *tocsin_load_path(struct tocsin_loader *loader, const char *path, size_t length);

/* What outputs have that say nothing. */
void tocsin_load_init_output(struct tocsin_output *output);

/* Readers of one value, by the key's type: from a node into what the scope is read
 * into, at the key's offset. */
void tocsin_load_version(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_id(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_note(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_flag(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_small(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_count(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_number(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_rate(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_instant(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_zone(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_between(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_inner(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_defaults(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_include(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_localities(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_audience_set(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_span(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_choice(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_choices(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_least(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_names(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_patterns(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_words(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_languages(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_regions(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_paths(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_audience(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_audiences(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_senders(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_rules(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_match(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_not(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_outputs(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);
void tocsin_load_fallback(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into);

/* Makes the gazetteer ready to be asked; to be called once its lists are in. */
void tocsin_load_places(struct tocsin_loader *loader);

/* The region or regions that an operator's "ML05 Mopti" names; at most max are
 * written. 0, and reported, where it names none. */
size_t tocsin_load_region(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	uint32_t *regions, size_t max);

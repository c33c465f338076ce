/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every key of the rule file, in one table: the loader walks by it, and the JSON
 * Schema and the guide's table are made from it, so that they cannot differ. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

/* The mappings that a rule file is made of. */
enum tocsin_scope {
	TOCSIN_SCOPE_TOP,
	TOCSIN_SCOPE_INCLUDED, /* the keys of the file that an included one may hold */
	TOCSIN_SCOPE_AUDIENCE,
	TOCSIN_SCOPE_SENDER,
	TOCSIN_SCOPE_RULE,
	TOCSIN_SCOPE_MATCH,
	TOCSIN_SCOPE_NOT, /* the keys of a match but "not" */
	TOCSIN_SCOPE_TIME,
	TOCSIN_SCOPE_OUTPUT,
	TOCSIN_SCOPE_DEFAULTS, /* the keys of an output, none required */
	TOCSIN_SCOPE_THROTTLE,
	TOCSIN_SCOPE_CORROBORATE,
	TOCSIN_SCOPE_DEFAULT,
	TOCSIN_SCOPE_SILENCE, /* a document of its own */
	TOCSIN_SCOPE_COUNT
};

enum tocsin_key_type {
	TOCSIN_KEY_VERSION,      /* the number 1 */
	TOCSIN_KEY_ID,           /* const char *; [a-z0-9][a-z0-9_-]{0,63} */
	TOCSIN_KEY_TEXT,         /* const char *; at most `most` characters */
	TOCSIN_KEY_FLAG,         /* bool */
	TOCSIN_KEY_SMALL,        /* uint8_t up to `most` */
	TOCSIN_KEY_COUNT,        /* uint32_t, and a bool at count_at */
	TOCSIN_KEY_NUMBER,       /* uint32_t from `least` to `most` */
	TOCSIN_KEY_RATE,         /* struct tocsin_rate */
	TOCSIN_KEY_SPAN,         /* int64_t milliseconds */
	TOCSIN_KEY_INSTANT,      /* int64_t milliseconds since 1970 */
	TOCSIN_KEY_ZONE,         /* const struct tocsin_zone *, its name at count_at */
	TOCSIN_KEY_BETWEEN,      /* from, to and has_between of struct tocsin_hours */
	TOCSIN_KEY_LEAST,        /* uint8_t: an enum's value on its scale */
	TOCSIN_KEY_CHOICE,       /* int: one of choices */
	TOCSIN_KEY_CHOICES,      /* mask; uint16_t, or uint32_t where wide */
	TOCSIN_KEY_NAMES,        /* user names, as topic levels */
	TOCSIN_KEY_PATTERNS,     /* user names, where * stands for any letters */
	TOCSIN_KEY_WORDS,        /* texts, folded to lower case */
	TOCSIN_KEY_LANGUAGES,    /* language tags; the primary subtag is kept */
	TOCSIN_KEY_REGIONS,      /* uint32_t region ids */
	TOCSIN_KEY_PATHS,        /* gazetteer files */
	TOCSIN_KEY_PLACES,       /* a list of villages */
	TOCSIN_KEY_INCLUDE,      /* rule files and folders of them */
	TOCSIN_KEY_AUDIENCE,     /* uint8_t: an audience's index, by name */
	TOCSIN_KEY_AUDIENCE_SET, /* uint64_t: bit i for audience i, by name */
	TOCSIN_KEY_AUDIENCES,    /* by name */
	TOCSIN_KEY_SENDERS,      /* by name */
	TOCSIN_KEY_RULES,        /* list */
	TOCSIN_KEY_MATCH,        /* a match of its own, in place; its "not" at count_at */
	TOCSIN_KEY_PART,         /* pointer to a struct of `most` bytes, of the scope `part` */
	TOCSIN_KEY_DEFAULTS,     /* what outputs have that do not say */
	TOCSIN_KEY_NOT,          /* const struct tocsin_match * */
	TOCSIN_KEY_OUTPUTS,  /* const struct tocsin_output *, count uint8_t or, where wide, size_t */
	TOCSIN_KEY_FALLBACK, /* the default route */
	TOCSIN_KEY_TYPE_COUNT
};

/* Words of a key that takes one of a few: an enum's, or a list's by place. */
struct tocsin_choices {
	const ProtobufCEnumDescriptor *type;
	const char *const *words;
	int first; /* least value that may be asked for */
};

struct tocsin_key {
	enum tocsin_scope scope;
	const char *name;
	enum tocsin_key_type type;
	bool required;
	bool included;          /* an included file may hold it */
	enum tocsin_scope part; /* of PART */
	bool wide;              /* a mask of 32 bits, a count of size_t */
	uint16_t at, count_at;  /* offsets in what the scope is read into */
	uint32_t least, most;   /* of a number; most also of characters, or bytes */
	uint32_t standard;      /* default of a number, flag or mask */
	struct tocsin_choices choices;
	const char *fallback; /* what holds where the key is absent, for people */
	const char *doc;      /* one line */
	const char *example;  /* YAML value */
};

enum { TOCSIN_MAX_KEYS = 32 }; /* of one scope */

/* The whole table, scope by scope in the order in which they are read. */
const struct tocsin_key *tocsin_keys(size_t *count);

/* The keys of one scope: a run of the table. */
const struct tocsin_key *tocsin_keys_of(enum tocsin_scope scope, size_t *count);

/* "rule", "match", ... */
const char *tocsin_scope_name(enum tocsin_scope scope);

/* Number of words, and the word of a place; with its value. NULL beyond the end. */
const char *tocsin_choice(const struct tocsin_choices *choices, size_t place, int *value);

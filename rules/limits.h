/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every ceiling on what an operator's files may hold. Beyond one the file is
 * refused with its line. */
#pragma once

enum {
	TOCSIN_MAX_RULE_FILE = 64 * 1024 * 1024, /* bytes */
	TOCSIN_MAX_YAML_DEPTH = 16,
	TOCSIN_MAX_YAML_NODES = 8 * 1024 * 1024,
	TOCSIN_MAX_SCALAR = 64 * 1024, /* bytes */
	TOCSIN_MAX_RULES = 200000,
	TOCSIN_MAX_AUDIENCES = 64,
	TOCSIN_MAX_SENDERS = 100000,
	TOCSIN_MAX_OUTPUTS = 16,     /* of one rule */
	TOCSIN_MAX_LIST = 4096,      /* values of one key */
	TOCSIN_MAX_RULE_TEXT = 1000, /* characters of a description */
	TOCSIN_MAX_GAZETTEERS = 64,  /* files */
	TOCSIN_MAX_INCLUDES = 256,   /* files, and folders of them */
	TOCSIN_MAX_FOLDER = 1024,    /* files in an included folder */
	TOCSIN_MAX_ZONES = 64,
	TOCSIN_MAX_THROTTLE = 10000,               /* incidents that pass in a window */
	TOCSIN_MAX_REPORTS = 100,                  /* that a corroboration asks for */
	TOCSIN_MAX_RATE = 1000000,                 /* of a sender */
	TOCSIN_MAX_PLACES_FILE = 64 * 1024 * 1024, /* bytes */
	TOCSIN_MAX_LOCALITIES = 1000000,
	TOCSIN_MAX_ALIASES = 32, /* of one village */
	TOCSIN_MAX_GAZETTEER_FILE = 64 * 1024 * 1024,
	TOCSIN_MAX_REGIONS = 2000000,
	TOCSIN_MAX_REGION_DEPTH = 8, /* country and admin levels 1 to 5, with room */
	TOCSIN_MAX_REPLACES = 64,    /* codes that one row replaces, and rows that replace one */
	TOCSIN_MAX_CODE_ROWS = 64,   /* rows of one code, each with its date */
	TOCSIN_MAX_NAME = 64,        /* bytes of a rule id, audience, sender */
	TOCSIN_MAX_DIAGNOSTICS = 200,
};

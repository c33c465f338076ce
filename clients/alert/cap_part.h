/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the parts of the CAP writer share. */
#pragma once

#include "clients/alert/cap.h"
#include "clients/alert/xml.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "rules/sentence.h"

struct tocsin_cap_writing {
	const Tocsin__V1__Alert *alert;
	const struct tocsin_cap_options *options;
	struct tocsin_xml xml;
	struct tocsin_arena *arena;
};

enum { TOCSIN_CAP_TIME = 26 }; /* bytes with NUL */

/* "2024-08-07T18:30:00-00:00": no Z and no fractions, UTC as the standard spells it
 * (3.3.2). time is valid. */
void tocsin_cap_time(const Google__Protobuf__Timestamp *time, char text[TOCSIN_CAP_TIME]);

/* An enum value as CAP spells it: "Severe", "CBRNE"; other for what CAP does not have. */
void tocsin_cap_value(struct tocsin_cap_writing *cap, const char *element,
	const ProtobufCEnumDescriptor *type, int value, const char *other);

/* An element of a valueName and a value, such as eventCode; none without a value. */
void tocsin_cap_pair(
	struct tocsin_cap_writing *cap, const char *element, const char *name, const char *value);

/* The info blocks, one a language. */
void tocsin_cap_infos(struct tocsin_cap_writing *cap);

/* Parts of one block; event also means its codes. */
void tocsin_cap_categories(struct tocsin_cap_writing *cap);
void tocsin_cap_event_codes(struct tocsin_cap_writing *cap);
void tocsin_cap_parameters(struct tocsin_cap_writing *cap);
void tocsin_cap_area(struct tocsin_cap_writing *cap, enum tocsin_language language);

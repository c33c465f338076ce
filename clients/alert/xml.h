/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* XML as it grows in a stream, indented, one element a line. It writes and never
 * reads. Whatever a text holds, the document is well-formed: what XML 1.0 cannot
 * say (control characters, bytes that are no UTF-8, U+FFFE and U+FFFF) becomes
 * U+FFFD. Names are trusted. Errors show as ferror(out). Source: XML 1.0 (fifth
 * edition), 2.2, 2.4. */
#pragma once

#include <stdio.h>

struct tocsin_xml {
	FILE *out; /* borrowed */
	unsigned depth;
};

/* Writes the declaration. */
void tocsin_xml_start(struct tocsin_xml *xml, FILE *out);

/* name_space is the default namespace from here on; NULL: the one in force. */
void tocsin_xml_open(struct tocsin_xml *xml, const char *name, const char *name_space);
void tocsin_xml_close(struct tocsin_xml *xml, const char *name);

/* An element that holds a text; none where the text is NULL or "". */
void tocsin_xml_text(struct tocsin_xml *xml, const char *name, const char *text);

/* The same on one line: line feeds, tabs and carriage returns become spaces. */
void tocsin_xml_line(struct tocsin_xml *xml, const char *name, const char *text);

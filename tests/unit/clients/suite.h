/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* cmocka in its order of headers, and a stream into memory. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct page {
	char *text;
	size_t length;
	FILE *out;
};

static inline void page_open(struct page *page)
{
	*page = (struct page){0};
	page->out = open_memstream(&page->text, &page->length);
	assert_non_null(page->out);
}

/* What was written; freed by page_close. */
static inline const char *page_text(struct page *page)
{
	fflush(page->out);
	return page->text;
}

static inline void page_close(struct page *page)
{
	fclose(page->out);
	free(page->text);
}

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

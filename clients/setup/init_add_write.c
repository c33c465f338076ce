/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/tongue.h"
#include "clients/setup/init_addition.h"
#include "rules/install.h"

static bool complain(const char *path, const char *why)
{
	fprintf(stderr, "tocsin init: %s: %s\n", path, why);
	return false;
}

/* What was written of the person; nothing else can be in a folder that is new. */
static void take_secrets_back(const struct tocsin_init_addition *addition)
{
	const char *name = addition->newcomer.name;
	static const char *const leaves[] = {"tocsin", "local", "ca.crt", NULL};
	char path[TOCSIN_MAX_INIT_TEXT];
	const int folder = addition->plan->tree.folder;
	for (size_t i = 0; leaves[i]; i++) {
		snprintf(path, sizeof(path), "secrets/%s/%s", name, leaves[i]);
		(void)unlinkat(folder, path, 0);
	}
	snprintf(path, sizeof(path), "secrets/%s/%s.crt", name, name);
	(void)unlinkat(folder, path, 0);
	snprintf(path, sizeof(path), "secrets/%s/%s.key", name, name);
	(void)unlinkat(folder, path, 0);
	snprintf(path, sizeof(path), "secrets/%s", name);
	(void)unlinkat(folder, path, AT_REMOVEDIR);
}

static bool write_secrets(struct tocsin_init_addition *addition)
{
	/* The first, where there are passwords: they were looked at before all else. */
	struct tocsin_init_rewrite *passwords =
		addition->hub.has_passwords ? &addition->files[0] : NULL;
	struct tocsin_init_plan *plan = addition->plan;
	FILE *out = passwords ? open_memstream(&passwords->text, &passwords->length) : NULL;
	if (passwords && !out)
		return complain(passwords->path, _("out of memory"));
	if (out) {
		const struct tocsin_input *old = &passwords->old;
		fwrite(old->data, 1, old->size, out);
		fputs(old->size > 0 && old->data[old->size - 1] != '\n' ? "\n" : "", out);
	}
	errno = 0;
	bool fine =
		(tocsin_tree_folder(&plan->tree, "secrets", 0700, TOCSIN_TREE_OURS) || errno == EEXIST) &&
		tocsin_init_write_person(plan, addition->authority, addition->newcomer.name, out);
	const int reason = errno;
	if (out)
		fine = fclose(out) == 0 && fine;
	if (!fine)
		return complain("secrets", reason ? strerror(reason) : _("cannot be made"));
	return tocsin_tree_sync(&plan->tree) || complain("secrets", strerror(errno));
}

static bool install_all(struct tocsin_init_addition *addition)
{
	for (size_t i = 0; i < addition->count; i++) {
		const struct tocsin_init_rewrite *file = &addition->files[i];
		errno = 0;
		if (!file->text || tocsin_install(file->path, file->text, file->length) == TOCSIN_OK)
			continue;
		complain(file->path, strerror(errno ? errno : ENOMEM));
		while (i-- > 0)
			if (addition->files[i].text &&
				tocsin_install(addition->files[i].path, (const char *)addition->files[i].old.data,
					addition->files[i].old.size) != TOCSIN_OK)
				complain(addition->files[i].path, _("could not be put back as it was"));
		return false;
	}
	return true;
}

bool tocsin_init_write_addition(struct tocsin_init_addition *addition)
{
	if (addition->has_account)
		return install_all(addition);
	/* tocsin_tree_folder does not tell a folder of ours from one that was there. */
	const bool had_secrets =
		faccessat(addition->plan->tree.folder, "secrets", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	if (write_secrets(addition) && install_all(addition))
		return true;
	take_secrets_back(addition);
	if (!had_secrets)
		(void)unlinkat(addition->plan->tree.folder, "secrets", AT_REMOVEDIR);
	return false;
}

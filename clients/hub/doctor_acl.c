/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/hub/acl_file.h"
#include "clients/hub/doctor_audience.h"
#include "clients/hub/doctor_checks.h"

enum { MAX_FILTER = 1024 };

/* No user, and no audience, can have this name: it is not in lower case. */
#define STRANGER "DOCTOR-PROBE"

bool tocsin_doctor_acl_text(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark wrong = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("the broker does not understand this line of the ACL file"),
		.why = N_("it does not start"),
		.type = "topic read {0}/to/partners/#",
		.line = true};
	const struct tocsin_conf_line *line = tocsin_doctor_acl(doctor);
	if (!line)
		return false;
	doctor->has_acl = tocsin_acl_read(line->value, &doctor->acl) == TOCSIN_OK;
	const unsigned bad = doctor->acl.bad_line;
	if (!doctor->has_acl && errno != EACCES)
		return false; /* that it is not there others say */
	if (!doctor->has_acl)
		tocsin_doctor_say_closed(doctor, line->value);
	else if (bad)
		tocsin_doctor_say(
			doctor, &wrong, (struct tocsin_spot){line->value, bad}, doctor->root, NULL);
	return true;
}

static struct tocsin_spot entry_spot(
	const struct tocsin_doctor *doctor, const struct tocsin_acl_entry *entry)
{
	return (struct tocsin_spot){tocsin_doctor_acl(doctor)->value, entry->line};
}

static const char *who(const struct tocsin_doctor *doctor, const struct tocsin_acl_entry *entry)
{
	if (entry->user)
		return entry->user;
	const char *nameless = N_("whoever has no name"), *all = N_("everybody");
	const char *name = entry->pattern ? all : nameless;
	return doctor->english ? name : _(name);
}

static const char *word_of(const struct tocsin_acl_entry *entry)
{
	return entry->pattern ? "pattern" : "topic";
}

/* A level of a filter, from 0; *length 0 where it ends before. */
static const char *level_of(const char *filter, size_t number, size_t *length)
{
	for (; number > 0 && filter; number--) {
		filter = strchr(filter, '/');
		filter = filter ? filter + 1 : NULL;
	}
	*length = filter ? strcspn(filter, "/") : 0;
	return filter ? filter : "";
}

/* The rules let this user speak for others, and so see their boxes: a bridge. */
static bool is_relay(const struct tocsin_doctor *doctor, const char *user)
{
	for (size_t i = 0; doctor->rules && user && i < doctor->rules->sender_count; i++)
		if (doctor->rules->senders[i].relay_count > 0 &&
			strcmp(doctor->rules->senders[i].name, user) == 0)
			return true;
	return false;
}

/* It is of this user, or of everybody. */
static bool is_of(const struct tocsin_acl_entry *entry, const char *user)
{
	return entry->pattern ||
		(entry->user && user ? strcmp(entry->user, user) == 0 : entry->user == user);
}

/* The entry opens a box that is not its user's own. */
static bool opens_others(const struct tocsin_doctor *doctor, const struct tocsin_acl *acl,
	const struct tocsin_acl_entry *entry, unsigned access)
{
	char filter[MAX_FILTER];
	size_t depth = 2, length = 0;
	snprintf(filter, sizeof(filter), "%s/from/" STRANGER "/#", doctor->root);
	if (tocsin_acl_gives(acl, entry, access, filter))
		return true;
	for (const char *at = doctor->root; *at; at++)
		depth += *at == '/';
	snprintf(filter, sizeof(filter), "%s/from/+/#", doctor->root);
	if (!tocsin_acl_gives(acl, entry, access, filter))
		return false;
	const char *box = level_of(entry->filter, depth, &length);
	const char *own = entry->pattern ? "%u" : entry->user ? entry->user : "";
	return length != strlen(own) || memcmp(box, own, length) != 0;
}

bool tocsin_doctor_acl_opens(const struct tocsin_doctor *doctor, const char *user)
{
	for (size_t i = 0; i < doctor->acl.count; i++)
		if (is_of(&doctor->acl.entries[i], user) &&
			opens_others(doctor, &doctor->acl, &doctor->acl.entries[i], TOCSIN_ACL_READ))
			return true;
	return false;
}

/* The guard denies it all the same, today. */
static void say_unless_guarded(struct tocsin_doctor *doctor, const struct tocsin_remark *remark,
	const struct tocsin_acl_entry *entry)
{
	const char *guard = tocsin_doctor_option(doctor, "guard");
	const bool guarded = guard && strcmp(guard, "off") != 0;
	struct tocsin_remark said = *remark;
	if (guarded) {
		said.mark = TOCSIN_MARK_WARN;
		said.why = N_("the guard alone denies it");
	}
	tocsin_doctor_say(doctor, &said, entry_spot(doctor, entry), who(doctor, entry), entry->filter,
		doctor->root, word_of(entry), NULL);
}

bool tocsin_doctor_acl_boxes(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} may read boxes of others by \"{1}\""),
		.why = N_("it shows who reports, when, and what they are answered"),
		.type = "pattern readwrite {2}/from/%u/#",
		.line = true};
	const struct tocsin_acl *acl = &doctor->acl;
	if (!doctor->has_acl)
		return false;
	for (size_t i = 0; i < acl->count; i++) {
		const struct tocsin_acl_entry *entry = &acl->entries[i];
		if (opens_others(doctor, acl, entry, TOCSIN_ACL_READ) && !is_relay(doctor, entry->user))
			say_unless_guarded(doctor, &open, entry);
	}
	return true;
}

/* Alerts, notices to operators, and reports in another's name. */
static bool forges(const struct tocsin_doctor *doctor, const struct tocsin_acl *acl,
	const struct tocsin_acl_entry *entry)
{
	static const char *const trees[] = {"to", "ops"};
	char filter[MAX_FILTER];
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		snprintf(filter, sizeof(filter), "%s/%s/#", doctor->root, trees[i]);
		if (tocsin_acl_gives(acl, entry, TOCSIN_ACL_WRITE, filter))
			return true;
	}
	return opens_others(doctor, acl, entry, TOCSIN_ACL_WRITE) && !is_relay(doctor, entry->user);
}

bool tocsin_doctor_acl_writes(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark both = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} may write by \"{1}\" what is not theirs"),
		.why = N_("a last will then forges alerts or reports"),
		.type = "{3} read {1}",
		.line = true};
	static const struct tocsin_remark writing = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} may write by \"{1}\" what is not theirs"),
		.why = N_("a last will then forges alerts or reports"),
		.type = "# {3} write {1}",
		.line = true};
	const struct tocsin_acl *acl = &doctor->acl;
	if (!doctor->has_acl)
		return false;
	for (size_t i = 0; i < acl->count; i++) {
		const struct tocsin_acl_entry *entry = &acl->entries[i];
		if (forges(doctor, acl, entry))
			say_unless_guarded(doctor, entry->access & TOCSIN_ACL_READ ? &both : &writing, entry);
	}
	return true;
}

/* What is told to an audience, heartbeats apart: those anybody may be shown. */
static void audience_filter(
	const struct tocsin_doctor *doctor, const char *audience, char filter[MAX_FILTER])
{
	snprintf(filter, MAX_FILTER, "%s/to/%s/+/+/#", doctor->root, audience);
}

static void look_at_readers(struct tocsin_doctor *doctor, const struct tocsin_acl *acl,
	const struct tocsin_acl_entry *entry)
{
	static const struct tocsin_remark stranger = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} may read by \"{1}\" what is told to {2}, and is no member"),
		.why = N_("it sees more than the rules let it; whoever should is to be a member"),
		.type = "# {3} read {1}",
		.line = true};
	char *names = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&names, &length);
	if (!out)
		return;
	for (size_t i = 0; i < doctor->rules->audience_count; i++) {
		const struct tocsin_audience *audience = &doctor->rules->audiences[i];
		char filter[MAX_FILTER];
		audience_filter(doctor, audience->name, filter);
		if (tocsin_acl_gives(acl, entry, TOCSIN_ACL_READ, filter) &&
			!tocsin_audience_admits(doctor->rules, audience, entry->user))
			fprintf(out, "%s%s", ftell(out) > 0 ? ", " : "", audience->name);
	}
	if (fclose(out) == 0 && length > 0)
		tocsin_doctor_say(doctor, &stranger, entry_spot(doctor, entry), who(doctor, entry),
			entry->filter, names, word_of(entry), NULL);
	free(names);
}

/* In a pattern %u is this user. */
static bool reads_by(const struct tocsin_acl *acl, const struct tocsin_acl_entry *entry,
	const char *user, const char *filter)
{
	if (!entry->pattern)
		return tocsin_acl_gives(acl, entry, TOCSIN_ACL_READ, filter);
	char own[MAX_FILTER];
	const char *name = strstr(entry->filter, "%u");
	if (!name)
		return tocsin_acl_gives(acl, entry, TOCSIN_ACL_READ, filter);
	snprintf(
		own, sizeof(own), "%.*s%s%s", (int)(name - entry->filter), entry->filter, user, name + 2);
	const struct tocsin_acl_entry filled = {
		.pattern = true, .access = entry->access, .filter = own, .line = entry->line};
	return tocsin_acl_gives(acl, &filled, TOCSIN_ACL_READ, filter);
}

bool tocsin_doctor_acl_lets_read(
	const struct tocsin_doctor *doctor, const char *user, const char *filter)
{
	const struct tocsin_acl *acl = &doctor->acl;
	for (size_t i = 0; i < acl->count; i++)
		if (is_of(&acl->entries[i], user) && reads_by(acl, &acl->entries[i], user, filter))
			return true;
	return false;
}

static void look_at_members(struct tocsin_doctor *doctor, const struct tocsin_audience *audience)
{
	static const struct tocsin_remark deaf = {.mark = TOCSIN_MARK_WARN,
		.what = N_("{0} is a member of {1}, and may read nothing of it"),
		.why = N_("no alert reaches them"),
		.type = N_("user {0}, and beneath it: topic read {2}/to/{1}/#"),
		.line = true};
	char filter[MAX_FILTER];
	audience_filter(doctor, audience->name, filter);
	for (size_t i = 0; i < audience->member_count; i++)
		if (!tocsin_doctor_acl_lets_read(doctor, audience->members[i], filter))
			tocsin_doctor_say(doctor, &deaf,
				(struct tocsin_spot){tocsin_doctor_acl(doctor)->value, 0}, audience->members[i],
				audience->name, doctor->root, NULL);
}

bool tocsin_doctor_acl_audiences(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark without = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("without rules that load there are no members to compare with")};
	struct tocsin_conf_plugin dynsec;
	const struct tocsin_acl *acl = &doctor->acl;
	if (!doctor->has_acl)
		return false;
	if (!doctor->rules)
		tocsin_doctor_say(doctor, &without, tocsin_nowhere, NULL);
	for (size_t i = 0; doctor->rules && i < acl->count; i++)
		look_at_readers(doctor, acl, &acl->entries[i]);
	/* Dynamic security may let them read, too. */
	for (size_t i = 0; doctor->rules && !tocsin_doctor_dynsec(doctor, &dynsec) &&
		 i < doctor->rules->audience_count;
		 i++)
		look_at_members(doctor, &doctor->rules->audiences[i]);
	return true;
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"

enum {
	WRITING = 0022,   /* by group or others */
	STRANGERS = 0027, /* anything by others, writing by the group */
	ANYBODY = 0077,
	LITTLE_MIB = 64,
	SCARCE_MIB = 512,
	MAX_FILE_NAME = 4200,
};

static void mode_text(const struct stat *is, char text[16])
{
	snprintf(text, 16, "%04o", (unsigned)is->st_mode & 07777U);
}

static void look_at_mode(struct tocsin_doctor *doctor, const char *path, unsigned forbidden)
{
	static const struct tocsin_remark secret = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is open to others ({1})"),
		.why = N_("it tells who reports and what, or lets others pass for them"),
		.type = "chmod {2} {0}"};
	static const struct tocsin_remark writable = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} can be written by others ({1})"),
		.why = N_("who changes it decides who is alerted of what"),
		.type = "chmod go-w {0}"};
	struct stat is;
	char mode[16];
	if (stat(path, &is) != 0) {
		if (errno == EACCES)
			tocsin_doctor_say_closed(doctor, path);
		return; /* whether it must be there others say */
	}
	mode_text(&is, mode);
	if ((is.st_mode & forbidden) == 0)
		return;
	const char *right = forbidden == STRANGERS ? "0640" : S_ISDIR(is.st_mode) ? "0700" : "0600";
	tocsin_doctor_say(doctor, forbidden == WRITING ? &writable : &secret,
		(struct tocsin_spot){path, 0}, path, mode, right, NULL);
}

static void look_for(struct tocsin_doctor *doctor, const struct tocsin_conf_line *line)
{
	static const struct tocsin_remark gone = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is not there"),
		.why = N_("the broker does not start"),
		.type = "install -m 0640 -g mosquitto /dev/null {0}"};
	struct stat is;
	if (stat(line->value, &is) != 0 && errno == ENOENT)
		tocsin_doctor_say(doctor, &gone, tocsin_doctor_at(doctor, line), line->value, NULL);
}

/* The files of the journal, whose names follow from its own. */
static void look_at_journal_files(struct tocsin_doctor *doctor, const char *journal)
{
	static const char *const endings[] = {
		"", "-wal", "-shm", ".key", ".rules", ".quarantine", ".quarantine-wal", ".quarantine-shm"};
	const char *key = tocsin_doctor_option(doctor, "id_key_file");
	struct stat is;
	const bool closed = stat(journal, &is) != 0 && errno == EACCES;
	if (closed)
		tocsin_doctor_say_closed(doctor, journal);
	for (size_t i = 0; !closed && i < sizeof(endings) / sizeof(*endings); i++) {
		char path[MAX_FILE_NAME];
		snprintf(path, sizeof(path), "%s%s", journal, endings[i]);
		look_at_mode(doctor, path, ANYBODY);
	}
	if (key)
		look_at_mode(doctor, key, ANYBODY);
}

static const char *journal_of(const struct tocsin_doctor *doctor)
{
	const char *journal = tocsin_doctor_option(doctor, "journal_file");
	return journal && strcmp(journal, "none") != 0 ? journal : NULL;
}

bool tocsin_doctor_modes(struct tocsin_doctor *doctor)
{
	const char *rules = tocsin_doctor_option(doctor, "rules_file");
	const char *journal = journal_of(doctor);
	for (size_t i = 0; i < doctor->conf.file_count; i++)
		look_at_mode(doctor, doctor->conf.files[i].path, WRITING);
	for (size_t i = 0; i < doctor->conf.count; i++) {
		const struct tocsin_conf_line *line = &doctor->conf.lines[i];
		const bool passwords =
			strcmp(line->key, "password_file") == 0 || strcmp(line->key, "psk_file") == 0;
		if (!passwords && strcmp(line->key, "acl_file") != 0)
			continue;
		look_for(doctor, line);
		look_at_mode(doctor, line->value, passwords ? STRANGERS : WRITING);
	}
	if (rules)
		look_at_mode(doctor, rules, WRITING);
	if (journal)
		look_at_journal_files(doctor, journal);
	else if (tocsin_doctor_option(doctor, "id_key_file"))
		look_at_mode(doctor, tocsin_doctor_option(doctor, "id_key_file"), ANYBODY);
	return true;
}

/* Who the broker is: whoever made the journal, else the user of its configuration. */
static bool broker_user(
	const struct tocsin_doctor *doctor, const char *journal, uid_t *uid, char name[64])
{
	const struct tocsin_conf_line *line = tocsin_conf_find(&doctor->conf, "user");
	const char *user = line ? line->value : "mosquitto";
	struct passwd entry, *found = NULL;
	char memory[4096];
	struct stat is;
	snprintf(name, 64, "%s", user);
	if (stat(journal, &is) == 0) {
		*uid = is.st_uid;
		if (getpwuid_r(is.st_uid, &entry, memory, sizeof(memory), &found) == 0 && found)
			snprintf(name, 64, "%s", found->pw_name);
		else
			snprintf(name, 64, "%u", (unsigned)is.st_uid);
		return true;
	}
	if (getpwnam_r(user, &entry, memory, sizeof(memory), &found) != 0 || !found)
		return false;
	*uid = found->pw_uid;
	return true;
}

static void look_at_owner(
	struct tocsin_doctor *doctor, const char *journal, const char *folder, const struct stat *is)
{
	static const struct tocsin_remark foreign = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} does not belong to the broker's user {1}"),
		.why = N_("without its journal the broker does not start"),
		.type = "chown {1}: {0}"};
	static const struct tocsin_remark nobody = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("this machine does not know the broker's user {0}"),
		.why = N_("it cannot be said whether it may write {1}")};
	uid_t uid = 0;
	char name[64];
	const struct tocsin_spot place = {folder, 0};
	if (!broker_user(doctor, journal, &uid, name))
		tocsin_doctor_say(doctor, &nobody, place, name, folder, NULL);
	else if (uid != 0 && is->st_uid != uid)
		tocsin_doctor_say(doctor, &foreign, place, folder, name, NULL);
}

/* The journal's folder, in text; false where there is no journal. */
static bool journal_folder(
	const struct tocsin_doctor *doctor, char text[MAX_FILE_NAME], char **folder)
{
	const char *journal = journal_of(doctor);
	if (!journal)
		return false;
	snprintf(text, MAX_FILE_NAME, "%s", journal);
	*folder = dirname(text);
	return true;
}

bool tocsin_doctor_journal_folder(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark none = {.mark = TOCSIN_MARK_WARN,
		.what = N_("there is no journal"),
		.why = N_("a restart forgets what was reported, and receipts say so"),
		.type = "plugin_opt_journal_file /var/lib/tocsin/journal.sqlite",
		.line = true};
	static const struct tocsin_remark gone = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is not there"),
		.why = N_("without its journal the broker does not start"),
		.type = "install -d -o {1} -g {1} -m 0700 {0}"};
	static const struct tocsin_remark shared = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("others can write in {0} ({1})"),
		.why = N_("they can take the journal away, or put another there"),
		.type = "chmod go-w {0}"};
	const struct tocsin_conf_line *user = tocsin_conf_find(&doctor->conf, "user");
	char text[MAX_FILE_NAME], mode[16], *folder = NULL;
	struct stat is;
	if (!journal_folder(doctor, text, &folder)) {
		const struct tocsin_conf_line *line =
			tocsin_conf_plugin_option(&doctor->conf, &doctor->plugin, "journal_file");
		if (line)
			tocsin_doctor_say(doctor, &none, tocsin_doctor_at(doctor, line), NULL);
		return false;
	}
	if (stat(folder, &is) != 0) {
		if (errno == EACCES)
			tocsin_doctor_say_closed(doctor, folder);
		else
			tocsin_doctor_say(doctor, &gone, (struct tocsin_spot){folder, 0}, folder,
				user ? user->value : "mosquitto", NULL);
		return false;
	}
	mode_text(&is, mode);
	if (is.st_mode & WRITING)
		tocsin_doctor_say(doctor, &shared, (struct tocsin_spot){folder, 0}, folder, mode, NULL);
	look_at_owner(doctor, journal_of(doctor), folder, &is);
	return true;
}

bool tocsin_doctor_space(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark little = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} MiB are free in {1}"),
		.why = N_("once there are none every report is put off"),
		.type = "plugin_opt_max_journal_mib 256",
		.line = true};
	static const struct tocsin_remark scarce = {.mark = TOCSIN_MARK_WARN,
		.what = N_("{0} MiB are free in {1}"),
		.why = N_("once there are none every report is put off"),
		.type = "df -h {1}"};
	char text[MAX_FILE_NAME], free_text[32], *folder = NULL;
	struct statvfs volume;
	if (!journal_folder(doctor, text, &folder) || statvfs(folder, &volume) != 0)
		return false;
	const unsigned long long mib =
		(unsigned long long)volume.f_bavail * volume.f_frsize / (1024ULL * 1024ULL);
	snprintf(free_text, sizeof(free_text), "%llu", mib);
	if (mib < LITTLE_MIB)
		tocsin_doctor_say(doctor, &little, tocsin_doctor_at(doctor, doctor->plugin.line), free_text,
			folder, NULL);
	else if (mib < SCARCE_MIB)
		tocsin_doctor_say(
			doctor, &scarce, (struct tocsin_spot){folder, 0}, free_text, folder, NULL);
	return true;
}

/* The kernel's own word on whether something keeps its clock. */
bool tocsin_doctor_synchronised(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark adrift = {.mark = TOCSIN_MARK_WARN,
		.what = N_("nothing keeps this machine's clock right"),
		.why = N_("the hub judges the times of reports by it"),
		.type = "timedatectl set-ntp true"};
	static const struct tocsin_remark unknown = {.mark = TOCSIN_MARK_UNSEEN,
		.what = N_("the kernel does not say whether its clock is kept right ({0})"),
		.type = "timedatectl"};
	struct timex clock = {0};
	const int state = adjtimex(&clock);
	if (state < 0)
		tocsin_doctor_say(doctor, &unknown, tocsin_nowhere, strerror(errno), NULL);
	else if (state == TIME_ERROR || (clock.status & STA_UNSYNC))
		tocsin_doctor_say(doctor, &adrift, tocsin_nowhere, NULL);
	return true;
}

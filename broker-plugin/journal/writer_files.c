/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/writer.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal/catalogue.h"

bool tocsin_writer_in_place(const struct tocsin_writer *writer)
{
	struct tocsin_inodes now;

	tocsin_database_inodes(writer->path, &now);
	return tocsin_inode_same(&now.main, &writer->inodes.main) &&
		tocsin_inode_same(&now.log, &writer->inodes.log) &&
		tocsin_inode_same(&now.lock, &writer->inodes.lock);
}

/* All that happened in one attempt is said in one text: none hides another. */
static void append(char text[TOCSIN_JOURNAL_ERROR], const char *more)
{
	const size_t length = strlen(text);

	if (more[0] != '\0') {
		snprintf(
			text + length, TOCSIN_JOURNAL_ERROR - length, "%s%s", length > 0 ? "; " : "", more);
	}
}

static enum tocsin_status read_numbers(struct tocsin_writer *writer, uint64_t *last)
{
	enum tocsin_status status = tocsin_store_last_id(writer->store, last, &writer->corrupt);

	if (status == TOCSIN_OK) {
		const int result =
			tocsin_catalogue_through(tocsin_store_database(writer->store), &writer->catalogued);

		writer->corrupt = tocsin_database_corrupt(result);
		status = result == SQLITE_OK ? TOCSIN_OK : TOCSIN_IO;
	}
	return status;
}

enum tocsin_status tocsin_writer_open_store(
	struct tocsin_writer *writer, uint64_t *last, char error[TOCSIN_JOURNAL_ERROR])
{
	enum tocsin_status status = tocsin_store_open(writer->path, &writer->store, error);

	if (status == TOCSIN_OK) {
		status = read_numbers(writer, last);
	}
	if (writer->store) {
		append(error, status == TOCSIN_OK ? "" : "its greatest number cannot be read");
	}
	tocsin_database_inodes(writer->path, &writer->inodes);
	return status;
}

void tocsin_writer_open_quarantine(struct tocsin_writer *writer, char error[TOCSIN_JOURNAL_ERROR])
{
	char path[PATH_MAX];
	char reason[TOCSIN_JOURNAL_ERROR] = "";
	char text[TOCSIN_JOURNAL_ERROR] = "";

	snprintf(path, sizeof(path), "%s.quarantine", writer->path);
	const bool kept = tocsin_quarantine_open(path, &writer->quarantine, reason) == TOCSIN_OK;
	if (!kept || reason[0] != '\0') {
		snprintf(text, sizeof(text), "%sthe quarantine file beside it %.400s",
			kept ? "" : "what is refused cannot be kept, only counted: ", reason);
	}
	append(error, text);
}

void tocsin_writer_find_quarantine(struct tocsin_writer *writer)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	const bool had = writer->quarantine != NULL;

	if (had && tocsin_quarantine_in_place(writer->quarantine)) {
		return;
	}
	/* Where the journal went, too, open_anew is to look at what stands there. */
	if (!writer->store || !tocsin_writer_in_place(writer)) {
		return;
	}
	tocsin_quarantine_close(writer->quarantine);
	writer->quarantine = NULL;
	tocsin_writer_open_quarantine(writer, error);
	/* Where it could not be opened before either, that has been said. */
	if (error[0] != '\0' && (had || writer->quarantine)) {
		tocsin_mailbox_note(&writer->mailbox, error);
	}
}

void tocsin_writer_close(struct tocsin_writer *writer)
{
	tocsin_quarantine_close(writer->quarantine);
	writer->quarantine = NULL;
	tocsin_store_close(writer->store);
	writer->store = NULL;
}

/* Numbers that this broker has not given would meet its own. */
static bool is_known(
	const struct tocsin_writer *writer, uint64_t last, char error[TOCSIN_JOURNAL_ERROR])
{
	char text[TOCSIN_JOURNAL_ERROR] = "";

	if (last > writer->committed) {
		snprintf(text, sizeof(text),
			"the file at this path goes on to number %llu, which this broker, having come to "
			"%llu, has not given: restart it to take that file in",
			(unsigned long long)last, (unsigned long long)writer->committed);
		append(error, text);
	}
	return text[0] == '\0';
}

/* A file that was moved without its log lacks what stands there, and the one in its
 * place would be given it: so the log is emptied first. */
static bool part_from_log(struct tocsin_writer *writer, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_inodes now;
	char text[TOCSIN_JOURNAL_ERROR] = "";

	tocsin_database_inodes(writer->path, &now);
	const bool split = tocsin_inode_same(&now.main, &writer->inodes.main) !=
		tocsin_inode_same(&now.log, &writer->inodes.log);
	if (writer->store && !writer->corrupt && split &&
		tocsin_store_checkpoint(writer->store, true, text) != TOCSIN_OK) {
		append(error, "the file and its -wal were parted, and cannot be joined");
		append(error, text);
		return false;
	}
	return true;
}

static bool open_path(
	struct tocsin_writer *writer, uint64_t *last, char error[TOCSIN_JOURNAL_ERROR])
{
	char text[TOCSIN_JOURNAL_ERROR] = "";

	writer->corrupt = false;
	const enum tocsin_status status = tocsin_writer_open_store(writer, last, text);
	append(error, text);
	return status == TOCSIN_OK;
}

/* A new file in place of a broken one, which nobody here holds open. */
static bool open_new(struct tocsin_writer *writer, uint64_t *last, char error[TOCSIN_JOURNAL_ERROR])
{
	char text[TOCSIN_JOURNAL_ERROR] = "";
	const enum tocsin_status status = tocsin_database_set_aside(writer->path, text);

	append(error, text);
	return status == TOCSIN_OK && open_path(writer, last, error);
}

/* Opens what stands at the path now: a new file, or one that came back. */
static bool open_anew(struct tocsin_writer *writer, char error[TOCSIN_JOURNAL_ERROR])
{
	uint64_t last = 0;
	const bool broken = writer->corrupt && tocsin_writer_in_place(writer);

	if (!part_from_log(writer, error)) {
		return false;
	}
	tocsin_writer_close(writer);
	/* The lock goes with the path, which may lie on another volume by now. */
	bool opened = tocsin_database_lock_again(writer->path, &writer->lock, error) == TOCSIN_OK;
	if (opened) {
		opened = broken ? open_new(writer, &last, error) : open_path(writer, &last, error);
	}
	/* Broken where no commit has come to yet. */
	if (!opened && writer->store && writer->corrupt) {
		tocsin_writer_close(writer);
		opened = open_new(writer, &last, error);
	}
	if (opened && is_known(writer, last, error)) {
		tocsin_writer_open_quarantine(writer, error);
		return true;
	}
	tocsin_writer_close(writer);
	return false;
}

/* The connection that failed goes on where it can: see commit. */
void tocsin_writer_try_again(struct tocsin_writer *writer)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char text[TOCSIN_JOURNAL_ERROR] = "";
	bool well = writer->store && !writer->corrupt && tocsin_writer_in_place(writer);

	if (!well) {
		well = open_anew(writer, error);
	}
	if (well && tocsin_store_probe(writer->store, text, &writer->corrupt) == TOCSIN_OK) {
		writer->failing = false;
		tocsin_mailbox_healed(&writer->mailbox);
	}
	append(error, text);
	if (error[0] != '\0') {
		tocsin_mailbox_note(&writer->mailbox, error);
	}
}

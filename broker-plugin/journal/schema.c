/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/schema.h"

static const char first[] =
	/* incident_id is not unique: a memory that forgot an old id must not stop the
	 * whole batch. The alerts of one incident stand in the order of its topics. */
	"CREATE TABLE incident("
	" journal_id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, sender TEXT NOT NULL,"
	" chain TEXT NOT NULL, revision INTEGER NOT NULL, form INTEGER NOT NULL,"
	" received_ms INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,"
	" receipt BLOB NOT NULL);"
	"CREATE INDEX incident_by_id ON incident(incident_id);"
	"CREATE TABLE alert("
	" row INTEGER PRIMARY KEY, journal_id INTEGER NOT NULL REFERENCES incident,"
	" audience TEXT NOT NULL, sequence INTEGER NOT NULL, topic TEXT NOT NULL,"
	" topic_sequence INTEGER NOT NULL, alert_id TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
	" open INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE INDEX alert_by_sequence ON alert(audience, sequence);"
	"CREATE TABLE probe(at INTEGER NOT NULL);"
	"INSERT INTO probe VALUES(0);";

/* What a restart needs, and what people ask for. Rows of the first version keep their
 * ids, answers, alerts and sequences; their chains begin anew. */
static const char second[] =
	"ALTER TABLE incident RENAME TO old_incident;"
	"ALTER TABLE alert RENAME TO old_alert;"
	"DROP INDEX incident_by_id; DROP INDEX alert_by_sequence;"
	"CREATE TABLE incident("
	" journal_id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, sender TEXT NOT NULL,"
	" chain TEXT NOT NULL, revision INTEGER NOT NULL, form INTEGER NOT NULL,"
	" received_ms INTEGER NOT NULL, hash BLOB NOT NULL,"
	/* As published. NULL: past its retention, or forgotten. */
	" bytes BLOB,"
	/* A packed tocsin.v1.Receipt. */
	" receipt BLOB NOT NULL,"
	/* Paths with slashes around each part; enums by their numbers. */
	" region TEXT NOT NULL DEFAULT '', event INTEGER NOT NULL DEFAULT 0,"
	" severity INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0,"
	" msg_type INTEGER NOT NULL DEFAULT 0, routing INTEGER NOT NULL DEFAULT 0,"
	" rules TEXT NOT NULL DEFAULT '',"
	/* Only in the newest row of a chain: while something of it stands in open/, and
	 * the engine's own memory of it (tocsin.memory.Chain). */
	" open_until_ms INTEGER, memory BLOB);"
	"CREATE INDEX incident_by_id ON incident(incident_id);"
	"CREATE INDEX incident_by_received ON incident(received_ms);"
	"CREATE INDEX incident_by_sender ON incident(sender, received_ms);"
	"CREATE INDEX incident_by_region ON incident(region, received_ms);"
	"CREATE INDEX incident_by_rules ON incident(rules, received_ms);"
	"CREATE INDEX incident_by_chain ON incident(chain) WHERE chain <> incident_id;"
	"CREATE INDEX incident_open ON incident(open_until_ms) WHERE open_until_ms IS NOT NULL;"
	"CREATE TABLE alert("
	/* journal_id << 16 | ordinal: the alerts of one incident are one range. */
	" row INTEGER PRIMARY KEY,"
	" audience TEXT NOT NULL, sequence INTEGER NOT NULL, topic TEXT NOT NULL,"
	" topic_sequence INTEGER NOT NULL, alert_id TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
	" qos INTEGER NOT NULL, formats INTEGER NOT NULL,"
	/* A packed tocsin.v1.Alert. NULL: forgotten. */
	" bytes BLOB);"
	"CREATE INDEX alert_by_sequence ON alert(audience, sequence);"
	"CREATE INDEX alert_by_topic ON alert(topic, topic_sequence);"
	"INSERT INTO incident(journal_id, incident_id, sender, chain, revision, form, received_ms,"
	" hash, bytes, receipt) SELECT journal_id, incident_id, sender, chain, revision, form,"
	" received_ms, hash, bytes, receipt FROM old_incident;"
	"INSERT INTO alert SELECT (journal_id << 16) | (row_number() OVER"
	" (PARTITION BY journal_id ORDER BY row) - 1), audience, sequence, topic, topic_sequence,"
	" alert_id, expires_ms, 1, 3, bytes FROM old_alert;"
	"DROP TABLE old_alert; DROP TABLE old_incident;"
	/* What stands on figure topics, or stood (formats 0). */
	"CREATE TABLE figure("
	" topic TEXT PRIMARY KEY, chain TEXT NOT NULL, sequence INTEGER NOT NULL,"
	" as_of_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL, formats INTEGER NOT NULL,"
	" qos INTEGER NOT NULL, changed_ms INTEGER NOT NULL, bytes BLOB);"
	/* Ids that were referenced before they came. */
	"CREATE TABLE awaited(id TEXT NOT NULL, chain TEXT NOT NULL, cancelled INTEGER NOT NULL,"
	" PRIMARY KEY(id, cancelled));"
	/* Topics of open/ that were left. */
	"CREATE TABLE cleared(topic TEXT PRIMARY KEY, formats INTEGER NOT NULL,"
	" at_ms INTEGER NOT NULL);"
	/* What incidents changed of throttles, corroborations and silences
	 * (tocsin.memory.Hold), and the tallies that no digest told yet. */
	"CREATE TABLE hold(journal_id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL,"
	" bytes BLOB NOT NULL);"
	"CREATE TABLE tally(id INTEGER PRIMARY KEY);"
	"CREATE TABLE digest(row INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,"
	" audience TEXT NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE silence(id INTEGER PRIMARY KEY, added_ms INTEGER NOT NULL,"
	" told_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, held INTEGER NOT NULL,"
	" through INTEGER NOT NULL, over INTEGER NOT NULL, text TEXT NOT NULL);"
	/* The highest sequences of what retention took: 'topic/...', 'audience/...'. */
	"CREATE TABLE counter(name TEXT PRIMARY KEY, sequence INTEGER NOT NULL);"
	/* Every rule text that ran. */
	"CREATE TABLE rules(version TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, text TEXT NOT NULL);"
	/* Incidents from first on were committed at at_ms or later; one row a second. */
	"CREATE TABLE commit_time(first INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL);"
	/* By at_ms all that was decided before since_ms, and so before incident first, was
	 * handed to the broker. */
	"CREATE TABLE handed(at_ms INTEGER PRIMARY KEY, since_ms INTEGER NOT NULL,"
	" first INTEGER NOT NULL);"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL);";

/* The user who spoke for the sender; NULL: itself. */
static const char third[] = "ALTER TABLE incident ADD COLUMN relay TEXT;";

/* Values of which each incident would write a page of an index go to a place where many are
 * entered at one go (catalogue.h); what topics counted is remembered there, too. */
static const char fourth[] =
	"CREATE TABLE catalogue("
	" journal_id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, sender TEXT NOT NULL,"
	" region TEXT NOT NULL, rules TEXT NOT NULL);"
	"INSERT INTO catalogue SELECT journal_id, received_ms, sender, region, rules FROM incident;"
	"CREATE INDEX catalogue_by_sender ON catalogue(sender, received_ms);"
	"CREATE INDEX catalogue_by_region ON catalogue(region, received_ms);"
	"CREATE INDEX catalogue_by_rules ON catalogue(rules, received_ms);"
	"INSERT INTO counter SELECT 'topic/' || topic, max(topic_sequence) FROM alert WHERE true"
	" GROUP BY topic"
	" ON CONFLICT(name) DO UPDATE SET sequence = max(sequence, excluded.sequence);"
	"INSERT OR REPLACE INTO meta"
	" SELECT 'catalogued_through', coalesce(max(journal_id), 0) FROM incident;"
	"DROP INDEX incident_by_sender; DROP INDEX incident_by_region; DROP INDEX incident_by_rules;"
	"DROP INDEX alert_by_topic;";

static const char *const steps[] = {first, second, third, fourth};

/* auto_vacuum lets retention give pages back a few at a time. On pages of 8 KiB a group takes
 * half the writes that it would on SQLite's own 4, and one incident no more bytes than it did
 * when each was in all indexes at once. */
const struct tocsin_schema tocsin_journal_schema = {
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
	.birth_pragmas = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;",
	.pragmas =
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
		"PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;",
	.may_only_be_read = true,
};

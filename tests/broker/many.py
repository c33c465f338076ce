# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Makes many incidents of the one that a journal holds."""

import os
import sqlite3

# Copies of one real incident, each with an id of its own, over so many days.
COPIES = '''
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO incident SELECT i, printf('%08x-0000-4000-8000-%012x', i * 2654435761 % 4294967296, i),
 sender, printf('%08x-0000-4000-8000-%012x', i * 2654435761 % 4294967296, i), revision, form,
 received_ms - (:count - i) * :days * 86400000 / :count, hash, bytes, receipt, region, event,
 severity, status, msg_type, routing, rules, CASE WHEN i % 100 = 0 THEN open_until_ms END, memory, relay
 FROM n, incident WHERE journal_id = 1'''
ALERTS = '''
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO alert SELECT i << 16, audience, i, topic, i, alert_id, expires_ms, qos, formats, bytes
 FROM n, alert WHERE row = 1 << 16'''

CATALOGUE = 'INSERT INTO catalogue SELECT journal_id, received_ms, sender, region, rules FROM incident'
COUNTS = """INSERT OR REPLACE INTO counter
 SELECT 'topic/' || topic, max(topic_sequence) FROM alert GROUP BY topic"""


def fill(journal_file, count, days):
    """The hub must have stopped. The youngest is as old as the one was."""
    with sqlite3.connect(journal_file) as journal:
        journal.execute('PRAGMA synchronous = OFF')
        journal.execute('PRAGMA cache_size = -400000')
        indexes = dict(journal.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        for name in indexes:
            journal.execute(f'DROP INDEX {name}')
        values = {'count': count, 'days': days}
        journal.execute(COPIES, values)
        journal.execute(ALERTS, values)
        journal.execute('UPDATE incident SET received_ms = received_ms - :days * 86400000'
                        ' WHERE journal_id = 1', {'days': days})
        journal.execute('DELETE FROM commit_time')
        journal.execute('DELETE FROM catalogue')
        journal.execute(CATALOGUE)
        journal.execute(COUNTS)
        journal.execute("INSERT OR REPLACE INTO meta VALUES('catalogued_through', :count)", values)
        # All of them were handed over long ago.
        journal.execute('UPDATE handed SET first = :count + 1', values)
        journal.execute('INSERT INTO commit_time SELECT journal_id, received_ms FROM incident'
                        ' WHERE journal_id % 1000 = 1')
        for sql in indexes.values():
            journal.execute(sql)
    journal.close()
    # Else the hub's first sync would have to write all of it.
    with open(journal_file, 'rb') as file:
        os.fsync(file.fileno())

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Three accounts of the same events that must agree: the reporters' receipts, the
journal's rows, and what a subscriber got."""

import collections
import contextlib
import hashlib
import json
import sqlite3

import messages

Incident = collections.namedtuple('Incident', 'journal_id incident_id sender chain revision bytes')
Alert = collections.namedtuple(
    'Alert', 'journal_id audience sequence topic topic_sequence alert_id bytes')


def _rows(journal, kind, table):
    columns = {row[1] for row in journal.execute(f'PRAGMA table_info({table})')}
    # An alert's row is its incident's journal id and its place among that one's alerts.
    wanted = [name if name in columns else 'row >> 16' for name in kind._fields]
    return [kind(*row) for row in journal.execute(
        f'SELECT {", ".join(wanted)} FROM {table} ORDER BY rowid')]


def read_journal(file):
    """Its incidents and its alerts, one for each topic that an alert goes to."""
    with contextlib.closing(sqlite3.connect(f'file:{file}?mode=ro', uri=True)) as journal:
        return _rows(journal, Incident, 'incident'), _rows(journal, Alert, 'alert')


def _none(wrong, what):
    if wrong:
        raise AssertionError(f'{len(wrong)} {what}: {wrong[:5]}')


def _counts_on(alerts, key, number, what):
    """Beneath each key the numbers are 1, 2, 3 … and each belongs to one alert."""
    owners = collections.defaultdict(lambda: collections.defaultdict(set))
    for alert in alerts:
        owners[key(alert)][number(alert)].add(alert.alert_id)
    for name, numbers in owners.items():
        _none([n for n in range(1, max(numbers) + 1) if n not in numbers], f'gaps in {what} of {name}')
        _none([n for n, ids in numbers.items() if len(ids) > 1], f'{what} of {name} used twice')


def check_receipts(fields, incidents):
    """Every incident with a receipt is in the journal exactly once, as published, and
    all its receipts say so."""
    rows = collections.defaultdict(list)
    for row in incidents:
        rows[row.incident_id].append(row)
    made = {kept.id: (field, kept) for field in fields for kept in field.kept.values()}
    _none([i for i in rows if i not in made], 'incidents in the journal that nobody sent')
    for field, kept in made.values():
        found = rows[kept.id]
        if len(found) != bool(kept.answers):
            raise AssertionError(f'{kept.id} of {field.name}: {len(found)} rows, {kept.answers}')
        if not found:
            continue
        row = found[0]
        assert (row.sender, row.bytes) == (field.name, kept.payload), kept.id
        sha256 = hashlib.sha256(kept.payload).hexdigest()
        said = {answer[2:] for answer in kept.answers}
        assert len(said) == 1, (kept.id, kept.answers)
        one = kept.answers[0]
        assert (one.journal_id, one.sha256, one.durable) == (str(row.journal_id), sha256, True), one
        if field.clean:
            # It is accepted once, and known from then on. (To a session that lives on
            # the broker may give the same receipt again.)
            verdicts = [answer.verdict for answer in kept.answers]
            assert verdicts.count('accepted') <= 1 and 'accepted' not in verdicts[1:], kept.answers


def check_journal(fields, incidents, alerts):
    """Each incident has the alerts that the rules say, and the counts have no gap."""
    expected = {kept.id: kept.audiences for field in fields for kept in field.kept.values()}
    sent = collections.defaultdict(list)
    for alert in alerts:
        sent[alert.journal_id].append(alert)
        inside = messages.alert(alert.bytes)
        assert (inside.id, inside.audience, inside.sequence, inside.topic_sequence) == (
            alert.alert_id, alert.audience, alert.sequence, alert.topic_sequence), alert
    for row in incidents:
        audiences = sorted(alert.audience for alert in sent.pop(row.journal_id, []))
        assert audiences == sorted(expected[row.incident_id]), (row.incident_id, audiences)
    _none(list(sent), 'alerts of no incident')
    _counts_on(alerts, lambda a: a.audience, lambda a: a.sequence, 'sequence')
    _counts_on(alerts, lambda a: a.topic, lambda a: a.topic_sequence, 'topic_sequence')
    chains = collections.defaultdict(list)
    for row in incidents:
        chains[row.chain].append(row.revision)
    _none([chain for chain, revisions in chains.items()
           if revisions != list(range(1, len(revisions) + 1))], 'chains with a gap or a repeat')


def check_feed(feed, alerts):
    """Each alert came at least once, in both forms; its repeats are the same; nothing
    else came."""
    journal = {(alert.topic, alert.alert_id): alert for alert in alerts}
    assert len(journal) == len(alerts)
    for kind in ('alert', 'alert-json'):
        came = feed.came[kind]
        _none([journal[key][:-1] for key in journal if key not in came],
              f'of {kind}/ never came')
        _none([key for key in came if key not in journal], f'of {kind}/ are not in the journal')
        _none([key for key, payloads in came.items() if len(payloads) != 1],
              f'of {kind}/ came in several forms')
        for key, (payload,) in came.items():
            alert = journal[key]
            if kind == 'alert':
                assert payload == alert.bytes, key
            else:
                inside = json.loads(payload)
                assert (inside['sequence'], inside['topic_sequence'], inside['audience']) == (
                    alert.sequence, alert.topic_sequence, alert.audience), key

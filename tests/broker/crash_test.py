# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""kill -9 at any moment, SIGTERM in the middle of a burst: nothing that was accepted
is lost, and nothing is there twice.

TOCSIN_CRASH_ROUNDS: how often the broker is killed in each case; TOCSIN_CRASH_SEED:
the choices of an earlier run once more."""

import collections
import os
import random
import unittest

import accounts
import messages
from feed import Feed
from field import Field
from hub import GAZETTEER, BrokerTest
from lives import ADMIN, Lives
from mqtt import V5, V311
from tocsin.v1 import enums_pb2

ROUNDS = int(os.environ.get('TOCSIN_CRASH_ROUNDS', '8'))
SEED = int(os.environ.get('TOCSIN_CRASH_SEED', random.randrange(1 << 32)))
NEWS = 12      # incidents that each app has to tell when the broker starts
UPDATES = 0.2  # of them are Updates
LONG_LIFE = 3  # seconds
RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: high, members: [agency]}
open_senders: true
senders:
  app-1: {max_rate: 40/s}
rules:
  - id: battles
    match: {event: battles}
    alert: [{audience: partners, open: true, expires: 24h}]
  - id: blasts
    match: {event: explosions_remote_violence}
    alert: [{audience: partners}, {audience: coordination}]
default:
  alert: [{audience: coordination, open: true}]
'''
ROUTES = {
    enums_pb2.EVENT_TYPE_BATTLES: ['partners'],
    enums_pb2.EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE: ['partners', 'coordination'],
    enums_pb2.EVENT_TYPE_RIOTS: ['coordination'],
}
PLACES = [line.split(',')[2] for line in GAZETTEER.splitlines()[1:]]
PB, JSON = 'incident', 'incident-json'


def news(field, source):
    """An incident that the app has to report, or an Update of one."""
    recorded = [kept for kept in field.kept.values() if kept.answers]
    if recorded and source.random() < UPDATES:
        earlier = source.choice(recorded)
        incident = messages.kouakourou(msg_type=enums_pb2.MSG_TYPE_UPDATE)
        incident.event.type = earlier.incident.event.type
        incident.location.pcode = earlier.incident.location.pcode
        incident.severity = earlier.incident.severity
        incident.references.add(sender=field.name, id=earlier.id, sent=earlier.incident.sent)
    else:
        incident = messages.kouakourou(severity=source.choice([3, 4, 5]))
        incident.event.type = source.choice(list(ROUTES))
        incident.location.pcode = source.choice(PLACES)
    return incident


def tell(lives, count):
    """Each app has so many to report now, with what it still keeps."""
    for field in lives.fields:
        while len(field.open) < count:
            incident = news(field, lives.source)
            field.make(incident, ROUTES[incident.event.type])


class Crash(BrokerTest):
    def begin(self, case, shapes, **more):
        """shapes: (version, QoS, form, clean session) of each app."""
        source = random.Random(f'{SEED} {case}')
        fields = [Field(f'app-{number}', source, *shape, **more)
                  for number, shape in enumerate(shapes, 1)]
        hub = self.make_hub(rules=RULES, journal=True, options={'admins': ADMIN})
        lives = Lives(hub, fields, Feed('agency'), source)
        self.addCleanup(lives.hang_up)
        return source, lives

    def agree(self, case, lives):
        """The last life: everybody is answered, and the accounts are compared."""
        lives.begin()
        lives.run()
        self.assertEqual([field.name for field in lives.fields if field.open], [])
        incidents, alerts = accounts.read_journal(lives.hub.journal_file)
        lives.until_feed_has(2 * len(alerts))
        lives.terminate()
        accounts.check_receipts(lives.fields, incidents)
        accounts.check_journal(lives.fields, incidents, alerts)
        accounts.check_feed(lives.feed, alerts)
        self.assertEqual(len(incidents), sum(len(field.kept) for field in lives.fields))
        counts = sum((field.counts for field in lives.fields), collections.Counter())
        counts['alert'] = lives.feed.different()
        counts['alert repeat'] = lives.feed.messages - lives.feed.different()
        counts['ledger'] = lives.operator.ledgers
        print(f'{case}, {lives.number} lives, seed {SEED}: {dict(counts)}', flush=True)
        return counts

    def rounds(self, case, shapes, cuts=True, long_life=9, **more):
        """One in 10 lives is a long one: the one of this number, and so on."""
        source, lives = self.begin(case, shapes, **more)
        for number in range(ROUNDS):
            absent = source.random() < 0.1
            lives.begin(absent)
            tell(lives, NEWS)
            lives.run(*self.chances(lives, cuts))
            if number % 10 == long_life and not absent:
                lives.live_on(LONG_LIFE, lambda: tell(lives, 1))
            elif source.random() < 0.3 and not absent:
                lives.catch_up()
            lives.kill()
        return self.agree(case, lives)

    def chances(self, lives, cuts):
        """What happens in a life, and after which event it is over."""
        source = lives.source
        most = 3 * NEWS * len(lives.fields)
        plan = [(source.randrange(most), lives.operator.ask)]
        if source.random() < 0.4:
            plan.append((source.randrange(most), lives.save))
        plan += [(source.randrange(most), lambda field=field: lives.cut(field))
                 for field in lives.fields if cuts and source.random() < 0.8]
        # Now and then right at the start, while the life before is made good.
        return plan, 0 if source.random() < 0.15 else source.randrange(1, most)

    def test_all_kinds(self):
        counts = self.rounds('all kinds', [
            (V5, 1, PB, True), (V311, 0, PB, True), (V5, 2, JSON, True), (V311, 1, PB, False),
            (V5, 0, JSON, False), (V311, 2, PB, True)], long_life=4)
        for what in ('accepted', 'duplicate', 'dup', 'cut', 'alert repeat'):
            self.assertGreater(counts[what], 0, what)

    def test_qos_2(self):
        self.rounds('QoS 2', [(V5, 2, PB, True), (V311, 2, PB, True), (V5, 2, JSON, True),
                              (V311, 2, JSON, True)], cuts=False, resend='new')

    def test_dup(self):
        counts = self.rounds('DUP', [(V5, 1, PB, False), (V311, 1, PB, True), (V5, 2, PB, True),
                                     (V311, 2, JSON, True)], cuts=False, resend='dup')
        self.assertGreater(counts['dup'], 0)

    def test_cut_in_mid_publish(self):
        counts = self.rounds('cuts', [(V5, 1, PB, True), (V311, 0, PB, True), (V311, 2, PB, True),
                                      (V5, 1, JSON, False)], resend='new')
        self.assertGreater(counts['cut'], 0)

    def test_terminated_in_a_burst(self):
        case = 'SIGTERM'
        source, lives = self.begin(case, [(V5, 1, PB, True), (V311, 0, PB, True),
                                          (V311, 2, JSON, True)])
        for number in range(max(2, ROUNDS // 2)):
            lives.begin()
            tell(lives, 4 * NEWS)
            lives.run(budget=source.randrange(1, 8 * NEWS * len(lives.fields)))
            lives.terminate()
            recorded = {row.incident_id
                        for row in accounts.read_journal(lives.hub.journal_file)[0]}
            before = {kept.id: kept for field in lives.fields for kept in field.open.values()}
            lives.begin()
            lives.run()
            for kept in before.values():
                verdict = 'duplicate' if kept.id in recorded else 'accepted'
                self.assertEqual(kept.answers[0].verdict, verdict)
            if number % 10 == 9:
                lives.live_on(LONG_LIFE, lambda: tell(lives, 1))
            lives.catch_up()
            lives.terminate()
        self.agree(case, lives)


if __name__ == '__main__':
    unittest.main()

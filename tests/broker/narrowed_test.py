# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A reload that lets an audience see less, or takes it away, leaves nothing retained that
shows more; and what was taken by mistake comes back."""

import re
import unittest

import messages
import mqtt
from control_test import ask
from hub import BrokerTest
from tocsin.v1 import enums_pb2

RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: severe, members: [agency]}
  network: {max_sensitivity: severe}
open_senders: true
rules:
  - id: all
    match: {region: ML05}
    alert: [{audience: partners, open: true}, {audience: network, open: true}]
default:
  alert: [{audience: coordination, open: true}]
'''
LOWER = RULES.replace('partners: {max_sensitivity: severe', 'partners: {max_sensitivity: high')
GONE = re.sub('  partners: .*\n', '', RULES).replace('{audience: partners, open: true}, ', '')
MANY = 230  # more than a page, open and in figure/
MARK = re.compile(rb'Kouakourou|reporter-marker|14\.2222|mopti-17')


def displaced(number):
    incident = messages.kouakourou()
    incident.event.type = enums_pb2.EVENT_TYPE_DISPLACEMENT
    incident.displacement.add(
        unit=enums_pb2.DISPLACEMENT_UNIT_PERSON, figure=500 + number, operation=f'R{number}',
        population=enums_pb2.POPULATION_IDP, flow_or_stock=enums_pb2.FLOW_OR_STOCK_STOCK)
    return incident


class Narrowed(BrokerTest):
    def report(self, hub, incidents):
        field = hub.client('mopti-17')
        for incident in incidents:
            field.publish(messages.box('mopti-17'), incident.SerializeToString(), wait=False)
        answers = field.wait_topic(messages.box('mopti-17', 'receipt'), len(incidents))
        for answer in answers if isinstance(answers, list) else [answers]:
            self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
        field.close()

    def stands(self, hub, audience):
        """What who subscribes now is given, by topic."""
        late, other = hub.client('late'), hub.client('other')
        late.subscribe(f'tocsin/v1/to/{audience}/#')
        mqtt.barrier(other, late)
        found = {m.topic: m.payload for m in late.messages if m.payload and '/heartbeat' not in m.topic}
        late.close()
        other.close()
        return found

    def becomes(self, hub, rules, audience, cleared):
        """Reloads, and waits until all that stands is cleared or published again; returns
        what then stands."""
        watch = hub.client('watch').subscribe(f'tocsin/v1/to/{audience}/open/#', f'tocsin/v1/to/{audience}/open-json/#',
                                              f'tocsin/v1/to/{audience}/figure/#',
                                              f'tocsin/v1/to/{audience}/figure-json/#')
        barrier = hub.client('barrier')
        mqtt.barrier(barrier, watch)
        watch.clear()
        hub.rules_file.write_text(rules)
        hub.reload()
        watch.until(lambda: len({m.topic for m in watch.messages if bool(m.payload) != cleared}) == 4 * MANY,
                    f'{4 * MANY} topics of {audience}')
        watch.close()
        barrier.close()
        return self.stands(hub, audience)

    def check(self, journal):
        hub = self.hub(rules=RULES, journal=journal)
        self.report(hub, [displaced(number) for number in range(MANY)])
        before = self.stands(hub, 'partners')
        self.assertEqual(len(before), 4 * MANY)
        self.assertTrue(MARK.search(b''.join(before.values())))
        network = self.stands(hub, 'network')
        return hub, before, network

    def test_with_a_journal(self):
        hub, before, network = self.check(journal=True)
        for rules in (LOWER, GONE):
            self.assertEqual(self.becomes(hub, rules, 'partners', cleared=True), {})
            self.assertEqual(self.stands(hub, 'network'), network)
            self.assertEqual(self.becomes(hub, RULES, 'partners', cleared=False), before)
        self.assertEqual(self.becomes(hub, LOWER, 'partners', cleared=True), {})
        self.report(hub, [displaced(MANY)])
        found = self.stands(hub, 'partners')
        self.assertEqual(len(found), 4)
        self.assertIsNone(MARK.search(b''.join(found.values())))
        hub.kill()
        hub.start()
        hub.log('tocsin: published again after the start')
        self.assertEqual(set(self.stands(hub, 'partners')), set(found))

    def test_without_a_journal(self):
        hub, _, network = self.check(journal=False)
        self.assertEqual(self.becomes(hub, LOWER, 'partners', cleared=True), {})
        self.assertEqual(self.stands(hub, 'network'), network)
        self.report(hub, [displaced(MANY)])
        found = self.stands(hub, 'partners')
        self.assertEqual(len(found), 4)
        self.assertIsNone(MARK.search(b''.join(found.values())))

    def test_while_incidents_come(self):
        """What the rules before made and is still on its way does not come after it."""
        hub = self.hub(rules=RULES, journal=True)
        field = hub.client('mopti-17')
        for number in range(3 * MANY):
            if number == MANY:
                field.wait_topic(messages.box('mopti-17', 'receipt'), MANY // 2)
                hub.rules_file.write_text(LOWER)
                hub.reload()
            field.publish(messages.box('mopti-17'), displaced(number).SerializeToString(), wait=False)
        field.wait_topic(messages.box('mopti-17', 'receipt'), 3 * MANY)
        hub.log('tocsin: published again or cleared')
        self.assertIsNone(MARK.search(b''.join(self.stands(hub, 'partners').values())))
        self.assertEqual(len(self.stands(hub, 'network')), 4 * 3 * MANY)

    def test_a_review_sends_nobody_more_than_the_rules_allow(self):
        hub = self.hub(rules=RULES, journal=True, options={'admins': 'chief'})
        chief = hub.client('chief')
        incident = messages.kouakourou(description='Three pick-ups')
        self.report(hub, [incident])
        version = ask(chief, 'getRules')['data']['version']
        self.assertIsNone(ask(chief, 'setRules', text=LOWER, expectedVersion=version).get('error'))
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/#')
        self.assertEqual(ask(chief, 'reviewIncident', incident=incident.id)['data']['audiences'], [])
        self.assertEqual(ask(chief, 'queryJournal', review='waiting')['data']['rows'], [])
        told = ask(chief, 'reviewIncident', incident=incident.id, version=incident.id)
        self.assertEqual(told['error'], 'no audience that would be shown the texts was sent it')
        mqtt.barrier(chief, watch)
        self.assertEqual([m.topic for m in watch.messages if m.payload and '/alert' in m.topic], [])


if __name__ == '__main__':
    unittest.main()

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""$CONTROL/tocsin/v1 and the journal: what came in, what was refused and is judged again,
what is taken back, what somebody is sent again."""

import json
import unittest

import messages
from control_test import ask
from hub import GAZETTEER, RULES, BrokerTest
from tocsin.v1 import enums_pb2, replay_pb2

SENDERS = RULES.replace('open_senders: true', '''senders:
  mopti-17: {regions: [ML05], max_rate: 3/h}
  gao-3: {regions: [ML07]}
  chief: {}''')
RELAYS = RULES.replace('open_senders: true', '''senders:
  bridge-mopti: {relays: ["mopti-*", "sms-*"], regions: [ML05]}''')


class ControlJournal(BrokerTest):
    def start(self, **more):
        hub = self.hub(journal=True, options={'admins': 'chief'}, **more)
        return hub, hub.client('chief')

    def report(self, hub, user='mopti-17', **changes):
        field = hub.client(user)
        incident = messages.kouakourou(**{key: value for key, value in changes.items()
                                          if key != 'pcode'})
        if 'pcode' in changes:
            incident.location.pcode = changes['pcode']
            incident.location.ClearField('country')
        field.publish(messages.box(user), incident.SerializeToString())
        answer = messages.receipt(field.wait_topic(messages.box(user, 'receipt')).payload)
        messages.pass_by(answer)
        field.close()
        return incident, answer

    def test_query(self):
        hub, chief = self.start()
        first, _ = self.report(hub)
        second, _ = self.report(hub, user='gao-3', severity=enums_pb2.SEVERITY_MINOR)
        refused, _ = self.report(hub, severity=0)
        rows = ask(chief, 'queryJournal')['data']['rows']
        self.assertEqual([row['incident_id'] for row in rows], [refused.id, second.id, first.id])
        self.assertEqual([row['verdict'] for row in rows], ['rejected', 'accepted', 'accepted'])
        self.assertEqual(rows[2]['rules'], ['mopti-violence'])
        self.assertEqual(rows[2]['region'], 'ML/ML05/ML0503')
        self.assertEqual([alert['audience'] for alert in rows[2]['alerts']], ['partners'])
        for key, value, wanted in (('sender', 'gao-3', [second.id]), ('rule', 'mopti-violence', [first.id]),
                                   ('region', 'ML05', [second.id, first.id]), ('verdict', 'rejected', [refused.id]),
                                   ('incident', first.id, [first.id]), ('rule', 'no-such', [])):
            rows = ask(chief, 'queryJournal', **{key: value})['data']['rows']
            self.assertEqual([row['incident_id'] for row in rows], wanted, key)
        page = ask(chief, 'queryJournal', limit=2)['data']
        rest = ask(chief, 'queryJournal', limit=2, after=page['next'])['data']
        self.assertEqual([row['incident_id'] for row in page['rows'] + rest['rows']],
                         [refused.id, second.id, first.id])
        self.assertNotIn('next', rest)
        self.assertIn('limit', ask(chief, 'queryJournal', limit='many')['error'])

    def test_refused_is_judged_again(self):
        """A gazetteer that lacked a code is mended: what it had refused goes through, in
        order, once."""
        hub, chief = self.start()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        new, answer = self.report(hub, pcode='ML0506')
        self.assertEqual([v.check for v in answer.violations if v.level == 'error'],
                         ['location.pcode.unplaced'])
        update = messages.kouakourou(msg_type=2)
        update.location.CopyFrom(new.location)
        update.references.add(sender='mopti-17', id=new.id)
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), update.SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        self.report(hub, severity=0)
        entries = ask(chief, 'listQuarantine')['data']['entries']
        self.assertEqual(len(entries), 3)
        self.assertEqual(entries[2]['incident_id'], new.id)
        self.assertEqual([v['check'] for v in entries[2]['violations'] if v['level'] == 'error'],
                         ['location.pcode.unplaced'])
        self.assertNotIn('bytes', entries[0])
        early = ask(chief, 'retryQuarantine', all=True)['data']
        self.assertEqual((early['retried'], early['accepted'], early['left']), (3, 0, 3))
        (hub.folder / 'places.csv').write_text(GAZETTEER + 'MLI,2,ML0506,Mopti,ML05,2020-10-01\n')
        hub.reload()
        hub.log('tocsin: loaded', count=2)
        done = ask(chief, 'retryQuarantine', sender='mopti-17')['data']
        self.assertEqual((done['retried'], done['accepted'], done['rejected'], done['left']), (3, 2, 1, 1))
        alerts = [messages.alert(m.payload) for m in watch.wait_topic(
            messages.KOUAKOUROU.replace('ML0503', 'ML0506'), 2)]
        self.assertEqual([alert.revision for alert in alerts], [1, 2])
        again = ask(chief, 'retryQuarantine', all=True)['data']
        self.assertEqual((again['retried'], again['accepted'], again['rejected']), (1, 0, 1))
        hub.kill()
        hub.start(same_port=True)
        chief = hub.client('chief')
        self.assertEqual(len(ask(chief, 'listQuarantine')['data']['entries']), 1)
        rows = ask(chief, 'queryJournal', verdict='accepted')['data']['rows']
        self.assertEqual([row['incident_id'] for row in rows], [update.id, new.id])

    def test_who_brought_it_is_told_and_asked_again(self):
        hub, chief = self.start(rules=RELAYS)
        ops = hub.client('chief').subscribe('tocsin/v1/ops/quarantine/#')
        bridge = hub.client('bridge-mopti')
        sent = []
        for sender, pcode in (('mopti-9', 'ML0503'), ('mopti-9', 'ML0506'), ('sms-1', 'ML0506')):
            incident = messages.kouakourou()
            incident.location.pcode = pcode
            incident.location.ClearField('country')
            bridge.publish(messages.box(sender), incident.SerializeToString())
            bridge.wait_topic(messages.box(sender, 'receipt'))
            bridge.clear()
            sent.append(incident.id)
        told = [json.loads(m.payload) for m in
                ops.wait(lambda m: m.topic.startswith('tocsin/v1/ops/quarantine/'), 'both', 2)]
        self.assertEqual([(one['sender'], one['relay']) for one in told],
                         [('mopti-9', 'bridge-mopti'), ('sms-1', 'bridge-mopti')])
        rows = ask(chief, 'queryJournal')['data']['rows']
        self.assertEqual([(row['incident_id'], row['sender'], row['relay']) for row in rows],
                         [(sent[2], 'sms-1', 'bridge-mopti'), (sent[1], 'mopti-9', 'bridge-mopti'),
                          (sent[0], 'mopti-9', 'bridge-mopti')])
        entries = ask(chief, 'listQuarantine')['data']['entries']
        self.assertEqual([entry['relay'] for entry in entries], ['bridge-mopti'] * 2)
        # Meanwhile it speaks for some of them no more.
        (hub.folder / 'places.csv').write_text(GAZETTEER + 'MLI,2,ML0506,Mopti,ML05,2020-10-01\n')
        hub.rules_file.write_text(RELAYS.replace(', "sms-*"', ''))
        hub.reload()
        hub.log('tocsin: loaded', count=2)
        done = ask(chief, 'retryQuarantine', all=True)['data']
        self.assertEqual((done['retried'], done['accepted'], done['left']), (2, 1, 1))
        self.assertEqual([(e['sender'], e['incident_id']) for e in
                          ask(chief, 'listQuarantine')['data']['entries']], [('sms-1', sent[2])])
        row = ask(chief, 'queryJournal', incident=sent[1], verdict='accepted')['data']['rows'][0]
        self.assertEqual((row['sender'], row['relay']), ('mopti-9', 'bridge-mopti'))

    def test_identity_and_scope_are_never_judged_again(self):
        hub, chief = self.start(rules=SENDERS)
        self.report(hub, user='gao-3')
        self.report(hub, user='stranger')
        hub.rules_file.write_text(SENDERS.replace('regions: [ML07]', 'regions: [ML05]'))
        hub.reload()
        hub.log('tocsin: loaded', count=2)
        answer = ask(chief, 'retryQuarantine', all=True)['data']
        self.assertEqual((answer['retried'], answer['accepted'], answer['left']), (0, 0, 2))

    def test_taken_back(self):
        hub, chief = self.start(rules=SENDERS)
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/#')
        incident, _ = self.report(hub)
        opened = watch.wait(lambda m: '/open/' in m.topic and m.payload)
        answer = ask(chief, 'cancelIncident', incident=incident.id, reason='The village was another.')
        self.assertNotIn('error', answer)
        cancel = messages.alert(watch.wait_topic(messages.KOUAKOUROU, 2)[-1].payload)
        self.assertEqual(cancel.msg_type, enums_pb2.MSG_TYPE_CANCEL)
        self.assertEqual(cancel.close.cause, enums_pb2.CLOSE_CAUSE_ERROR)
        self.assertEqual(cancel.revision, 2)
        watch.wait(lambda m: m.topic == opened.topic and not m.payload)
        row = ask(chief, 'queryJournal', incident=answer['data']['id'])['data']['rows'][0]
        self.assertEqual((row['sender'], row['msg_type']), ('chief', 'cancel'))
        for arguments, error in (({'incident': incident.id, 'reason': 'again'}, 'it is cancelled already'),
                                 ({'incident': 'no-id', 'reason': 'x'}, 'there is no such incident'),
                                 ({'incident': incident.id}, 'reason must be given, as a text'),
                                 ({'incident': incident.id, 'reason': ''}, 'reason must be 1 to 1,000'),
                                 ({'incident': incident.id, 'reason': 'x', 'cause': 'anger'}, 'cause must be')):
            self.assertIn(error, ask(chief, 'cancelIncident', **arguments)['error'])
        other, _ = self.report(hub)
        self.assertIn('reason must be 1 to 1,000',
                      ask(chief, 'cancelIncident', incident=other.id, reason='x' * 1001)['error'])

    def test_sent_again_for_somebody(self):
        hub, chief = self.start()
        self.report(hub)
        agency = hub.client('agency').subscribe('tocsin/v1/from/agency/#')
        self.assertEqual(ask(chief, 'replayFor', user='agency', audience='partners')['data'],
                         {'user': 'agency'})
        end = agency.wait_topic(messages.box('agency', 'replay-end-json'))
        self.assertIn(b'"complete":true', end.payload)
        self.assertEqual(len([t for t in agency.topics() if '/replayed/partners/alert-json/' in t]), 1)
        self.assertIn('user must be a member',
                      ask(chief, 'replayFor', user='mopti-17', audience='partners')['error'])


if __name__ == '__main__':
    unittest.main()

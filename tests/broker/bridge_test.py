# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Field apps behind a broker of their own, which a bridge joins to the hub."""

import json
import os
import pathlib
import subprocess
import unittest

import messages
import mqtt
from command import run, to
from hub import RULES, BrokerTest
from link import Link
from messages import box

SAMPLE = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'docker'
RELAYS = RULES.replace('open_senders: true\n', '''\
senders:
  bridge-mopti: {relays: ["mopti-*"], regions: [ML05], max_rate: 600/min}
  mopti-17: {regions: [ML07, ML0503]}
''')
# The hub's own: what the bridge's account may do there, and a reporter's.
HUB_ACL = '''\
pattern readwrite barrier/#
pattern readwrite tocsin/v1/from/%u/#
user bridge-mopti
topic write tocsin/v1/from/+/incident
topic write tocsin/v1/from/+/incident-json
topic read tocsin/v1/from/+/receipt
topic read tocsin/v1/from/+/receipt-json
user agency
topic read tocsin/v1/to/partners/#
user coord
topic read tocsin/v1/ops/#
topic read tocsin/v1/to/coordination/#
'''
PEOPLE = ('bridge-mopti', 'mopti-17', 'mopti-18', 'gao-3', 'agency', 'coord', 'mopti-hub', 'control')


def section(text, first):
    """The lines of a configuration from one on."""
    return text[text.index(first):]


class Bridge(BrokerTest):
    def accounts(self, hub, acl):
        """Passwords for everybody, each their own name."""
        passwords = hub.folder / 'passwords'
        passwords.write_text(''.join(f'{name}:{name}\n' for name in PEOPLE))
        subprocess.run(['mosquitto_passwd', '-U', str(passwords)], check=True)
        (hub.folder / 'acl').write_text(acl)
        hub.authentication = (f'allow_anonymous false\npassword_file {passwords}\n'
                              f'acl_file {hub.folder}/acl')

    def central(self, after='', **more):
        hub = self.make_hub(rules=RELAYS, after=after, journal=True,
                            options={'guard': 'beside'}, **more)
        self.accounts(hub, HUB_ACL)
        return hub.start()

    def client(self, hub, user, *filters, **more):
        client = hub.client(user, password=user, **more)
        return client.subscribe(*filters) if filters else client

    def far(self, port, changes=()):
        """The sample as it ships, but for addresses, files and impatience."""
        bridge = section((SAMPLE / 'bridge.conf').read_text(), 'connection tocsin')
        for line, instead in (
                ('address hub.example:8883', f'address 127.0.0.1:{port}'),
                ('bridge_cafile /etc/mosquitto/ca.crt\n', ''),
                ('remote_password secret', 'remote_password bridge-mopti'),
                ('restart_timeout 5 60', 'restart_timeout 1'), *changes):
            self.assertIn(line, bridge)
            bridge = bridge.replace(line, instead)
        # Nothing of ours is in it, and 2.0.11 loses 42 bytes where a bridge's link breaks.
        far = self.make_hub(plugin=False, after=bridge,
                            environment={'ASAN_OPTIONS': 'detect_leaks=0'})
        self.accounts(far, 'pattern readwrite barrier/#\n' + (SAMPLE / 'bridge.acl').read_text())
        return far.start()

    def joined(self, **more):
        hub = self.central(**more)
        far = self.far(hub.port)
        hub.log('as bridge-mopti')
        return hub, far

    def field(self, broker, user, **more):
        return self.client(broker, user, f'tocsin/v1/from/{user}/#', **more)

    def answers(self, field, incident, count=1):
        """The receipts for one incident, once there are so many."""
        found = field.wait(lambda m: not m.topic.endswith('/incident') and m.payload and
                           messages.receipt(m.payload).incident_id == incident.id, 'a receipt', count)
        return [found] if count == 1 else found

    def report(self, field, user, pcode='ML0503', properties=None):
        incident = messages.kouakourou()
        incident.location.pcode = pcode
        field.publish(box(user), incident.SerializeToString(), properties=properties)
        return incident

    def verdict(self, field, incident, count=1):
        return messages.verdict(self.answers(field, incident, count)[-1].payload)

    def assert_refused(self, field, user, pcode, check):
        answer, = self.answers(field, self.report(field, user, pcode))
        self.assertEqual([v.check for v in messages.receipt(answer.payload).violations
                          if v.level == 'error'], [check])
        self.assertEqual(answer.topic, box(user, 'receipt'))

    def test_there_and_back(self):
        hub, far = self.joined()
        agency = self.client(hub, 'agency', 'tocsin/v1/to/partners/alert/#')
        # At the hub nobody sees the answers, nor what a reporter wrote.
        same_name = self.field(hub, 'mopti-17')
        for user in ('mopti-17', 'mopti-18'):
            for version in (mqtt.V311, mqtt.V5):
                field = self.field(far, user, version=version)
                incident = self.report(field, user)
                self.assertEqual(self.verdict(field, incident), 'VERDICT_ACCEPTED')
                field.publish(box(user), incident.SerializeToString())
                self.assertEqual(self.verdict(field, incident, 2), 'VERDICT_DUPLICATE')
                written = messages.kouakourou_json()
                field.publish(box(user, 'incident-json'), json.dumps(written).encode())
                answer = json.loads(field.wait_topic(box(user, 'receipt-json')).payload)
                self.assertEqual((answer['incident_id'], answer['verdict']),
                                 (written['id'], 'accepted'))
                field.close()
        agency.wait_topic(messages.KOUAKOUROU, 8)
        mqtt.barrier(agency, agency, same_name)
        self.assertEqual(len(agency.messages), 8)
        self.assertEqual([m.payload for m in same_name.messages if m.payload], [])
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['duplicate'], ledger['reserved']), (8, 4, 0))

    def test_a_link_that_is_cut(self):
        """What is reported meanwhile waits with the far broker, the answers with it and with
        the hub; nothing comes twice."""
        hub = self.central()
        link = Link(hub).up()
        self.addCleanup(link.end)
        far = self.far(link.port)
        hub.log('as bridge-mopti')
        agency = self.client(hub, 'agency', 'tocsin/v1/to/partners/alert/#')
        field = self.field(far, 'mopti-18', client_id='phone', clean=False)
        sent = [self.report(field, 'mopti-18')]
        self.assertEqual(self.verdict(field, sent[0]), 'VERDICT_ACCEPTED')
        # Behind a mountain: what is on its way is lost, and sent again by the far broker.
        link.freeze()
        sent.append(self.report(field, 'mopti-18'))
        link.wait(lambda link: link.swallowed > 0)
        link.down()
        sent += [self.report(field, 'mopti-18') for _ in range(3)]
        field.publish(box('mopti-18'), sent[2].SerializeToString())
        field.close()
        link.up()
        agency.wait_topic(messages.KOUAKOUROU, 5)
        back = self.field(far, 'mopti-18', client_id='phone', clean=False)
        for number, incident in enumerate(sent[1:], 1):
            verdicts = [messages.verdict(m.payload) for m in
                        self.answers(back, incident, 2 if number == 2 else 1)]
            self.assertEqual(verdicts, ['VERDICT_ACCEPTED', 'VERDICT_DUPLICATE'][:len(verdicts)])
        # The phone is in town, and sends again what it is not sure of.
        direct = self.field(hub, 'mopti-18')
        direct.publish(box('mopti-18'), sent[4].SerializeToString())
        answer = messages.checks(self.answers(direct, sent[4])[0].payload)
        self.assertEqual(answer, ['sender.unknown'])
        back.publish(box('mopti-18'), sent[4].SerializeToString())
        self.assertEqual(self.verdict(back, sent[4], 2), 'VERDICT_DUPLICATE')
        mqtt.barrier(agency, agency)
        self.assertEqual(len(agency.messages), 5)
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['duplicate'], ledger['rejected']), (5, 2, 1))

    def test_a_hub_that_is_away(self):
        """Receipts that the hub could not hand over come with the next connection, and a
        listed sender's account and the bridge are one sender."""
        hub, far = self.joined()
        field = self.field(far, 'mopti-17')
        known = self.report(field, 'mopti-17')
        self.assertEqual(self.verdict(field, known), 'VERDICT_ACCEPTED')
        hub.stop()
        late = self.report(field, 'mopti-17')
        hub.start(same_port=True)
        self.assertEqual(self.verdict(field, late), 'VERDICT_ACCEPTED')
        direct = self.field(hub, 'mopti-17')
        for incident in (known, late):
            direct.publish(box('mopti-17'), incident.SerializeToString())
            self.assertEqual(self.verdict(direct, incident), 'VERDICT_DUPLICATE')

    def test_the_command_behind_it(self):
        """`tocsin report` asks that broker for the answers which a hub sends unasked."""
        hub, far = self.joined()
        for form, version in (('protobuf', '5'), ('json', '311')):
            done = run('report', *to(far, 'mopti-18', version), '-P', 'mopti-18', '--as', form,
                       '--event', 'battles', '--severity', 'severe', '--certainty', 'observed',
                       '--pcode', 'ML0503', '--sensitivity', 'moderate', '--json')
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)['verdict'], 'accepted')
        self.assertEqual(hub.stop()['received'], 2)

    def test_what_a_bridge_may_not_say(self):
        hub, far = self.joined()
        ops = self.client(hub, 'coord', 'tocsin/v1/ops/#')
        listed = self.field(far, 'mopti-17')
        other = self.field(far, 'mopti-18')
        foreign = self.field(far, 'gao-3')
        # A name that is none of its patterns' is not heard, and the bridge lives on.
        self.report(foreign, 'gao-3')
        # Behind the far broker nobody speaks for another.
        self.report(foreign, 'mopti-18')
        self.assert_refused(other, 'mopti-18', 'ML07', 'sender.region')
        # Both must admit it: the bridge may ML05, mopti-17 may ML07 and ML0503.
        self.assert_refused(listed, 'mopti-17', 'ML07', 'sender.region')
        self.assert_refused(listed, 'mopti-17', 'ML0501', 'sender.region')
        self.assertEqual(self.verdict(listed, self.report(listed, 'mopti-17')), 'VERDICT_ACCEPTED')
        direct = self.field(hub, 'mopti-17')
        self.assertEqual(self.verdict(direct, self.report(direct, 'mopti-17', 'ML07')),
                         'VERDICT_ACCEPTED')
        notices = ops.wait(lambda m: '/quarantine/' in m.topic, 'notices', 3)
        self.assertEqual([(json.loads(m.payload)['sender'], json.loads(m.payload)['relay'])
                          for m in notices],
                         [(name, 'bridge-mopti') for name in ('mopti-18', 'mopti-17', 'mopti-17')])
        self.assertEqual([m for m in foreign.messages if not m.topic.endswith('/incident')], [])
        self.assertEqual(len(hub.log('as bridge-mopti')), 1)
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['rejected'], ledger['reserved']), (2, 3, 1))

    def test_answers_stay_in_the_box(self):
        hub, far = self.joined()
        victim = self.field(far, 'mopti-17')
        field = self.field(far, 'mopti-18', version=mqtt.V5)
        for wanted, used in (('tocsin/v1/from/mopti-18/answers/7', 'tocsin/v1/from/mopti-18/answers/7'),
                             ('tocsin/v1/from/mopti-17/receipt', box('mopti-18', 'receipt')),
                             ('tocsin/v1/to/partners/alert/x', box('mopti-18', 'receipt')),
                             ('$SYS/broker/x', box('mopti-18', 'receipt'))):
            incident = self.report(field, 'mopti-18', properties=mqtt.publish_properties(
                ResponseTopic=wanted, CorrelationData=b'\x00\x07'))
            answer, = self.answers(field, incident)
            self.assertEqual((answer.topic, answer.properties.CorrelationData), (used, b'\x00\x07'))
        mqtt.barrier(field, victim)
        self.assertEqual(victim.messages, [])

    def test_only_a_user_name_is_a_relay(self):
        hub = self.hub(rules=RELAYS)
        for user, client_id in (('mopti-18', 'bridge-mopti'), (None, 'bridge-mopti'),
                                ('bridge', 'b'), ('bridge-mopti2', 'c')):
            client = hub.client(user, client_id)
            self.report(client, 'mopti-17')
            mqtt.barrier(client, client)
            self.assertEqual((client.messages, client.disconnects), ([], 0))
            client.close()
        # Nor is a relay more than that.
        bridge = hub.client('bridge-mopti')
        for leaf in ('receipt', 'receipt-json', 'replay', 'incident/x', 'answers/1'):
            bridge.publish(box('mopti-17', leaf), b'x')
        mqtt.barrier(bridge, bridge)
        self.assertEqual(bridge.messages, [])
        ledger = hub.stop()
        self.assertEqual((ledger['received'], ledger['reserved']), (0, 9))

    def fetched(self, *lines):
        """A far broker that cannot reach the hub, and a hub that fetches from it."""
        far = self.hub(plugin=False, before='log_type subscribe')
        hub = self.hub(rules=RELAYS, options={'guard': 'alone'}, after='\n'.join((
            'connection far', f'address 127.0.0.1:{far.port}', 'remote_username mopti-hub',
            'remote_clientid mopti-hub', 'cleansession false', 'bridge_protocol_version mqttv50',
            'notifications false', 'restart_timeout 1', 'topic tocsin/v1/from/+/incident in 1',
            'topic tocsin/v1/from/+/receipt out 1', 'topic barrier/# in 1', *lines)))
        far.log(r'mopti-hub 1 barrier/#')
        return hub, far

    def test_a_hub_that_fetches(self):
        hub, far = self.fetched('local_username bridge-mopti')
        for version in (mqtt.V311, mqtt.V5):
            field = self.field(far, 'mopti-18', version=version)
            incident = self.report(field, 'mopti-18')
            self.assertEqual(self.verdict(field, incident), 'VERDICT_ACCEPTED')
            field.publish(box('mopti-18'), incident.SerializeToString())
            self.assertEqual(self.verdict(field, incident, 2), 'VERDICT_DUPLICATE')
        foreign = self.field(far, 'gao-3')
        self.report(foreign, 'gao-3')
        self.assert_refused(field, 'mopti-18', 'ML07', 'sender.region')
        self.assertEqual(foreign.topics(), [box('gao-3')])
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['duplicate'], ledger['rejected'],
                          ledger['reserved']), (2, 2, 1, 1))

    def test_a_hub_that_fetches_for_nobody(self):
        """A bridge without a local_username is no relay, whatever its client id."""
        hub, far = self.fetched('local_clientid bridge-mopti')
        field = self.field(far, 'mopti-18')
        self.report(field, 'mopti-18')
        mqtt.barrier(field, hub.client('agency'))
        self.assertEqual(field.topics(), [box('mopti-18')])
        ledger = hub.stop()
        self.assertEqual((ledger['received'], ledger['reserved']), (0, 1))


if __name__ == '__main__':
    unittest.main()

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin acl: what it writes, and that the real broker then lets each person do what the
rules say and nothing else, by its acl_file and by its dynamic-security plugin."""

import glob
import json
import pathlib
import subprocess
import tempfile
import unittest

import messages
import mqtt
from command import run
from hub import GAZETTEER, BrokerTest

RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: high, members: [agency, coord]}
  public: {max_sensitivity: low, format: [json]}
senders:
  mopti-17: {}
  gao-3: {}
  bridge-mopti: {relays: ["mopti-*", "field-*"]}
rules:
  - {id: all, match: {min_severity: severe}, alert: [{audience: partners}, {audience: coordination}]}
  - {id: for-all, match: {sensitivity: low}, alert: [{audience: public}]}
default: {alert: [{audience: coordination}]}
'''
ACL = '''\
# Made by: tocsin acl {rules} --admins chief,coord
# from rules of version {version}. Make it again when members, senders, relays or
# admins change, and let the broker read it (kill -HUP); what was added here by hand is
# then gone.

# Everybody with an account has a box: to report from, to be answered in, to ask for a
# replay. Which names may report, from where and how often, the plugin decides by
# `senders`.
pattern readwrite tocsin/v1/from/%u/#

# The audiences, the most that each may see, and who reads it:
#   coordination (severe): coord
#   partners (high): agency, coord
#   public (low): nobody, as the rules name no members

user agency
topic read tocsin/v1/to/partners/#

user bridge-mopti
# speaks for mopti-*, field-*: an ACL has no pattern for part of a name, so the plugin decides
topic write tocsin/v1/from/+/incident
topic write tocsin/v1/from/+/incident-json
topic read tocsin/v1/from/+/receipt
topic read tocsin/v1/from/+/receipt-json

user chief
topic write $CONTROL/tocsin/v1
topic read $CONTROL/tocsin/v1/response
topic read $SYS/broker/tocsin/#
topic read tocsin/v1/ops/#

user coord
topic read tocsin/v1/to/coordination/#
topic read tocsin/v1/to/partners/#
topic write $CONTROL/tocsin/v1
topic read $CONTROL/tocsin/v1/response
topic read $SYS/broker/tocsin/#
topic read tocsin/v1/ops/#
'''
PEOPLE = ['agency', 'bridge-mopti', 'chief', 'coord', 'gao-3', 'mopti-17']
DYNSEC = '$CONTROL/dynamic-security/v1'


class Text(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='tocsin-acl-')
        self.addCleanup(folder.cleanup)
        self.rules = pathlib.Path(folder.name) / 'rules.yaml'
        self.rules.write_text(RULES)
        (self.rules.parent / 'places.csv').write_text(GAZETTEER)

    def acl(self, *words, **more):
        return run('acl', str(self.rules), *words, **more)

    def test_the_whole_file(self):
        version = json.loads(run('check', str(self.rules), '--json').stdout)['version']
        done = self.acl('--admins', 'chief,coord')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(done.stdout, ACL.format(rules=self.rules, version=version))
        # The same people in another order, twice; and for a reader of French.
        for words in (['--admins', 'coord, chief coord'], ['--admins=chief', '--admins', 'coord']):
            again = self.acl(*words, LC_ALL='fr_FR.UTF-8')
            self.assertEqual(again.stdout.split('\n')[1:], done.stdout.split('\n')[1:])

    def test_rules_without_senders_and_another_root(self):
        self.rules.write_text(RULES.replace('senders:', 'open_senders: true\nsenders:', 1))
        self.assertIn('by\n# `senders`.\n', self.acl().stdout)
        text = RULES.split('senders:')[0] + 'rules:' + RULES.split('rules:')[1]
        self.rules.write_text(text)
        out = self.acl('--topic-root', 'crise/v2').stdout
        self.assertIn('`senders`; these rules have none, so that every account may.\n'
                      'pattern readwrite crise/v2/from/%u/#\n', out)
        self.assertIn('\nuser agency\ntopic read crise/v2/to/partners/#\n', out)
        self.assertNotIn('tocsin/v1', out)

    def test_a_name_cannot_become_a_line(self):
        for name in ('x\\ntopic read #', 'a b', '#', '$SYS'):
            self.rules.write_text(RULES.replace('[coord]', f'["{name}"]'))
            done = self.acl()
            self.assertEqual((done.returncode, done.stdout), (1, ''), name)
            self.assertIn(f'{self.rules}:4:', done.stderr)
        strange = self.rules.parent / 'rules\ntopic read #.yaml'
        strange.write_text(RULES)
        out = run('acl', str(strange)).stdout
        self.assertNotIn('topic read #', [line.strip() for line in out.splitlines()])
        self.assertIn('# Made by: tocsin acl ', out)

    def test_into_a_file(self):
        file = self.rules.parent / 'acl'
        file.write_text('of before')
        file.chmod(0o640)
        good = self.rules.read_text()
        self.rules.write_text('broken')
        self.assertEqual(self.acl('-o', str(file)).returncode, 1)
        self.assertEqual(file.read_text(), 'of before')
        self.rules.write_text(good)
        done = self.acl('-o', str(file))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
        self.assertEqual(file.read_text().split('\n')[1:], self.acl().stdout.split('\n')[1:])
        self.assertEqual(file.stat().st_mode & 0o777, 0o640)
        nowhere = self.rules.parent / 'nowhere' / 'acl'
        done = self.acl('--output', str(nowhere))
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertEqual(done.stderr, 'tocsin acl: cannot be written: No such file or directory\n')

    def test_refused(self):
        for words, said in (
                (['--admins', 'a#'], "--admins: wants user names of A-Z, a-z, 0-9, '_' and '-', 64 at most, with "
                                     'commas between them'),
                (['--format', 'json'], '--format: wants acl or dynsec'),
                (['--topic-root', 'a/#'], '--topic-root: must be a topic without wildcards, such as tocsin/v1'),
                (['--topic-root', 'a\nb'], '--topic-root: must be a topic without wildcards, such as tocsin/v1')):
            done = self.acl(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ''), words)
            self.assertEqual(done.stderr, f"tocsin acl: {said}\nTry 'tocsin acl --help'.\n")
        done = run('acl')
        self.assertEqual(done.returncode, 2)
        self.assertIn('wants the rule file', done.stderr)
        self.assertEqual(run('acl', str(self.rules.parent / 'nowhere.yaml')).returncode, 1)

    def test_dynsec_is_one_request(self):
        done = self.acl('-f', 'dynsec', '--admins', 'chief')
        self.assertEqual((done.returncode, done.stderr, done.stdout.count('\n')), (0, '', 1))
        request = json.loads(done.stdout)
        self.assertEqual(request['made_by'], f'tocsin acl {self.rules} -f dynsec --admins chief')
        groups = {one['groupname']: [client['username'] for client in one['clients']]
                  for one in request['commands'] if one['command'] == 'modifyGroup'}
        self.assertEqual(groups, {
            'tocsin-to-coordination': ['coord'], 'tocsin-to-partners': ['agency', 'coord'], 'tocsin-to-public': [],
            'tocsin-relays': ['bridge-mopti'], 'tocsin-admins': ['chief'],
            **{f'tocsin-from-{name}': [name] for name in PEOPLE}})
        self.assertNotIn('assword', done.stdout)


class Served(BrokerTest):
    """The same people at the same hub, whichever of the two says what they may."""

    def connect(self, hub, password=None):
        return {name: hub.client(name, version=mqtt.V5, password=password)
                .subscribe('#', 'tocsin/v1/#', '$SYS/broker/tocsin/#', '$CONTROL/#', *NARROW) for name in PEOPLE}

    def incident(self, people, name, **changes):
        incident = messages.kouakourou(**changes)
        people[name].publish(messages.box(name), incident.SerializeToString())
        people[name].wait(lambda m: m.topic == messages.box(name, 'receipt') and
                          messages.receipt(m.payload).incident_id == incident.id, f'receipt of {incident.id}')

    def check_people(self, people):
        self.incident(people, 'mopti-17')
        self.incident(people, 'gao-3', sensitivity=messages.enums_pb2.SENSITIVITY_LOW)
        # Listed nowhere among the senders: the box is there, the plugin refuses.
        self.incident(people, 'agency')
        people['agency'].wait_topic(messages.KOUAKOUROU, 2)
        people['coord'].wait_topic(messages.KOUAKOUROU, 2)
        coordination = messages.KOUAKOUROU.replace('partners', 'coordination')
        people['coord'].wait_topic(coordination, 2)
        for name in ('mopti-17', 'agency', 'chief', 'bridge-mopti'):
            self.forge(people[name], name)
        self.incident(people, 'mopti-17', severity=messages.enums_pb2.SEVERITY_EXTREME)
        extreme = messages.KOUAKOUROU.replace('severe', 'extreme')
        people['coord'].wait_topic(extreme.replace('partners', 'coordination'))
        people['agency'].wait_topic(extreme)
        people['chief'].publish('$CONTROL/tocsin/v1', json.dumps({'commands': [{'command': 'getStatus'}]}))
        people['chief'].wait_topic('$CONTROL/tocsin/v1/response')
        self.bridge(people['bridge-mopti'])
        for name, client in people.items():
            # Whatever was sent to it before has come once this is answered.
            client.subscribe('none')
            beneath = {topic for topic in client.topics() if not topic.startswith(('$SYS/', '$CONTROL/'))}
            self.assertEqual({topic for topic in beneath if not topic.startswith(MAY[name])}, set(), name)
            # What it is allowed, it got.
            for prefix in MUST.get(name, ()):
                self.assertTrue([topic for topic in client.topics() if topic.startswith(prefix)], (name, prefix))
            self.assertEqual(bool(client.topics('$SYS/')), name == 'chief', name)
            self.assertEqual(client.topics('$CONTROL/'),
                             ['$CONTROL/tocsin/v1/response'] if name == 'chief' else [], name)
            self.assertEqual(client.disconnects, 0, name)

    def forge(self, client, name):
        for topic in (messages.KOUAKOUROU, messages.box('coord'), messages.box('coord', 'receipt'),
                      'tocsin/v1/to/partners/heartbeat', '$SYS/broker/tocsin/ledger', 'elsewhere',
                      f'tocsin/v1/ops/quarantine/{name}'):
            client.publish(topic, b'forged')
        if name != 'chief':
            client.publish('$CONTROL/tocsin/v1', json.dumps({'commands': [{'command': 'getStatus'}]}))

    def bridge(self, client):
        """It reaches the boxes; whose it may speak in is the plugin's matter."""
        client.publish(messages.box('mopti-17', 'replay/x'), b'forged')
        self.incident({'bridge-mopti': client}, 'bridge-mopti')

    def prepare(self, **more):
        hub = self.make_hub(rules=RULES, options={'admins': 'chief'}, **more)
        return hub

    def test_by_acl_file(self):
        hub = self.prepare()
        done = run('acl', str(hub.rules_file), '--admins', 'chief')
        (hub.folder / 'acl').write_text(done.stdout)
        hub.sample += f'acl_file {hub.folder}/acl\n'
        hub.start()
        self.check_people(self.connect(hub))
        # A wider filter, or another's account, opens nothing.
        stranger = hub.client('stranger').subscribe('#', 'tocsin/v1/#')
        field = hub.client('mopti-17').subscribe(messages.box('mopti-17', '#'))
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        stranger.subscribe('none')
        self.assertEqual(stranger.topics(), [])

    def test_by_dynamic_security(self):
        module = glob.glob('/usr/lib/*/mosquitto_dynamic_security.so')
        if not module:
            self.skipTest('this broker comes without its dynamic-security plugin')
        hub = self.prepare(authentication='allow_anonymous false')
        file = hub.folder / 'dynsec.json'
        subprocess.run(['mosquitto_ctrl', 'dynsec', 'init', str(file), 'admin', 'secret'], check=True,
                       stdout=subprocess.DEVNULL)
        hub.after = f'plugin {module[0]}\nplugin_opt_config_file {file}'
        hub.start()
        admin = hub.client('admin', password='secret').subscribe(DYNSEC + '/response')
        self.assertEqual(self.give(hub, admin), set())
        # An account without a password is none yet.
        for password in (None, '', 'secret'):
            with self.assertRaises(ConnectionError):
                hub.client('agency', password=password)
        for name in PEOPLE:
            subprocess.run(['mosquitto_ctrl', '-h', '127.0.0.1', '-p', str(hub.port), '-u', 'admin', '-P', 'secret',
                            'dynsec', 'setClientPassword', name, 'secret'], check=True, capture_output=True)
        self.check_people(self.connect(hub, 'secret'))
        # Again, with one member less: whoever has gone reads no more, and passwords stay.
        hub.rules_file.write_text(RULES.replace('[agency, coord]', '[coord]'))
        self.assertEqual(self.give(hub, admin),
                         {'Role already exists', 'Group already exists', 'Client already exists'})
        agency = hub.client('agency', password='secret').subscribe('tocsin/v1/to/partners/#')
        coord = hub.client('coord', password='secret').subscribe('tocsin/v1/to/partners/#')
        hub.client('mopti-17', password='secret').publish(
            messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        coord.wait_topic(messages.KOUAKOUROU)
        agency.subscribe('none')
        self.assertEqual(agency.topics('tocsin/v1/to/'), [])

    def give(self, hub, admin):
        """As the help says, and the errors of the answer."""
        admin.clear()
        done = run('acl', str(hub.rules_file), '--admins', 'chief', '-f', 'dynsec')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        subprocess.run(['mosquitto_pub', '-h', '127.0.0.1', '-p', str(hub.port), '-u', 'admin', '-P', 'secret', '-q',
                        '1', '-t', DYNSEC, '-s'], input=done.stdout, text=True, check=True)
        answer = json.loads(admin.wait_topic(DYNSEC + '/response').payload)
        self.assertEqual(len(answer['responses']), len(json.loads(done.stdout)['commands']))
        return {one['error'] for one in answer['responses'] if 'error' in one}


# Filters that dynamic security grants only to those who may; a broader one it refuses.
NARROW = ['tocsin/v1/to/coordination/#', 'tocsin/v1/to/partners/#', 'tocsin/v1/to/public/#', 'tocsin/v1/ops/#',
          *(messages.box(name, '#') for name in PEOPLE), '$CONTROL/tocsin/v1/response']
MAY = {
    'agency': ('tocsin/v1/to/partners/', 'tocsin/v1/from/agency/'),
    'coord': ('tocsin/v1/to/partners/', 'tocsin/v1/to/coordination/', 'tocsin/v1/from/coord/'),
    'mopti-17': ('tocsin/v1/from/mopti-17/',),
    'gao-3': ('tocsin/v1/from/gao-3/',),
    'bridge-mopti': ('tocsin/v1/from/bridge-mopti/', 'tocsin/v1/from/mopti-17/receipt'),
    'chief': ('tocsin/v1/ops/', 'tocsin/v1/from/chief/'),
}
MUST = {
    'agency': ('tocsin/v1/to/partners/alert/', 'tocsin/v1/to/partners/heartbeat', 'tocsin/v1/from/agency/receipt'),
    'coord': ('tocsin/v1/to/coordination/alert/', 'tocsin/v1/to/coordination/heartbeat'),
    'chief': ('tocsin/v1/ops/quarantine/agency', '$SYS/broker/tocsin/ledger'),
}


if __name__ == '__main__':
    unittest.main()

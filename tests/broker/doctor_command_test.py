# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""`tocsin doctor`: a bad hub gives each finding with what to type, a good one none; what
is typed takes the finding away; and looking harms nobody."""

import glob
import hashlib
import json
import pathlib
import shlex
import subprocess
import time
import unittest

import messages
import mqtt
from command import lines, run, to
from hub import RULES, BrokerTest, free_port

ACL = '''\
pattern readwrite tocsin/v1/from/%u/#
user agency
topic read tocsin/v1/to/partners/#
user coord
topic read tocsin/v1/to/coordination/#
user health
topic read $SYS/broker/tocsin/#
'''
PASSWORD = 'Bandiagara-77'
USERS = ('agency', 'coord', 'health', 'mopti-17', 'chief', 'spy')


def passwords(file, mode=0o640):
    for number, user in enumerate(USERS):
        subprocess.run(['mosquitto_passwd', *(['-c'] if number == 0 else []), '-b', str(file), user, PASSWORD],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    file.chmod(mode)


def openssl(*words):
    subprocess.run(['openssl', *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


AUTHORITY = '''\
[ca]
default_ca = own
[own]
database = {folder}/issued
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = names
[names]
commonName = supplied
'''


def certificate(folder, days):
    """One that holds for so many days from now; below 0: no longer."""
    key, request, authority = folder / 'server.key', folder / 'server.csr', folder / 'authority'
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
            '-out', request, '-subj', '/CN=localhost')
    authority.write_text(AUTHORITY.format(folder=folder))
    (folder / 'issued').write_text('')
    start, end = (time.strftime('%Y%m%d%H%M%SZ', time.gmtime(time.time() + 86400 * day)) for day in (-30, days))
    openssl('ca', '-batch', '-selfsign', '-config', authority, '-keyfile', key, '-in', request,
            '-startdate', start, '-enddate', end, '-notext', '-out', folder / 'server.crt')
    key.chmod(0o600)
    return f'certfile {folder}/server.crt\nkeyfile {key}\n'


class Doctor(BrokerTest):
    def bad_hub(self, **more):
        """Everything that one forgets, and the broker starts all the same."""
        hub = self.make_hub(journal=True, options={'admins': 'chief'}, sample='max_queued_messages 500\n', **more)
        hub.after = (f'listener {free_port()} 0.0.0.0\n'
                     f'listener {free_port()} 127.0.0.1\n{certificate(hub.folder, -3)}')
        (hub.folder / 'server.key').chmod(0o644)
        hub.start()
        return hub

    def good_hub(self, acl=ACL, guard='beside', **more):
        hub = self.make_hub(journal=True, options={'admins': 'chief', 'guard': guard}, **more)
        passwords(hub.folder / 'passwords')
        (hub.folder / 'acl').write_text(acl)
        hub.authentication = (f'allow_anonymous false\npassword_file {hub.folder}/passwords\n'
                              f'acl_file {hub.folder}/acl')
        hub.start()
        return hub

    def look(self, *words, code=None, **more):
        """What it found, but the clock, which is the machine's matter."""
        done = run('doctor', *map(str, words), '--json', **more)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        told = lines(done.stdout)[0]
        self.assertEqual(told['ok'], told['failures'] == 0)
        self.assertEqual(done.returncode, 0 if told['ok'] else 1)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout)
        return [finding for finding in told['findings'] if finding['check'] not in ('clock', 'file.space')]

    def marks(self, findings, *marks):
        return sorted({finding['check'] for finding in findings if finding['mark'] in marks})

    def one(self, findings, check, mark='fail'):
        found = [finding for finding in findings if (finding['check'], finding['mark']) == (check, mark)]
        self.assertEqual(len(found), 1, (check, mark, findings))
        return found[0]

    def conf(self, hub):
        return hub.folder / 'mosquitto.conf'

    # A bad hub

    def test_every_fault_and_what_to_type(self):
        hub = self.bad_hub()
        journal = hub.folder / 'journal.db'
        journal.chmod(0o644)
        hub.rules_file.write_text(RULES.replace('min_severity: severe', 'min_severity: sever'))
        hub.rules_file.chmod(0o666)
        hub.reload()
        hub.log(r'tocsin: .*old rules|tocsin: .*rules.*(kept|stay|remain|go on)|tocsin: .*sever')
        mqtt.knock(hub.port)
        findings = self.look(self.conf(hub), *to(hub, 'agency'), code=1)
        self.assertEqual(self.marks(findings, 'fail'), [
            'access.anonymous', 'access.control', 'access.guard', 'access.password', 'file.mode', 'hub', 'rules',
            'tls.certificate', 'tls.key', 'tls.listener', 'try.admin', 'try.anonymous', 'try.read', 'try.will'])
        self.assertEqual(self.marks(findings, 'warn'), ['broker.delay', 'broker.persistence', 'broker.queue'])
        conf = self.conf(hub).read_text().splitlines()
        anonymous = self.one(findings, 'access.anonymous')
        self.assertEqual((anonymous['write'], anonymous['file']), ('allow_anonymous false', str(self.conf(hub))))
        self.assertEqual(conf[anonymous['line'] - 1], 'allow_anonymous true')
        guard = self.one(findings, 'access.guard')
        self.assertEqual(guard['write'], 'plugin_opt_guard alone')
        self.assertTrue(conf[guard['line'] - 1].startswith('plugin '))
        self.assertEqual(self.one(findings, 'access.control')['write'], 'acl_file /etc/mosquitto/acl')
        self.assertEqual(self.one(findings, 'access.password')['write'], 'password_file /etc/mosquitto/passwd')
        listener = self.one(findings, 'tls.listener')
        self.assertRegex(listener['write'], r'^certfile \S+ and keyfile \S+, or listener \d+ 127\.0\.0\.1$')
        self.assertRegex(conf[listener['line'] - 1], r'^listener \d+ 0\.0\.0\.0$')
        expired = self.one(findings, 'tls.certificate')
        self.assertRegex(expired['what'], r'server\.crt expired on \d{4}-\d\d-\d\d$')
        self.assertEqual(expired['type'], f'openssl x509 -x509toreq -in {hub.folder}/server.crt '
                                          f'-signkey {hub.folder}/server.key -out renewal.csr')
        self.assertEqual(self.one(findings, 'tls.key')['type'], f'chmod 0640 {hub.folder}/server.key')
        types = {finding['type'] for finding in findings if finding['check'] == 'file.mode'}
        self.assertEqual(types, {f'chmod 0600 {journal}', f'chmod go-w {hub.rules_file}'})
        rules = self.one(findings, 'rules')
        self.assertIn(f'{hub.rules_file}:{rules["line"]}:', rules['what'])
        self.assertEqual(rules['type'], f'tocsin check {hub.rules_file}')
        self.assertEqual(self.one(findings, 'hub')['type'],
                         f'tocsin check {hub.rules_file} && tocsin reload {hub.rules_file} '
                         f'-h 127.0.0.1 -p {hub.port} -u agency')
        self.assertEqual(self.one(findings, 'try.anonymous')['write'], 'allow_anonymous false')
        self.assertIn('chief was let in without a password', self.one(findings, 'try.admin')['what'])
        self.assertEqual(self.one(findings, 'try.will')['write'], 'plugin_opt_guard alone')
        self.assertEqual(self.one(findings, 'broker.queue', 'warn')['write'], 'max_queued_messages 100000')
        for finding in findings:
            if finding['mark'] in ('fail', 'warn'):
                self.assertTrue(finding.get('type') or finding.get('write'), finding)

    def type(self, hub, finding):
        """As an operator would, on a terminal and in an editor."""
        if 'type' in finding:
            subprocess.run(shlex.split(finding['type']), check=True)
            return
        file = pathlib.Path(finding['file'])
        text = file.read_text().splitlines()
        key = finding['write'].split()[0]
        if 'line' in finding and text[finding['line'] - 1].split()[0] == key:
            text[finding['line'] - 1] = finding['write']
        else:
            text.insert(finding.get('line', 0), finding['write'])
        file.write_text('\n'.join(text) + '\n')

    def test_what_is_typed_takes_the_finding_away(self):
        hub = self.bad_hub()
        hub.journal_file.chmod(0o640)
        before = self.look(self.conf(hub), code=1)
        checks = ('access.anonymous', 'broker.delay', 'broker.queue', 'broker.persistence', 'file.mode', 'tls.key')
        self.assertTrue(set(checks) <= set(self.marks(before, 'fail', 'warn')))
        passwords(hub.folder / 'passwords')
        (hub.folder / 'acl').write_text(ACL)
        # From the end, so that the lines keep their numbers.
        for finding in sorted(before, key=lambda one: -one.get('line', 0)):
            if finding['check'] in checks and finding['mark'] in ('fail', 'warn'):
                self.type(hub, finding)
            elif finding['check'] == 'tls.listener':
                self.type(hub, {**finding, 'write': finding['write'].split(', or ')[1]})
            elif finding['check'] in ('access.password', 'access.control') and finding['mark'] == 'fail':
                self.type(hub, {**finding, 'write': finding['write'].replace('/etc/mosquitto/passwd', f'{hub.folder}/passwords')
                                .replace('/etc/mosquitto/acl', f'{hub.folder}/acl')})
        text = self.conf(hub).read_text()
        hub.stop()
        hub.configuration = lambda: text
        hub.start(same_port=True)
        after = self.look(self.conf(hub), *to(hub, 'mopti-17'), '-P', PASSWORD, code=1)
        self.assertEqual(self.marks(after, 'fail'), ['tls.certificate'])
        certificate(hub.folder, 90)
        after = self.look(self.conf(hub), *to(hub, 'mopti-17'), '-P', PASSWORD, code=0)
        self.assertEqual(self.marks(after, 'warn'), ['access.guard', 'try.will'])

    # A good hub

    def test_a_good_hub_has_nothing_to_mend(self):
        hub = self.good_hub()
        for user in ('mopti-17', 'agency'):
            findings = self.look(self.conf(hub), *to(hub, user), '-P', PASSWORD, code=0)
            self.assertEqual(self.marks(findings, 'warn'), [])
        for check in ('access.anonymous', 'access.guard', 'try.will', 'acl.box', 'acl.forge', 'acl.audience', 'file.mode', 'file.journal', 'rules',
                      'hub', 'try.anonymous', 'try.admin', 'try.control', 'try.publish', 'try.read'):
            self.one(findings, check, 'ok')
        done = run('doctor', str(self.conf(hub)))
        self.assertRegex(done.stdout, r'\n0 things to mend, \d warnings?, \d+ ok, 0 not seen\n$')
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_without_the_guard_the_acl_alone_stops_a_forged_will(self):
        hub = self.good_hub(guard=None)
        findings = self.look(self.conf(hub), *to(hub, 'agency'), '-P', PASSWORD, code=0)
        self.assertEqual(self.marks(findings, 'warn'), ['access.guard', 'try.will'])
        self.assertEqual(run('doctor', str(self.conf(hub)), '--strict').returncode, 1)

    def test_an_administrator_is_told_of_the_hub_itself(self):
        hub = self.good_hub(ACL + 'user chief\ntopic readwrite $CONTROL/tocsin/v1/#\n')
        findings = self.look(*to(hub, 'chief'), '-P', PASSWORD, '--admin', 'chief,coord', code=0)
        self.one(findings, 'hub', 'ok')
        self.one(findings, 'try.admin', 'ok')
        self.assertIn('administrator', self.one(findings, 'try.control', 'unseen')['what'])
        self.assertIn('not known', self.one(self.look(*to(hub, 'chief'), '-P', PASSWORD), 'try.admin', 'unseen')['what'])

    def test_certificates_as_names(self):
        hub = self.good_hub()
        ca, ca_key = hub.folder / 'ca.crt', hub.folder / 'ca.key'
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', ca_key,
                '-out', ca, '-subj', '/CN=ca', '-days', 90)
        for name, subject in (('server', '/CN=localhost'), ('client', '/CN=agency')):
            openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                    '-keyout', hub.folder / f'{name}.key', '-out', hub.folder / f'{name}.csr', '-subj', subject)
            openssl('x509', '-req', '-in', hub.folder / f'{name}.csr', '-CA', ca, '-CAkey', ca_key, '-CAcreateserial',
                    '-days', 90, '-out', hub.folder / f'{name}.crt')
            (hub.folder / f'{name}.key').chmod(0o600)
        hub.stop()
        port = free_port()
        hub.after = (f'listener {port}\ncafile {ca}\ncertfile {hub.folder}/server.crt\nkeyfile {hub.folder}/server.key\n'
                     'require_certificate true\nuse_identity_as_username true\n')
        hub.start()
        line = ['-h', 'localhost', '-p', str(port), '--cafile', str(ca), '--cert', str(hub.folder / 'client.crt'),
                '--key', str(hub.folder / 'client.key')]
        findings = self.look(self.conf(hub), *line, code=0)
        for check in ('tls.listener', 'tls.certificate', 'tls.key', 'try.anonymous', 'try.admin', 'try.read'):
            self.one(findings, check, 'ok')
        # Its own box is found by the certificate's name, and the will in it seen.
        self.assertEqual(self.marks(findings, 'warn'), [])
        self.assertEqual(self.marks(findings, 'unseen'), [])
        # A line that the broker closes first ends no command by SIGPIPE.
        for words in (['status'], ['watch', '--for', '1']):
            self.assertEqual(run(*words, *line).returncode, 0, words)

    # Who reads what is not theirs

    def test_a_user_who_reads_too_much(self):
        hub = self.good_hub(guard=None, acl=ACL + 'user spy\ntopic read tocsin/v1/to/#\ntopic read tocsin/v1/from/#\n')
        field = hub.client('mopti-17', password=PASSWORD)
        agency = hub.client('agency', password=PASSWORD).subscribe('tocsin/v1/to/partners/#')
        field.publish('tocsin/v1/from/mopti-17/incident', messages.kouakourou().SerializeToString())
        agency.wait(lambda message: '/open/' in message.topic, 'an open alert')
        findings = self.look(self.conf(hub), *to(hub, 'spy'), '-P', PASSWORD, code=1)
        self.assertEqual(self.marks(findings, 'fail'), ['acl.audience', 'acl.box', 'try.read'])
        line = self.one(findings, 'acl.audience')
        self.assertEqual(line['write'], '# topic read tocsin/v1/to/#')
        self.assertEqual((hub.folder / 'acl').read_text().splitlines()[line['line'] - 1], 'topic read tocsin/v1/to/#')
        wheres = [finding['what'] for finding in findings if finding['check'] == 'try.read' and finding['mark'] == 'fail']
        self.assertEqual(wheres, ['this user can read the boxes of others', 'spy gets alerts of partners, and is no member'])

    # No plugin, no hub

    def test_no_plugin_and_a_hub_that_died_or_has_another_clock(self):
        hub = self.hub(plugin=False)
        client = hub.client('x')
        for seconds, text in ((-600, r'last sign of life is of \d+ s ago'),
                              (600, r"clock and this machine's are \d+ s apart")):
            stamp = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + seconds))
            client.publish('tocsin/v1/to/partners/heartbeat', json.dumps(
                {'hub': 'x', 'time': stamp, 'rules_state': 'ok', 'journal_state': 'ok'}), retain=True)
            findings = self.look(self.conf(hub), *to(hub, 'agency'), code=1)
            self.assertRegex(self.one(findings, 'hub')['what'], text)
        self.assertEqual(self.one(findings, 'plugin')['write'], 'plugin /usr/lib/tocsin/mosquitto_tocsin.so')
        self.assertIn('published as an alert', self.one(findings, 'try.publish')['what'])

    def test_dynamic_security(self):
        found = glob.glob('/usr/lib/*/mosquitto_dynamic_security.so')
        if not found:
            self.skipTest('no dynamic security here')
        hub = self.make_hub(journal=True)
        file = hub.folder / 'dynsec.json'
        subprocess.run(['mosquitto_ctrl', 'dynsec', 'init', str(file), 'root', PASSWORD], check=True,
                       stdout=subprocess.DEVNULL)
        hub.authentication = f'allow_anonymous false\nplugin {found[0]}\nplugin_opt_config_file {file}\n'
        hub.start()
        findings = self.look(self.conf(hub), *to(hub, 'root'), '-P', PASSWORD, code=1)
        self.assertEqual(self.one(findings, 'try.control')['type'], 'mosquitto_ctrl dynsec removeClientRole root admin')
        self.one(findings, 'access.password', 'ok')
        self.one(findings, 'try.anonymous', 'ok')

    # It harms nobody

    def test_nothing_that_it_sends_is_an_alert(self):
        hub = self.bad_hub()
        before = {file: hashlib.sha256(file.read_bytes()).hexdigest()
                  for file in (self.conf(hub), hub.rules_file, hub.folder / 'server.crt')}
        everything = hub.client('w').subscribe('#')
        away = hub.client('w', 'away', clean=False).subscribe('#')
        away.close()
        self.look(self.conf(hub), *to(hub, 'agency'), code=1)
        mqtt.barrier(hub.client('x'), everything)
        probes = [m for m in everything.messages if 'DOCTOR-PROBE' in m.topic]
        self.assertEqual(sorted({m.topic for m in probes}),
                         ['tocsin/v1/from/agency/DOCTOR-PROBE', 'tocsin/v1/to/DOCTOR-PROBE/probe'])
        for message in probes:
            self.assertIn(b'this is a probe of access control, not an alert', message.payload)
            self.assertFalse(message.retain)
        others = [m.topic for m in everything.messages if m not in probes]
        self.assertEqual([t for t in others if not t.endswith('/heartbeat') and 'barrier' not in t], [])
        late = hub.client('w').subscribe('#')
        back = hub.client('w', 'away', clean=False)
        mqtt.barrier(hub.client('x'), late, back)
        self.assertEqual([m.topic for m in late.messages + back.messages if 'DOCTOR-PROBE' in m.topic], [])
        for file, digest in before.items():
            self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), digest)
        self.assertEqual(hub.stop()['received'], 0)

    def test_no_secret_is_shown(self):
        hub = self.make_hub()
        conf = hub.folder / 'm.conf'
        (hub.folder / 'passwords').write_text('chief:$7$101$secret-salt$secret-hash==\n')
        conf.write_text(f'password_file {hub.folder}/passwords\nconnection x\nremote_password {PASSWORD}\n'
                        f'bridge_psk {PASSWORD}\nlistener 1883\nacl_file {hub.folder}/gone\n')
        done = run('doctor', str(conf))
        self.assertEqual(done.returncode, 1)
        for secret in (PASSWORD, 'secret'):
            self.assertNotIn(secret, done.stdout + done.stderr)

    # How it ends

    def test_exit_codes(self):
        hub = self.good_hub()
        port = free_port()
        done = run('doctor', '-h', '127.0.0.1', '-p', str(port))
        self.assertEqual((done.returncode, done.stdout), (3, ''))
        self.assertRegex(done.stderr, f'^tocsin: cannot connect to 127.0.0.1 port {port}: .+\n$')
        self.assertEqual(run('doctor', *to(hub, 'agency'), '-P', 'wrong').returncode, 3)
        self.assertEqual(run('doctor', 'a', 'b').returncode, 2)
        self.assertEqual(run('doctor', '--jsn').returncode, 2)
        done = run('doctor', '/nowhere/m.conf')
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, '', 'tocsin: /nowhere/m.conf: No such file or directory\n'))
        done = run('doctor', str(self.conf(hub)), '-h', '127.0.0.1', '-p', str(port))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r'(?m)^FAIL   hub: no connection to 127\.0\.0\.1: nobody can report, and nobody '
                                      r'is alerted; type: systemctl status mosquitto$')
        self.assertRegex(done.stdout, r'(?m)^ok     rules: ')

    def test_each_finding_is_one_line(self):
        hub = self.bad_hub()
        done = run('doctor', str(self.conf(hub)), *to(hub, 'agency'))
        *found, summary = done.stdout.splitlines()
        for line in found:
            self.assertRegex(line, r'^(ok    |warn  |FAIL  |unseen) [a-z.]+: ')
            if line.startswith(('FAIL', 'warn')):
                self.assertRegex(line, r'; (type|write at \S+:\d+|write in \S+): \S')
        self.assertRegex(summary, r'^\d+ things to mend, \d+ warnings?, \d+ ok, \d+ not seen$')
        done = run('doctor', str(self.conf(hub)), LC_ALL='fr_FR.UTF-8')
        self.assertRegex(done.stdout, '(?m)^FAUTE  access\\.anonymous\u00a0: .*\u00a0; écrire à \\S+:\\d+\u00a0: allow_anonymous false$')


if __name__ == '__main__':
    unittest.main()

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin edit, undo, reload, silence and status, as operators use them."""

import json
import os
import re
import shlex
import signal
import subprocess
import threading
import unittest

import messages
from command import TIMEOUT, TOCSIN, environment, lines, run, to
from control_test import BROKEN, MODERATE, ask
from hub import RULES, BrokerTest
from tocsin.v1 import enums_pb2

TO_MODERATE = 'sed -i "s/min_severity: severe/min_severity: moderate/"'
# Only the default is left: partners lose their extremes.
TO_NOBODY = 'sed -i "s/ML05 Mopti/ML07 Gao/"'
SCENARIO = '''\
rules: rules.yaml
start: 2024-08-07T19:00:00Z
steps:
  - publish:
      sender: mopti-17
      incident:
        event: {type: battles}
        severity: severe
        certainty: likely
        sensitivity: moderate
        location: {country: ML, pcode: ML0503}
    expect:
      alerts: [{audience: partners}]
'''


def listing(hub):
    return sorted(path.name for path in hub.folder.iterdir()
                  if re.match(r'\.?rules\.yaml', path.name))


class EditCommand(BrokerTest):
    def start(self, **more):
        return self.hub(options={'admins': 'chief'}, **more)

    def edit(self, hub, editor, *words, answers='', **more):
        return run('edit', str(hub.rules_file), '--editor', editor, *words, text=answers, **more)

    def history(self, hub):
        folder = hub.folder / 'rules.yaml.history'
        return sorted(path.name for path in folder.glob('*.yaml'))

    def routing(self, hub):
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou(
            severity=enums_pb2.SEVERITY_MODERATE).SerializeToString())
        answer = messages.receipt(field.wait_topic(messages.box('mopti-17', 'receipt')).payload)
        field.close()
        return enums_pb2.Routing.Name(answer.routing)

    def test_edit_and_undo(self):
        hub = self.start()
        os.chmod(hub.rules_file, 0o640)
        done = self.edit(hub, TO_MODERATE, '--yes', '--pid', str(hub.process.pid))
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        self.assertEqual(hub.rules_file.stat().st_mode & 0o777, 0o640)
        hub.log('tocsin: loaded 1 rules', 2)
        self.assertEqual(self.routing(hub), 'ROUTING_ROUTED')
        names = self.history(hub)
        self.assertEqual([name[:4] for name in names], ['0001', '0002'])
        folder = hub.folder / 'rules.yaml.history'
        self.assertEqual([(folder / name).read_text() for name in names], [RULES, MODERATE])
        log = (folder / 'log').read_text().splitlines()
        self.assertRegex(log[0], r'^0001 \d{4}-\d\d-\d\dT\S+Z \S+ [0-9a-f]{16} as found$')
        self.assertRegex(log[1], r'^0002 \S+ \S+ [0-9a-f]{16} edit$')
        self.assertEqual(listing(hub), ['rules.yaml', 'rules.yaml.history'])

        # Back: partners lose moderates, which is no extreme.
        done = run('undo', str(hub.rules_file), '--yes', '--pid', str(hub.process.pid))
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        hub.log('tocsin: loaded 1 rules', 3)
        self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')
        # And forth.
        self.assertEqual(run('undo', str(hub.rules_file), '--yes').returncode, 0)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        self.assertEqual(len(self.history(hub)), 4)
        # What was edited by hand is kept before it is undone.
        hub.rules_file.write_text(RULES + '# by hand\n')
        self.assertEqual(run('undo', str(hub.rules_file), '--yes').returncode, 0)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        self.assertEqual((folder / self.history(hub)[4]).read_text(), RULES + '# by hand\n')
        self.assertEqual(run('undo', str(hub.rules_file), '--yes', '--to', '1').returncode, 0)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        self.assertEqual(len(run('undo', str(hub.rules_file), '--list').stdout.splitlines()), 7)
        for wrong in ('0', '99', 'x'):
            self.assertEqual(run('undo', str(hub.rules_file), '--yes', '--to', wrong).returncode, 1)

    def test_each_takes_its_own_options_alone(self):
        """What undo would not look at, it refuses."""
        hub = self.start()
        rules = str(hub.rules_file)
        for words in (['undo', rules, '--editor', 'true'], ['undo', rules, '--resume'], ['edit', rules, '--list'],
                      ['edit', rules, '--to', '1']):
            done = run(*words, '--yes')
            self.assertEqual((done.returncode, done.stdout), (2, ''), words)
            self.assertIn(f'unknown option {words[2]}', done.stderr)
            self.assertNotIn(words[2], run(words[0], '--help').stdout)
        self.assertEqual(listing(hub), ['rules.yaml'])

    def test_undo_without_a_history(self):
        hub = self.start()
        done = run('undo', str(hub.rules_file), '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('no such state', done.stderr)
        self.assertEqual(hub.rules_file.read_text(), RULES)

    def test_a_broken_edit_is_not_installed(self):
        hub = self.start()
        source = hub.folder / 'broken'
        source.write_text(BROKEN)
        done = self.edit(hub, f'cp {shlex.quote(str(source))}', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'rules\.yaml:12:\d+: error: .*min_severity')
        self.assertRegex(done.stderr, r'rules\.yaml:14:\d+: error: .*partners')
        self.assertEqual(hub.rules_file.read_text(), RULES)
        draft = hub.folder / 'rules.yaml.draft'
        self.assertEqual(draft.read_text(), BROKEN)
        self.assertEqual(self.history(hub), [])
        # Its work is taken up again.
        fix = 'sed -i "s/min_severty: severe/min_severity: moderate/; s/audience: partner,/audience: partners,/"'
        done = self.edit(hub, fix, '--yes', '--resume')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        self.assertFalse(draft.exists())

    def test_edit_again(self):
        hub = self.start()
        count = hub.folder / 'count'
        script = hub.folder / 'editor.sh'
        script.write_text('#!/bin/sh\n'
                          f'if [ -e {count} ]; then sed -i s/SEVERE/moderate/ "$1"; else touch {count}; '
                          'sed -i "s/min_severity: severe/min_severity: NOSEVERE/" "$1"; fi\n'
                          'sed -i s/NOmoderate/moderate/ "$1"\n')
        script.chmod(0o755)
        done = self.edit(hub, str(script), answers='e\ny\n')
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)

    def test_no_is_no(self):
        hub = self.start()
        for answers in ('n\n', '', '\n'):
            done = self.edit(hub, TO_MODERATE, answers=answers)
            self.assertEqual(done.returncode, 1)
            self.assertIn('nothing is installed', done.stderr)
            self.assertEqual(hub.rules_file.read_text(), RULES)
        self.assertEqual(self.edit(hub, 'true').returncode, 0)
        self.assertEqual(self.edit(hub, 'false').returncode, 1)
        self.assertEqual(self.edit(hub, '/no/such/editor').returncode, 1)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        done = run('edit', str(hub.rules_file), '--yes', EDITOR=TO_MODERATE)
        self.assertEqual((done.returncode, hub.rules_file.read_text()), (0, MODERATE))

    def test_an_extreme_that_would_reach_fewer(self):
        hub = self.start()
        done = self.edit(hub, TO_NOBODY, '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('only with --force', done.stderr)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        # On incidents that do not lose, it is no question.
        harmless = hub.folder / 'harmless.json'
        harmless.write_text(json.dumps(dict(messages.kouakourou_json(), severity='minor')))
        harmful = hub.folder / 'harmful.json'
        harmful.write_text(json.dumps(dict(messages.kouakourou_json(), severity='extreme')))
        done = self.edit(hub, TO_NOBODY, '--yes', '--against', str(harmful))
        self.assertEqual(done.returncode, 1)
        self.assertIn('1 extreme would reach only coordination', done.stdout)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        done = self.edit(hub, TO_NOBODY, '--yes', '--against', str(hub.folder / 'none.json'))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        self.assertEqual(self.edit(hub, TO_NOBODY, '--yes', '--against', str(harmless)).returncode, 0)
        self.assertEqual(run('undo', str(hub.rules_file), '--yes').returncode, 1)
        self.assertEqual(run('undo', str(hub.rules_file), '--yes', '--force').returncode, 0)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        self.assertEqual(self.edit(hub, TO_NOBODY, '--yes', '--force').returncode, 0)

    def test_the_rehearsal_must_be_met(self):
        hub = self.start()
        (hub.folder / 'kouakourou.rehearsal.yaml').write_text(SCENARIO)
        done = run('rehearse', str(hub.rules_file))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.edit(hub, TO_MODERATE, '--yes').returncode, 0)
        done = self.edit(hub, 'sed -i "s/min_severity: moderate/min_severity: extreme/"', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('the rehearsal is not met', done.stderr)
        self.assertEqual(hub.rules_file.read_text(), MODERATE)

    def test_one_editor_at_a_time(self):
        hub = self.start()
        first = subprocess.Popen([TOCSIN, 'edit', str(hub.rules_file), '--editor', 'read line < /dev/stdin; true'],
                                 stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                 env=environment())
        try:
            while not any(name.startswith('.rules.yaml.') for name in os.listdir(hub.folder)):
                self.assertIsNone(first.poll())
            done = self.edit(hub, TO_MODERATE, '--yes')
            self.assertEqual(done.returncode, 1)
            self.assertIn('somebody else is editing', done.stderr)
        finally:
            first.communicate(b'\n', timeout=30)
        self.assertEqual(first.returncode, 0)

    def test_changed_meanwhile(self):
        hub = self.start()
        done = self.edit(hub, f'echo "# other" >> {hub.rules_file}; {TO_MODERATE}', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('was changed meanwhile', done.stderr)
        self.assertEqual(hub.rules_file.read_text(), RULES + '# other\n')

    def test_edit_reloads_over_control(self):
        hub = self.start()
        done = self.edit(hub, TO_MODERATE, '--yes', *to(hub, 'chief'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('The hub runs version', done.stdout)
        self.assertEqual(self.routing(hub), 'ROUTING_ROUTED')

    def test_reload(self):
        hub = self.start()
        text = hub.folder / 'new.yaml'
        text.write_text(MODERATE)
        done = run('reload', str(text), '--dry-run', *to(hub, 'chief'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('would take them', done.stdout)
        self.assertEqual(hub.rules_file.read_text(), RULES)
        done = run('reload', str(text), *to(hub, 'chief'), '--expect', '0' * 16)
        self.assertEqual(done.returncode, 1)
        self.assertIn('not the one this text was made from', done.stderr)
        done = run('reload', str(text), *to(hub, 'chief'), '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(lines(done.stdout)[0]['data']['ok'])
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        text.write_text(BROKEN)
        done = run('reload', str(text), *to(hub, 'chief'))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'rules\.yaml:12:')
        done = run('reload', str(text), *to(hub, 'mopti-17'))
        self.assertEqual(done.returncode, 1)
        self.assertIn('not permitted', done.stderr)
        hub.rules_file.write_text(RULES)
        pid = hub.folder / 'pid'
        pid.write_text(f'{hub.process.pid}\n')
        self.assertEqual(run('reload', '--pid-file', str(pid)).returncode, 0)
        hub.log('tocsin: loaded 1 rules', 3)
        done = run('reload', '--pid', str(os.getpid()))
        self.assertEqual(done.returncode, 1)
        self.assertIn('no Mosquitto broker', done.stderr)
        self.assertEqual(run('reload').returncode, 2)
        self.assertEqual(run('reload', '--pid', '1').returncode, 2)

    def test_silence(self):
        hub = self.start()
        words = ['silence', 'add', *to(hub, 'chief')]
        self.assertEqual(run(*words, '--until', '+4h', '--reason', 'x').returncode, 2)
        self.assertEqual(run(*words, '--region', 'ML05', '--reason', 'x').returncode, 2)
        done = run(*words, '--region', 'ML05', '--match', 'min_displaced=10', '--audience', 'partners', '--until',
                   '+4h', '--reason', 'known to all')
        self.assertEqual(done.returncode, 0, done.stderr)
        name = done.stdout.split()[0]
        done = run('silence', 'list', *to(hub, 'chief'))
        self.assertIn('by chief: known to all', done.stdout)
        self.assertIn(name, done.stdout)
        told = lines(run('silence', 'list', '--json', *to(hub, 'chief')).stdout)[0]['data']['silences']
        self.assertEqual([item['id'] for item in told], [name])
        done = run(*words, '--region', 'ML99', '--until', '+4h', '--reason', 'x')
        self.assertEqual(done.returncode, 1)
        self.assertIn('ML99', done.stderr)
        self.assertEqual(run('silence', 'end', name, *to(hub, 'chief')).returncode, 0)
        self.assertEqual(run('silence', 'end', name, *to(hub, 'chief')).returncode, 1)
        self.assertEqual(run('silence', 'list', *to(hub, 'mopti-17')).returncode, 1)
        self.assertEqual(run(*words, '--everything', '--until', '+1h', '--reason', 'x').returncode, 0)
        self.assertEqual(len(ask(hub.client('chief'), 'listSilences')['data']['silences']), 1)

    def test_status(self):
        hub = self.start(journal=True)
        done = run('status', *to(hub, 'chief'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('journal  ok', done.stdout)
        told = lines(run('status', '--json', *to(hub, 'chief')).stdout)[0]
        self.assertEqual((told['rules_state'], told['ledger']['received']), ('ok', 0))
        self.assertIn('diagnostics', told)
        told = lines(run('status', '--json', *to(hub, 'agency')).stdout)[0]
        self.assertEqual((told['rules_state'], told['ledger']['received']), ('ok', 0))
        self.assertNotIn('diagnostics', told)
        hub.rules_file.write_text(BROKEN)
        hub.reload()
        hub.log('tocsin: the rules of before')
        done = run('status', *to(hub, 'chief'))
        self.assertEqual(done.returncode, 1)
        self.assertIn('OLD RULES', done.stdout)
        self.assertRegex(done.stdout, r'rules\.yaml:12:')
        hub.stop()
        self.assertEqual(run('status', *to(hub, 'chief')).returncode, 3)

    def test_status_again_and_again(self):
        hub = self.start(journal=True)
        for user, words, reads in (('chief', ['--json'], lambda line: json.loads(line)['ledger']['received'] == 1),
                                   ('chief', [], lambda line: line.startswith('ledger   1 received')),
                                   ('agency', [], lambda line: line.startswith('ledger   '))):
            status = subprocess.Popen([TOCSIN, 'status', *to(hub, user), '--watch', '--every', '1s', *words],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True)
            guard = threading.Timer(TIMEOUT, status.kill)
            guard.start()
            status.stdout.readline()
            if words:
                field = hub.client('mopti-17')
                field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
            # It comes of itself.
            while not reads(status.stdout.readline()):
                pass
            status.send_signal(signal.SIGINT)
            self.assertEqual(status.wait(TIMEOUT), 0)
            guard.cancel()
            self.assertNotIn('\033', status.stdout.read() + status.stderr.read())
            status.stdout.close()
            status.stderr.close()
        done = run('status', *to(hub, 'chief'), '--watch', '--prometheus')
        self.assertEqual(done.returncode, 2)

    def test_no_hub_that_listens(self):
        hub = self.hub()
        self.assertEqual(run('status', *to(hub, 'chief')).returncode, 0)
        bare = self.hub(plugin=False)
        self.assertEqual(run('status', *to(bare, 'chief')).returncode, 4)


if __name__ == '__main__':
    unittest.main()

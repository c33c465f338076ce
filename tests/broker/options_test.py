# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The options, and everything that the plugin refuses at the broker's start."""

import os
import stat
import unittest

import hub as hubs
import messages
from hub import BrokerTest


class Options(BrokerTest):
    def refuse(self, options, *patterns):
        self.assert_refused(self.make_hub(options=options), *patterns)

    def test_unknown_option(self):
        self.refuse({'rules_fil': '/x'},
                    'tocsin: unknown option plugin_opt_rules_fil: '
                    'did you mean plugin_opt_rules_file')
        self.refuse({'xyz_xyz_xyz': '1'}, 'tocsin: unknown option plugin_opt_xyz_xyz_xyz')

    def test_missing_ones(self):
        self.refuse({'rules_file': None}, 'tocsin: plugin_opt_rules_file is missing')
        self.refuse({'journal_file': None}, 'tocsin: plugin_opt_journal_file is missing')
        self.refuse({'rules_file': None, 'journal_file': None},
                    'plugin_opt_rules_file is missing', 'plugin_opt_journal_file is missing')

    def test_relative_paths(self):
        for name in ('rules_file', 'journal_file', 'id_key_file'):
            self.refuse({name: 'some/file'}, f'tocsin: plugin_opt_{name} must be an absolute path')

    def test_wrong_values(self):
        for value in ('0', '-1', 'many', '64k', '999999999999999999999', '1.5'):
            self.refuse({'max_payload_bytes': value}, 'plugin_opt_max_payload_bytes must be')
        for value in ('a/+/b', 'a/#', '$SYS/x', '/a', 'a/', 'a//b'):
            self.refuse({'topic_root': value}, 'plugin_opt_topic_root must be')
        self.refuse({'admins': 'alice,,bob'}, 'plugin_opt_admins must be')
        self.refuse({'hub': 'x' * 65}, 'plugin_opt_hub must be')
        for value in ('on', 'true', 'Alone', 'both'):
            self.refuse({'guard': value}, 'plugin_opt_guard must be beside .*, alone .* or off')

    def test_all_mistakes_at_once(self):
        self.refuse({'rules_fil': 'x', 'hub': 'y' * 65, 'max_payload_bytes': '0'},
                    'plugin_opt_rules_fil', 'plugin_opt_hub', 'plugin_opt_max_payload_bytes')

    def test_given_twice(self):
        hub = self.make_hub()
        hub.after = 'plugin_opt_hub one\nplugin_opt_hub two'
        self.assert_refused(hub, 'tocsin: plugin_opt_hub is given twice')

    def test_loaded_twice(self):
        hub = self.make_hub()
        hub.after = f'plugin {hubs.PLUGIN}\n' + '\n'.join(
            f'plugin_opt_{key} {value}' for key, value in hub.options.items())
        self.assert_refused(hub, 'tocsin: the plugin is loaded twice')

    def test_hub_name(self):
        hub = self.hub(options={'hub': 'Bamako 2'})
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/#')
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        alert = messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual(alert.hub, 'Bamako 2')

    def test_admins_are_taken_without_complaint(self):
        hub = self.hub(options={'admins': 'alice, bob'})
        hub.log(r'tocsin: ready')
        self.assertFalse([line for line in hub.lines if 'plugin_opt_admins' in line])

    def test_max_payload_bytes(self):
        hub = self.hub(options={'max_payload_bytes': '1000'})
        field = hub.client('mopti-17')
        incident = messages.kouakourou()
        incident.description = 'x' * 2000
        field.publish(messages.box('mopti-17'), incident.SerializeToString())
        answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
        self.assertEqual(messages.verdict(answer.payload), 'VERDICT_REJECTED')

    def test_id_key_is_made_once_and_kept(self):
        hub = self.hub(journal=True)
        key = hub.folder / 'journal.db.key'
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        first = key.read_bytes()
        self.assertGreaterEqual(len(first), 32)
        hub.stop()
        hub.start()
        self.assertEqual(key.read_bytes(), first)
        hub.stop()
        other = self.hub(journal=True)
        self.assertNotEqual((other.folder / 'journal.db.key').read_bytes(), first)

    def test_id_key_is_refused(self):
        for content, mode, pattern in ((b'x' * 31, 0o600, r'holds 31 bytes'),
                                       (b'', 0o600, r'holds 0 bytes'),
                                       (b'x' * 32, 0o644, r'has mode 0644'),
                                       (b'x' * 32, 0o602, r'has mode 0602')):
            hub = self.make_hub()
            key = hub.folder / 'hub.key'
            key.write_bytes(content)
            os.chmod(key, mode)
            self.assert_refused(hub, 'tocsin: id key .*' + pattern)
            self.assertEqual(key.read_bytes(), content)

    def test_random_key_without_journal(self):
        hub = self.hub(options={'id_key_file': None})
        self.assertEqual(len(hub.log('tocsin: .*the id key is random')), 1)
        names = {file.name for file in hub.folder.iterdir()}
        self.assertFalse({name for name in names if 'key' in name}, names)

    def test_same_key_same_ids_on_two_hubs(self):
        incident = messages.kouakourou().SerializeToString()
        ids = []
        for _ in range(2):
            hub = self.make_hub()
            (hub.folder / 'hub.key').write_bytes(b'a secret that two hubs share, long')
            os.chmod(hub.folder / 'hub.key', 0o640)
            hub.start()
            watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
            field = hub.client('mopti-17')
            field.publish(messages.box('mopti-17'), incident)
            alert = messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload)
            ids.append((alert.id, alert.incident_id))
        self.assertEqual(ids[0], ids[1])

    def test_journal_in_a_folder_that_is_not_there(self):
        self.refuse({'journal_file': '/nonexistent-folder/journal.db'},
                    'tocsin: .*/nonexistent-folder')


if __name__ == '__main__':
    unittest.main()

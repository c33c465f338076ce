# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What an intruder with the credentials of one sender may try: alone with the guard,
beside an acl_file and beside dynamic security, each so loose that it lets all of it
through."""

import unittest

import access
import messages
import mqtt
from command import run, to
from control_test import ask
from forgeries import WAYS, incidents_in_anothers_box, subscriptions_to_anothers_box
from hub import BrokerTest
from intruder import CHIEF, LISTED, MARK, OTHER, Scene
from tocsin.v1 import enums_pb2


class Forgery(BrokerTest):
    def scene(self, kind):
        if access.missing(kind):
            self.skipTest(access.missing(kind))
        return Scene(self.make_hub(rules=LISTED, journal=True), kind)

    def check_way(self, scene, try_it):
        before = scene.counts()
        expected = try_it(scene)
        scene.settle()
        after = scene.counts({key: before[key] + (expected.get(key) or 0) for key in before})
        for key, value in before.items():
            if expected.get(key, 0) is not None:
                self.assertEqual(after[key] - value, expected.get(key, 0), key)
        self.assertEqual(scene.lies(), [])

    def check_kind(self, kind):
        scene = self.scene(kind)
        for try_it in WAYS:
            with self.subTest(way=try_it.__name__):
                self.check_way(scene, try_it)
        # Still so, once the rules, passwords and ACLs are read again.
        scene.hub.rules_file.write_text('broken')
        scene.hub.reload()
        scene.hub.log('tocsin: the rules of before stay in force')
        self.check_way(scene, incidents_in_anothers_box)
        self.check_way(scene, subscriptions_to_anothers_box)
        self.check_truth(scene)
        self.check_status(scene)

    def check_status(self, scene):
        """The command shows an operator what was denied."""
        reserved = scene.counts()['reserved']
        shown = run('status', *to(scene.hub, CHIEF), '-P', access.PASSWORD).stdout
        self.assertRegex(shown, rf"\ndenied   {reserved} publishes or wills, [1-9]\d* reads of what is "
                                r"not the client's\n")
        self.assertEqual(ask(scene.chief, 'getStatus')['data']['guard'],
                         'alone' if scene.kind == 'alone' else 'beside')

    def check_truth(self, scene):
        """All this, and true reports go their way; nothing false stayed behind."""
        for client in scene.innocent:
            client.clear()
        _, receipt = scene.report()
        self.assertEqual(enums_pb2.Verdict.Name(receipt.verdict), 'VERDICT_ACCEPTED')
        agency = scene.readers['agency']
        agency.wait_topic(messages.KOUAKOUROU)
        scene.other.publish('office/note', b'a topic of others')
        mqtt.barrier(scene.other, agency, scene.other)
        self.assertEqual(len(agency.topics(messages.KOUAKOUROU)), 1)
        # Its own incident, without its bytes, since it subscribes to all of its box.
        self.assertEqual(sorted((m.topic, m.payload != b'') for m in scene.other.messages), [
            (messages.box(OTHER), False), (messages.box(OTHER, 'receipt'), True)])
        for user, audience in access.READERS.items():
            late = scene.person(user).subscribe(f'tocsin/v1/to/{audience}/#')
            mqtt.barrier(late, late)
            self.assertFalse([m.topic for m in late.messages if MARK in m.payload])
        self.assertEqual(scene.lies(), [])

    def test_alone(self):
        self.check_kind('alone')

    def test_beside_an_acl_file(self):
        self.check_kind('acl_file')

    def test_beside_dynamic_security(self):
        self.check_kind('dynamic security')


if __name__ == '__main__':
    unittest.main()

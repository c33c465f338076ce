# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Loading the plugin changes nothing for other topics and clients."""

import subprocess
import unittest

import messages
import mqtt
from access import dynamic_security
from hub import BrokerTest


class Neighbours(BrokerTest):
    def observe(self, hub):
        """Everything that clients of other topics can see, as plain values."""
        seen = []

        def note(name, client, prefix='n/'):
            # Messages of different quality of service may overtake each other.
            got = [(m.topic, m.payload, m.qos, m.retain, self.properties(m))
                   for m in client.messages if m.topic.startswith(prefix)]
            seen.append((name, sorted(got, key=lambda one: (one[2], one[0]))))

        watch = hub.client('w').subscribe('n/#', qos=2)
        watch5 = hub.client('w', version=mqtt.V5).subscribe('n/#', qos=2)
        away = hub.client('w', 'away', clean=False).subscribe('n/#', qos=1)
        away.close()
        for version in (mqtt.V311, mqtt.V5):
            other = hub.client('o', version=version)
            for qos in (0, 1, 2):
                other.publish(f'n/{version}/{qos}', b'\x00\xffpayload', qos)
                other.publish(f'n/{version}/{qos}/retained', b'kept', qos, True)
                other.publish(f'n/{version}/{qos}/empty', b'', qos)
        other.publish('n/properties', b'x', properties=mqtt.publish_properties(
            ContentType='text/plain', ResponseTopic='n/answer', CorrelationData=b'\x00\x01',
            PayloadFormatIndicator=1, MessageExpiryInterval=1000,
            UserProperty=[('a', 'b'), ('a', 'c')]))
        other.publish('n/4/0/retained', b'', 1, True)
        doomed = mqtt.Client(hub.port, 'd', 'doomed', will=('n/will', b'gone', 1, True))
        doomed.closing = True
        doomed.paho.loop_stop()
        doomed.paho.socket().close()
        watch.wait_topic('n/will')
        watch5.wait_topic('n/will')
        mqtt.barrier(other, watch, watch5)
        note('watch', watch)
        note('watch5', watch5)
        late = hub.client('w').subscribe('n/#')
        back = hub.client('w', 'away', clean=False)
        mqtt.barrier(other, late, back)
        seen.append(('late', sorted(late.topics('n/'))))
        note('back', back)
        system = hub.client('w').subscribe('$SYS/#')
        mqtt.barrier(other, system)
        # The broker's own topics; those of load and bytes come only once they change.
        seen.append(('system', sorted(
            topic for topic in system.topics('$SYS/')
            if not topic.startswith('$SYS/broker/tocsin/') and '/load/' not in topic and
            topic not in VARYING)))
        seen.append(('system messages', [m.topic for m in system.messages
                                         if m.topic == '$SYS/broker/version' and m.retain]))
        return seen

    @staticmethod
    def properties(message):
        properties = getattr(message, 'properties', None)
        if properties is None:
            return None
        values = properties.json()
        # The time that is left may have gone down by the second.
        values.pop('MessageExpiryInterval', None)
        return values

    def test_the_same_with_and_without(self):
        without = self.observe(self.hub(plugin=False))
        for journal, guard in ((False, 'off'), (True, 'off'), (False, 'alone')):
            with self.subTest(journal=journal, guard=guard):
                hub = self.hub(journal=journal, options={'guard': guard})
                self.assertEqual(self.observe(hub), without)

    def test_beside_acl_file(self):
        hub = self.make_hub()
        acl = hub.folder / 'acl'
        acl.write_text('topic read tocsin/v1/to/partners/#\n'
                       'pattern readwrite tocsin/v1/from/%u/#\n'
                       'user agency\ntopic read tocsin/v1/to/partners/#\n'
                       'user clerk\ntopic readwrite office/#\n')
        hub.after = ''
        hub.before = ''
        hub.sample += f'acl_file {acl}\n'
        hub.start()
        agency = hub.client('agency').subscribe('#', 'tocsin/v1/#', 'office/#')
        clerk = hub.client('clerk').subscribe('#')
        clerk.publish('office/a', b'ours')
        clerk.wait_topic('office/a')
        field = hub.client('mopti-17')
        field.publish('office/b', b'not mine')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        agency.wait_topic(messages.KOUAKOUROU)
        agency.publish(messages.KOUAKOUROU, b'forged')
        field.publish(messages.box('another'), messages.kouakourou().SerializeToString())
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        agency.wait_topic(messages.KOUAKOUROU, 2)
        agency.wait_topic(messages.KOUAKOUROU_JSON, 2)
        self.assertEqual([t for t in agency.topics() if not t.startswith('tocsin/v1/to/partners/')],
                         [])
        self.assertEqual(clerk.topics(), ['office/a'])
        # The ACL had denied those before the plugin was asked.
        self.assertEqual(hub.stop()['reserved'], 0)

    def test_beside_dynamic_security(self):
        module = dynamic_security()
        if module is None:
            self.skipTest('this broker comes without its dynamic-security plugin')
        for order in ('before', 'after'):
            with self.subTest(order=order):
                self.check_dynamic_security(module, order)

    def check_dynamic_security(self, module, order):
        hub = self.make_hub(authentication='allow_anonymous false')
        file = hub.folder / 'dynsec.json'
        subprocess.run(['mosquitto_ctrl', 'dynsec', 'init', str(file), 'admin', 'secret'],
                       check=True, stdout=subprocess.DEVNULL)
        line = f'plugin {module}\nplugin_opt_config_file {file}'
        setattr(hub, order, line)
        hub.start()

        def control(*words):
            subprocess.run(['mosquitto_ctrl', '-h', '127.0.0.1', '-p', str(hub.port), '-u',
                            'admin', '-P', 'secret', 'dynsec', *words], check=True,
                           capture_output=True, input='', text=True)

        for user, role in (('mopti-17', 'field'), ('agency', 'reader')):
            control('createRole', role)
            control('createClient', user, '-p', 'secret')
            control('addClientRole', user, role, '1')
        control('addRoleACL', 'field', 'publishClientSend', 'tocsin/v1/from/mopti-17/#', 'allow')
        control('addRoleACL', 'reader', 'subscribePattern', 'tocsin/v1/to/partners/#', 'allow')
        control('addRoleACL', 'reader', 'publishClientReceive', 'tocsin/v1/to/partners/#', 'allow')
        agency = hub.client('agency', password='secret')
        agency.subscribe('tocsin/v1/to/partners/#', 'tocsin/v1/from/#')
        with self.assertRaises(ConnectionError):
            hub.client('mopti-17', password='wrong')
        field = hub.client('mopti-17', password='secret')
        for expected in (1, 2):
            field.publish('tocsin/v1/from/another/incident', b'x')
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
            agency.wait(lambda m: m.topic == messages.KOUAKOUROU, count=expected)
            # The role lets it write there, the plugin does not.
            field.publish(messages.box('mopti-17', 'receipt'), b'forged')
            hub.rules_file.write_text('broken')
            hub.reload()
            hub.log('tocsin: the rules of before stay in force', expected)
        self.assertEqual(agency.topics('tocsin/v1/from/'), [])
        self.assertEqual(field.disconnects, 0)
        self.assertEqual(hub.stop()['reserved'], 2)


VARYING = {
    # Written when the broker's own interval ends, so not always there.
    '$SYS/broker/clients/expired', '$SYS/broker/clients/maximum', '$SYS/broker/clients/total',
    '$SYS/broker/clients/active', '$SYS/broker/clients/connected', '$SYS/broker/clients/inactive',
    '$SYS/broker/clients/disconnected', '$SYS/broker/messages/stored',
    '$SYS/broker/store/messages/count', '$SYS/broker/store/messages/bytes',
    '$SYS/broker/subscriptions/count', '$SYS/broker/shared_subscriptions/count',
    '$SYS/broker/retained messages/count', '$SYS/broker/heap/current',
    '$SYS/broker/heap/maximum', '$SYS/broker/messages/received', '$SYS/broker/messages/sent',
    '$SYS/broker/publish/messages/received', '$SYS/broker/publish/messages/sent',
    '$SYS/broker/publish/messages/dropped', '$SYS/broker/publish/bytes/received',
    '$SYS/broker/publish/bytes/sent', '$SYS/broker/bytes/received', '$SYS/broker/bytes/sent',
    '$SYS/broker/uptime',
}


if __name__ == '__main__':
    unittest.main()

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A subscriber that saw a gap asks again, and gets what it missed: itself and nobody else."""

import json
import unittest

import messages
import mqtt
from google.protobuf import timestamp_pb2
from hub import RULES, BrokerTest
from tocsin.v1 import replay_pb2

COUNT = 30


def wish(**more):
    return replay_pb2.ReplayRequest(audience='partners', **more).SerializeToString()


class Replay(BrokerTest):
    def start(self, **more):
        hub = self.hub(journal=True, **more)
        self.field = hub.client('mopti-17')
        return hub

    def report(self, count, **changes):
        """Reports, until all of them are receipted."""
        self.field.clear()
        for _ in range(count):
            self.field.publish(messages.box('mopti-17'), messages.kouakourou(**changes)
                               .SerializeToString(), wait=False)
        for answer in self.field.wait_topic(messages.box('mopti-17', 'receipt'), count) \
                if count > 1 else [self.field.wait_topic(messages.box('mopti-17', 'receipt'))]:
            self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')

    def replay(self, client, user='agency', payload=None, **more):
        """The end, and the alerts before it with their topics."""
        client.clear()
        client.publish(messages.box(user, 'replay'), payload or wish(**more))
        end = client.wait_topic(messages.box(user, 'replay-end'))
        prefix = messages.box(user, 'replayed/')
        return replay_pb2.ReplayEnd.FromString(end.payload), [
            (message.topic[len(prefix):], message) for message in client.messages
            if message.topic.startswith(prefix)]

    def test_a_gap_in_a_topic_is_seen_and_filled(self):
        """Whatever the filter: it selects whole topics, so their own counts tell."""
        hub = self.start()
        only = hub.client('agency').subscribe(messages.KOUAKOUROU)
        self.report(COUNT)
        alerts = [messages.alert(m.payload) for m in only.wait_topic(messages.KOUAKOUROU, COUNT)]
        # What a full queue or a lost session would do: some never came.
        seen = {alert.topic_sequence: alert for alert in alerts if alert.topic_sequence not in (7, 8, 21)}
        gaps = sorted(set(range(1, max(seen) + 1)) - set(seen))
        self.assertEqual(gaps, [7, 8, 21])
        before = max(alert.sequence for number, alert in seen.items() if number < gaps[0])
        end, replayed = self.replay(only, after_sequence=before, filter=messages.KOUAKOUROU)
        self.assertTrue(end.complete)
        self.assertEqual(end.reason, '')
        self.assertEqual(end.count, len(replayed))
        for topic, message in replayed:
            alert = messages.alert(message.payload)
            self.assertEqual(f'{messages.ROOT}/to/{topic}', messages.KOUAKOUROU)
            self.assertFalse(message.retain)
            seen.setdefault(alert.topic_sequence, alert)
        self.assertEqual([seen[number].id for number in sorted(seen)], [alert.id for alert in alerts])
        self.assertEqual(sorted(seen), list(range(1, COUNT + 1)))

    def test_only_the_filter_and_in_its_form(self):
        hub = self.start()
        self.report(3)
        agency = hub.client('agency')
        _, none = self.replay(agency, filter=f'{messages.ROOT}/to/partners/alert/+/+/ML/ML07/#')
        self.assertEqual(none, [])
        _, proto = self.replay(agency, filter=f'{messages.ROOT}/to/partners/alert/severe/#')
        self.assertEqual([topic for topic, _ in proto],
                         [messages.KOUAKOUROU[len(messages.ROOT) + 4:]] * 3)
        _, twins = self.replay(agency, filter=f'{messages.ROOT}/to/partners/alert-json/severe/#')
        self.assertEqual([topic for topic, _ in twins],
                         [messages.KOUAKOUROU_JSON[len(messages.ROOT) + 4:]] * 3)
        self.assertEqual([json.loads(message.payload)['sequence'] for _, message in twins], [1, 2, 3])

    def test_page_by_page(self):
        hub = self.start()
        self.report(COUNT)
        agency = hub.client('agency')
        after, numbers, pages = 0, [], 0
        while True:
            end, replayed = self.replay(agency, after_sequence=after, limit=7)
            numbers += [messages.alert(message.payload).sequence for _, message in replayed]
            after = end.last_sequence
            pages += 1
            self.assertLessEqual(len(replayed), 7)
            if end.complete:
                break
        self.assertEqual(numbers, list(range(1, COUNT + 1)))
        self.assertEqual(pages, 5)

    def test_a_time_range(self):
        hub = self.start()
        self.report(2)
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        middle = timestamp_pb2.Timestamp()
        self.report(1)
        middle.CopyFrom(messages.alert(agency.wait_topic(messages.KOUAKOUROU).payload).sent)
        request = replay_pb2.ReplayRequest(audience='partners')
        getattr(request, 'from').FromMilliseconds(middle.ToMilliseconds() - 24 * 3600 * 1000)
        end, replayed = self.replay(agency, payload=request.SerializeToString())
        self.assertEqual([messages.alert(m.payload).sequence for _, m in replayed], [1, 2, 3])
        self.assertEqual(end.last_sequence, 3)
        getattr(request, 'from').FromMilliseconds(middle.ToMilliseconds() + 24 * 3600 * 1000)
        end, replayed = self.replay(agency, payload=request.SerializeToString())
        self.assertEqual((replayed, end.complete, end.count), ([], True, 0))

    def test_after_a_kill_and_what_has_expired(self):
        hub = self.start(rules=RULES.replace('expires: 24h', 'expires: 1s'))
        self.report(4)
        hub.kill()
        hub.start()
        agency = hub.client('agency')
        end, replayed = self.replay(agency, after_sequence=1)
        self.assertEqual([messages.alert(m.payload).sequence for _, m in replayed], [2, 3, 4])
        self.assertTrue(end.complete)

    def test_members_alone(self):
        hub = self.start()
        self.report(2)
        listener = hub.client('listener').subscribe('#')
        for user in ('coord', 'mopti-17', 'listener'):
            end, replayed = self.replay(hub.client(user), user=user)
            self.assertEqual((end.reason, replayed), ('replay.forbidden', []))
        end, _ = self.replay(hub.client('coord'), user='coord', payload=replay_pb2.ReplayRequest(
            audience='nobody').SerializeToString())
        self.assertEqual(end.reason, 'replay.forbidden')
        listener.clear()
        end, replayed = self.replay(hub.client('agency'))
        self.assertEqual(len(replayed), 2)
        hub.client('marker').publish('marker')
        listener.wait_topic('marker')
        self.assertEqual([t for t in listener.topics() if 'replayed' in t or 'replay-end' in t], [])

    def test_refusals(self):
        hub = self.start()
        agency = hub.client('agency')
        for payload in (b'\xff', b'{"audience":', wish(filter='a#'),
                        b'{"audience":"partners","after_sequence":1,"from":"2024-01-01T00:00:00Z"}'):
            agency.clear()
            agency.publish(messages.box('agency', 'replay'), payload)
            form = '-json' if payload.startswith(b'{') else ''
            end = agency.wait_topic(messages.box('agency', f'replay-end{form}'))
            self.assertIn(b'replay.malformed', end.payload)

    def test_no_journal_says_so(self):
        hub = self.hub()
        end, _ = self.replay(hub.client('agency'))
        self.assertEqual((end.reason, end.complete), ('replay.unavailable', False))

    def test_correlation_is_echoed(self):
        hub = self.start()
        agency = hub.client('agency', version=mqtt.V5)
        agency.clear()
        agency.publish(messages.box('agency', 'replay'), wish(),
                       properties=mqtt.publish_properties(CorrelationData=b'\x00\x01'))
        end = agency.wait_topic(messages.box('agency', 'replay-end'))
        self.assertEqual(end.properties.CorrelationData, b'\x00\x01')


if __name__ == '__main__':
    unittest.main()

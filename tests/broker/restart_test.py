# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What the hub was in the middle of goes on after kill -9: throttles, corroborations,
silences, open incidents, references to what has not come yet."""

import datetime
import math
import time
import unittest

import messages
from control_test import ask
from hub import TIMEOUT, BrokerTest
from tocsin.v1 import digest_pb2, enums_pb2, incident_pb2

SLOWER = TIMEOUT / 30  # with sanitizers everything takes longer
SHORT, LONG = math.ceil(2 * SLOWER), math.ceil(6 * SLOWER)  # seconds
LATE = 5 * SLOWER      # seconds after which what was due is too late
RULES = f'''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {{max_sensitivity: severe, members: [coord]}}
  partners: {{max_sensitivity: severe, members: [agency]}}
open_senders: true
rules:
  - id: plain
    match: {{event: battles}}
    alert: [{{audience: partners, open: true}}]
  - id: full
    match: {{event: riots}}
    alert: [{{audience: partners}}]
    throttle: {{per: [region], max: 2, in: {LONG}s}}
  - id: overfull
    match: {{event: protests}}
    alert: [{{audience: partners}}]
    throttle: {{per: [region], max: 1, in: {LONG}s}}
  - id: brief
    match: {{event: access}}
    alert: [{{audience: partners}}]
    throttle: {{per: [region], max: 1, in: {SHORT}s}}
  - id: confirmed
    match: {{event: health}}
    alert: [{{audience: partners}}]
    corroborate: {{reports: 2, independent: sender, within: {LONG}s}}
  - id: confirmed-soon
    match: {{event: food}}
    alert: [{{audience: partners}}]
    corroborate: {{reports: 2, independent: sender, within: {SHORT}s}}
default:
  alert: [{{audience: coordination}}]
'''


def about(event, pcode='ML0503', **changes):
    incident = messages.kouakourou(**changes)
    incident.event.type = enums_pb2.EventType.Value(f'EVENT_TYPE_{event.upper()}')
    incident.location.pcode = pcode
    return incident


def of(incident, earlier, sender='mopti-17'):
    incident.references.add(sender=sender, id=earlier.id, sent=earlier.sent)
    return incident


def cancel(earlier, cause=enums_pb2.CLOSE_CAUSE_RESOLVED):
    made = incident_pb2.Incident(
        id=messages.kouakourou().id, status=enums_pb2.STATUS_ACTUAL,
        msg_type=enums_pb2.MSG_TYPE_CANCEL, sent=messages.now())
    made.close.cause = cause
    return of(made, earlier)


def until(seconds):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return end.replace(microsecond=0).strftime('%Y-%m-%dT%H:%M:%SZ')


def pass_by(moment):
    """Until a time.time(), while the broker is down and nothing announces it."""
    time.sleep(max(0, moment - time.time()))


def passed(rule):
    return 'ROUTED', [rule], []


def held(rule):
    return 'HELD', [rule], [rule]


def waiting(rule):
    """The default carries what waits for others to say it, too."""
    return 'DEFAULTED', [rule], [rule]


class Watch:
    """partners, in a session that outlives the broker; repeats are dropped."""

    def __init__(self, hub):
        self.hub = hub
        self.client = None
        self.earlier = []
        self.come(known=False)
        hub.save()

    def come(self, known=True):
        if self.client:
            self.earlier += self.client.messages
        self.client = self.hub.client('agency', 'agency', clean=False)
        assert self.client.session_present == known
        self.client.subscribe('tocsin/v1/to/partners/alert/#', 'tocsin/v1/to/partners/digest')

    def _payloads(self, kind):
        return dict.fromkeys(m.payload for m in self.earlier + self.client.messages
                             if m.topic.split('/')[4] == kind)

    def alerts(self, incident):
        """Those about an incident, which these partners know by its id."""
        found = {alert.id: alert for alert in map(messages.alert, self._payloads('alert'))}
        return [alert for alert in found.values() if alert.incident_id == incident.id]

    def until_alerts(self, incident, count=1):
        self.client.until(lambda: len(self.alerts(incident)) >= count, f'{count} alerts')
        return self.alerts(incident)

    def digests(self, rule):
        found = map(digest_pb2.Digest.FromString, self._payloads('digest'))
        return [digest for digest in found if digest.rule == rule]


class Restart(BrokerTest):
    def begin(self):
        hub = self.hub(rules=RULES, journal=True, options={'admins': 'chief'})
        return hub, Watch(hub)

    def restart(self, hub, watch, down_until=0):
        hub.kill()
        pass_by(down_until)
        hub.start()
        watch.come()

    def report(self, hub, incident, sender='mopti-17', verdict='ACCEPTED'):
        """Returns the routing, the rules that fired, those that held."""
        field = hub.client(sender)
        field.publish(messages.box(sender), incident.SerializeToString())
        receipt = messages.receipt(field.wait_topic(messages.box(sender, 'receipt')).payload)
        field.close()
        self.assertEqual(enums_pb2.Verdict.Name(receipt.verdict), f'VERDICT_{verdict}',
                         [violation.check for violation in receipt.violations])
        routing = enums_pb2.Routing.Name(receipt.routing).removeprefix('ROUTING_')
        return routing, list(receipt.rules), list(receipt.held_by)

    def digest_comes(self, watch, rule, count, due):
        """Exactly one, at its time (time.time()) and not before, of so many."""
        watch.client.until(lambda: watch.digests(rule), f'the digest of {rule}')
        self.assertLess(abs(time.time() - due - LATE / 2), LATE / 2 + 0.1, rule)
        self.assertEqual([digest.count for digest in watch.digests(rule)], [count], rule)
        return watch.digests(rule)[0]

    def test_throttles(self):
        hub, watch = self.begin()
        for _ in range(2):
            self.assertEqual(self.report(hub, about('riots')), passed('full'))
        self.assertEqual(self.report(hub, about('protests')), passed('overfull'))
        overfull_due = time.time() + LONG
        again = about('protests')
        self.assertEqual(self.report(hub, again), held('overfull'))
        self.assertEqual(self.report(hub, about('access')), passed('brief'))
        self.assertEqual(self.report(hub, about('access')), held('brief'))
        self.restart(hub, watch, down_until=time.time() + SHORT)
        # One that ran out while the broker was down is told at the start.
        self.digest_comes(watch, 'brief', 1, time.time())
        # The third of a window that let two pass before.
        full_due = time.time() + LONG
        self.assertEqual(self.report(hub, about('riots')), held('full'))
        # Another window of the rule is empty.
        self.assertEqual(self.report(hub, about('riots', 'ML0501')), passed('full'))
        self.assertEqual(self.report(hub, about('protests')), held('overfull'))
        # A re-send of what was held is no other one.
        self.assertEqual(self.report(hub, again, verdict='DUPLICATE'), held('overfull'))
        digest = self.digest_comes(watch, 'overfull', 2, overfull_due)
        self.assertEqual((digest.reason, digest.groups[0].adm1), ('throttle', 'ML05'))
        self.digest_comes(watch, 'full', 1, full_due)
        self.assertEqual(self.report(hub, about('riots')), passed('full'))
        self.assertEqual(self.report(hub, about('access')), passed('brief'))

    def test_corroborations(self):
        hub, watch = self.begin()
        waits, complete, ran_out = (about('health', pcode) for pcode in ('ML0503', 'ML0501', 'ML07'))
        self.assertEqual(self.report(hub, waits, 'gao-1'), waiting('confirmed'))
        self.assertEqual(self.report(hub, complete, 'gao-1'), waiting('confirmed'))
        self.assertEqual(self.report(hub, about('health', 'ML0501'), 'gao-2'), passed('confirmed'))
        due = time.time() + LONG
        self.assertEqual(self.report(hub, ran_out, 'gao-1'), waiting('confirmed'))
        self.assertEqual(self.report(hub, about('food'), 'gao-1'), waiting('confirmed-soon'))
        self.restart(hub, watch, down_until=time.time() + SHORT)
        digest = self.digest_comes(watch, 'confirmed-soon', 1, time.time())
        self.assertEqual(digest.reason, 'corroborate')
        # One sender is one sender, before and after.
        self.assertEqual(self.report(hub, about('health'), 'gao-1'), waiting('confirmed'))
        second = about('health')
        self.assertEqual(self.report(hub, second, 'gao-2'), passed('confirmed'))
        self.assertEqual([alert.reports for alert in watch.until_alerts(second)], [2])
        # What is confirmed is told again only where it is worse.
        third, worse = about('health', 'ML0501'), about('health', 'ML0501', severity=5)
        self.assertEqual(self.report(hub, third, 'gao-3'), waiting('confirmed'))
        self.assertEqual(self.report(hub, worse, 'gao-4'), passed('confirmed'))
        self.assertEqual([alert.reports for alert in watch.until_alerts(worse)], [4])
        digest = self.digest_comes(watch, 'confirmed', 1, due)
        self.assertEqual([group.adm1 for group in digest.groups], ['ML07'])
        for incident in (waits, complete, ran_out, third):
            self.assertEqual(watch.alerts(incident), [])
        # The place is as if nothing had been said.
        self.assertEqual(self.report(hub, about('health', 'ML07'), 'gao-2'), waiting('confirmed'))

    def test_silences(self):
        hub, watch = self.begin()
        chief = hub.client('chief')

        def silence(pcode, seconds):
            form = {'match': {'region': pcode}, 'audiences': ['partners'], 'reason': 'drill',
                    'until': until(seconds)}
            return ask(chief, 'addSilence', **form)['data']['id'], form

        stays, form = silence('ML0503', LONG)
        due = datetime.datetime.fromisoformat(form['until'].replace('Z', '+00:00')).timestamp()
        runs_out, _ = silence('ML0501', SHORT + 1)
        ended, _ = silence('ML07', 60 * LONG)
        for pcode in ('ML0503', 'ML0501', 'ML07'):
            self.assertEqual(self.report(hub, about('battles', pcode)), held('plain'))
        self.assertNotIn('error', ask(chief, 'deleteSilence', id=ended))
        self.digest_comes(watch, ended, 1, time.time())
        last, _ = silence('ML05', 60 * LONG)
        # Nothing but the answer says that it is in force.
        self.restart(hub, watch, down_until=time.time() + SHORT + 1)
        self.digest_comes(watch, runs_out, 1, time.time())
        chief = hub.client('chief')
        listed = {item['id']: item for item in ask(chief, 'listSilences')['data']['silences']}
        self.assertEqual(set(listed), {stays, last})
        self.assertEqual({key: listed[stays][key] for key in form}, form)
        self.assertEqual((listed[stays]['author'], listed[stays]['held']), ('chief', 1))
        self.assertNotIn('error', ask(chief, 'deleteSilence', id=last))
        self.assertEqual(self.report(hub, about('battles')), held('plain'))
        for pcode in ('ML07', 'ML0501'):
            self.assertEqual(self.report(hub, about('battles', pcode)), passed('plain'))
        digest = self.digest_comes(watch, stays, 2, due)
        self.assertEqual((digest.reason, digest.audience), ('silence', 'partners'))
        self.assertEqual(self.report(hub, about('battles')), passed('plain'))
        # Its id is not given to another.
        self.assertNotIn(silence('ML0503', LONG)[0], {stays, runs_out, ended, last})

    def test_open_incidents_and_their_expiry(self):
        hub, watch = self.begin()
        ends, goes_on = about('battles'), about('battles')
        ends.expires.FromMilliseconds(int((time.time() + LONG / 2) * 1000))
        for incident in (ends, goes_on):
            self.assertEqual(self.report(hub, incident), passed('plain'))
        self.restart(hub, watch)
        late = hub.client('late').subscribe('tocsin/v1/to/partners/open/#')
        topics = {i.id: f'tocsin/v1/to/partners/open/ML/ML05/{i.id}' for i in (ends, goes_on)}
        for topic in topics.values():
            self.assertEqual(messages.alert(late.wait_topic(topic).payload).revision, 1)
        self.assertEqual(self.report(hub, cancel(goes_on)), ('ROUTED', [], []))
        for incident in (goes_on, ends):
            late.wait(lambda m, topic=topics[incident.id]: m.topic == topic and not m.payload)
        self.assertLess(ends.expires.ToMilliseconds() / 1000, time.time() + 0.1)
        self.assertEqual([alert.msg_type for alert in watch.until_alerts(goes_on, 2)], [1, 3])
        self.assertEqual(len(watch.alerts(ends)), 1)

    def test_cancel_before_its_alert(self):
        hub, watch = self.begin()
        alert = about('battles')
        self.assertEqual(self.report(hub, cancel(alert)), ('HELD', [], []))
        self.restart(hub, watch)
        self.assertEqual(self.report(hub, alert), passed('plain'))
        first, last = watch.until_alerts(alert, 2)
        self.assertEqual([(a.revision, a.msg_type) for a in (first, last)], [(1, 1), (2, 3)])
        self.assertEqual(list(last.references), [first.id])
        self.assertEqual(last.close.cause, enums_pb2.CLOSE_CAUSE_RESOLVED)

    def test_update_before_its_alert(self):
        hub, watch = self.begin()
        alert = about('battles')
        update = of(about('battles', msg_type=2, severity=5), alert)
        self.assertEqual(self.report(hub, update), passed('plain'))
        first, = watch.until_alerts(update)
        self.restart(hub, watch)
        self.assertEqual(self.report(hub, alert), passed('plain'))
        found = watch.until_alerts(update, 2)
        self.assertEqual([a.revision for a in found], [1, 2])
        self.assertEqual(list(found[1].references), [first.id])
        late = hub.client('late').subscribe('tocsin/v1/to/partners/open/#')
        stands = late.wait_topic(f'tocsin/v1/to/partners/open/ML/ML05/{update.id}')
        self.assertEqual(messages.alert(stands.payload).id, first.id)

    def test_possible_duplicates(self):
        hub, watch = self.begin()
        first, second, elsewhere = about('battles'), about('battles'), about('battles', 'ML0501')
        self.report(hub, first, 'gao-1')
        alert, = watch.until_alerts(first)
        self.restart(hub, watch)
        for incident, possible in ((second, [alert.id]), (elsewhere, [])):
            self.report(hub, incident, 'gao-2')
            found, = watch.until_alerts(incident)
            self.assertEqual(list(found.possible_duplicate_of), possible)


if __name__ == '__main__':
    unittest.main()

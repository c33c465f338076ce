# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Whoever was away holds the picture of one who never left: open/ and figure/, topic by
topic, whatever was updated, cancelled, expired or moved meanwhile, and however the
broker ended."""

import time
import unittest

import messages
import mqtt
from google.protobuf import timestamp_pb2
from hub import TIMEOUT, BrokerTest
from monitor import Monitor
from tocsin.v1 import enums_pb2, incident_pb2

SLOWER = TIMEOUT / 30  # with sanitizers everything takes longer
RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: severe, members: [agency]}
open_senders: true
rules:
  - id: all
    alert: [{audience: coordination, open: true}, {audience: partners, open: true}]
default:
  alert: [{audience: coordination}]
'''


def of(incident, earlier):
    incident.references.add(sender='mopti-17', id=earlier.id, sent=earlier.sent)
    return incident


def battles(pcode='ML0503', expires=None, earlier=None):
    incident = messages.kouakourou(msg_type=2 if earlier else 1)
    incident.location.pcode = pcode
    if expires is not None:
        incident.expires.CopyFrom(expires)
    return of(incident, earlier) if earlier else incident


def displaced(operation, figure, pcode='ML0503', earlier=None):
    incident = battles(pcode, earlier=earlier)
    incident.event.type = enums_pb2.EVENT_TYPE_DISPLACEMENT
    incident.displacement.add(
        unit=enums_pb2.DISPLACEMENT_UNIT_PERSON, figure=figure, operation=operation,
        population=enums_pb2.POPULATION_IDP, flow_or_stock=enums_pb2.FLOW_OR_STOCK_STOCK)
    return incident


def cancel(earlier, cause):
    incident = incident_pb2.Incident(
        id=messages.kouakourou().id, status=enums_pb2.STATUS_ACTUAL,
        msg_type=enums_pb2.MSG_TYPE_CANCEL, sent=messages.now())
    incident.close.cause = cause
    return of(incident, earlier)


def after(seconds):
    moment = timestamp_pb2.Timestamp()
    moment.FromMilliseconds(int((time.time() + seconds * SLOWER) * 1000))
    return moment


class Picture(BrokerTest):
    def report(self, hub, *incidents):
        field = hub.client('mopti-17')
        for incident in incidents:
            field.publish(messages.box('mopti-17'), incident.SerializeToString(), wait=False)
        field.wait_topic(messages.box('mopti-17', 'receipt'), len(incidents))
        verdicts = [messages.verdict(message.payload) for message in field.messages]
        self.assertEqual(verdicts, ['VERDICT_ACCEPTED'] * len(incidents))
        field.close()

    def stands(self, hub, monitors, opened, figures):
        """Waits until these see this, and see that it stays so; returns the picture."""
        for monitor in monitors:
            try:
                monitor.client.until(
                    lambda m=monitor: (m.open(), m.figures()) == (opened, figures), 'the picture')
            except TimeoutError:
                pass  # what differs is said below
        marker = hub.client('marker')
        mqtt.barrier(marker, *(monitor.client for monitor in monitors))
        marker.close()
        for monitor in monitors:
            self.assertEqual((monitor.open(), monitor.figures()), (opened, figures), monitor.name)
            self.assertEqual(monitor.picture(), monitors[0].picture(), monitor.name)
            monitor.check()
        return monitors[0].picture()

    def story(self, save=True, end=None, known=True):
        """end: how the broker ends in the middle, with or without a save of its store
        before; known: whether it still knows its sessions then."""
        hub = self.hub(rules=RULES, journal=True)
        never, away = Monitor(hub, 'never'), Monitor(hub, 'away', version=mqtt.V5)
        clean = Monitor(hub, 'away-clean', clean=True)
        for monitor in (never, away, clean):
            monitor.come(known=False)

        soon, later = after(2.5), after(3.5)
        stays, changes, resolved, merged = battles(), battles(), battles(), battles('ML07')
        mistaken, moves = displaced('mistaken', 900), displaced('moves', 300)
        first, ends, ends_last = displaced('rounds', 1200), battles(expires=soon), battles(expires=later)
        self.report(hub, stays, changes, resolved, merged, mistaken, moves, first, ends, ends_last)
        opened = {('ML05', i.id): 1 for i in (
            stays, changes, resolved, mistaken, moves, first, ends, ends_last)}
        opened['ML07', merged.id] = 1
        figures = {'mistaken': 900, 'moves': 300, 'rounds': 1200}
        before = self.stands(hub, [never, away, clean], opened, figures)
        if save:
            hub.save()
        away.leave()
        clean.leave()

        # What a store of before then knows wrongly.
        second = displaced('rounds', 1500)
        self.report(
            hub, battles(earlier=changes), cancel(resolved, enums_pb2.CLOSE_CAUSE_RESOLVED),
            cancel(merged, enums_pb2.CLOSE_CAUSE_MERGED), cancel(mistaken, enums_pb2.CLOSE_CAUSE_ERROR),
            displaced('moves', 310, 'ML07', earlier=moves), second)
        opened['ML05', changes.id] = 2
        opened['ML07', moves.id] = 2
        opened['ML05', second.id] = 1
        closed = [('ML05', resolved.id), ('ML07', merged.id), ('ML05', mistaken.id), ('ML05', moves.id)]
        for place in closed:
            del opened[place]
        del figures['mistaken']
        figures.update(moves=310, rounds=1500)
        self.stands(hub, [never], opened, figures)

        if end:
            (hub.kill if end == 'kill' else hub.stop)()
            never.leave()
            # Nothing announces that it is over while the broker is down.
            time.sleep(max(0, soon.ToMilliseconds() / 1000 - time.time()))
            hub.start()
            never.come(known)
        fresh = battles('ML0501')
        self.report(hub, fresh, battles(earlier=changes))
        opened['ML05', changes.id] = 3
        opened['ML05', fresh.id] = 1
        del opened['ML05', ends.id], opened['ML05', ends_last.id]
        self.stands(hub, [never], opened, figures)
        if end:
            self.never_again(never, closed + [('ML05', ends.id)])
        late = Monitor(hub, 'late', clean=True).come(known=False)
        now = self.stands(hub, [never, away.come(known), clean.come(known=False), late], opened, figures)
        for topic, payload in before.items():
            if stays.id in topic:
                self.assertEqual(now[topic], payload, topic)

    def never_again(self, monitor, closed):
        """What was closed is not even shown for a moment after the restart."""
        for message in monitor.client.messages:
            if message.payload:
                self.assertNotIn(tuple(message.topic.split('/')[-2:]), closed, message.topic)

    def test_broker_lives_on(self):
        self.story()

    def test_stopped(self):
        self.story(end='stop')

    def test_killed_after_a_save(self):
        self.story(end='kill')

    def test_killed_before_any_save(self):
        self.story(save=False, end='kill', known=False)


if __name__ == '__main__':
    unittest.main()

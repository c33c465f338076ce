# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Field apps, a subscriber and an operator around one hub, driven by one thread, over
as many lives of the broker as wanted."""

import json
import select
import signal
import time

import mqtt
from hub import TIMEOUT, check_ledger

ADMIN = 'chief'


class Operator:
    """Asks for the ledger; whatever it is told must add up. Marks a place in the feed."""

    def __init__(self):
        self.name = ADMIN
        self.bare = None
        self.ledgers = 0

    def connect(self, port, _life):
        self.bare = mqtt.Bare(port, self.name, self.name)

    def close(self):
        self.bare.close()
        self.bare = None

    def ask(self):
        self.bare.publish('$CONTROL/tocsin/v1', b'{"commands":[{"command":"getStatus"}]}')

    def mark(self, topic, payload):
        self.bare.publish(topic, payload, qos=1)

    def take(self, kind, body, _now):
        if kind & 0xf0 == 0x40:
            return False
        publish = mqtt.Publish(kind, body, mqtt.V5)
        self.bare.reply(0x40, publish.mid)
        check_ledger(json.loads(publish.payload)['responses'][0]['data']['ledger'])
        self.ledgers += 1
        return False


class Lives:
    """An event is a publish of an incident, or a receipt that came."""

    def __init__(self, hub, fields, feed, source):
        self.hub, self.fields, self.feed, self.source = hub, fields, feed, source
        self.operator = Operator()
        self.number = 0
        self.plan = []  # (event, what to do then), latest first

    def members(self):
        return [member for member in (*self.fields, self.feed, self.operator) if member.bare]

    def begin(self, absent=False):
        """absent: the subscriber is away in this life."""
        self.number += 1
        first = self.number == 1
        self.hub.start(same_port=not first)
        if first:
            self.feed.connect(self.hub.port, first=True)
            self.hub.save()
        coming = [*self.fields, self.operator] + ([] if first or absent else [self.feed])
        for member in self.source.sample(coming, len(coming)):
            self.join(member)

    def join(self, member):
        member.connect(self.hub.port, self.number)
        for packet in member.bare.buffered():
            member.take(*packet, time.monotonic())

    def save(self):
        self.hub.process.send_signal(signal.SIGUSR1)

    def cut(self, field):
        field.cut()
        self.join(field)

    def run(self, plan=(), budget=None):
        """Goes on until budget events were seen, or nothing is left to do; without a
        budget what was deferred is waited for, too."""
        events = 0
        self.plan = sorted(plan, key=lambda item: item[0], reverse=True)
        while budget is None or events < budget:
            now = time.monotonic()
            while self.plan and self.plan[-1][0] <= events:
                self.plan.pop()[1]()
            events += sum(field.pump(now) for field in self.fields)
            if not any(field.asked or field.waiting or field.later and budget is None
                       for field in self.fields):
                break
            events += self.turn(now)

    def turn(self, now):
        """Waits for packets and takes what is there; returns the events among it."""
        due = min((field.later[0][0] for field in self.fields if field.later), default=None)
        sockets = {member.bare.socket: member for member in self.members()}
        wait = TIMEOUT if due is None else max(0, due - now)
        ready = select.select(list(sockets), [], [], wait)[0]
        if not ready and due is None:
            asked = {field.name: len(field.asked) for field in self.fields}
            raise TimeoutError(f'nobody answers in life {self.number}; asked: {asked}')
        return sum(self._take(sockets[socket], now) for socket in ready)

    def _take(self, member, now):
        return sum(member.take(*packet, now) for packet in member.bare.arrived())

    def catch_up(self):
        """Returns once the subscriber has got what was on its way to it."""
        mark = f'{self.number} {self.source.random()}'.encode()
        self.operator.mark(self.feed.MARKS, mark)
        while self.feed.mark != mark:
            self.turn(time.monotonic())

    def live_on(self, seconds, refill):
        """A life that is longer than the margin that a start allows for: what this start
        published again is saved, and the next one begins after it."""
        self.hub.log('published again after the start')
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            refill()
            self.run()
        self.catch_up()
        self.hub.save()

    def over(self):
        """The broker is gone: reads what it still had sent, and hangs up."""
        # A queue of its that is full is nothing that a plugin can mend.
        if any('are being dropped' in line for line in self.hub.lines):
            raise AssertionError(f'the subscriber is too far behind in life {self.number}')
        for member in self.members():
            try:
                while True:
                    self._take(member, time.monotonic())
            except OSError:
                member.close()

    def hang_up(self):
        for member in self.members():
            member.close()

    def kill(self):
        self.hub.kill()
        self.over()

    def terminate(self):
        """Returns the last ledger."""
        ledger = self.hub.stop()
        self.over()
        return ledger

    def until_feed_has(self, messages):
        """Returns once the subscriber got so many different ones, or nothing comes."""
        deadline = time.monotonic() + TIMEOUT
        while self.feed.different() < messages and time.monotonic() < deadline:
            socket = self.feed.bare.socket
            if select.select([socket], [], [], deadline - time.monotonic())[0]:
                self._take(self.feed, deadline)

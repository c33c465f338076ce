# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Clients for the tests: paho's, with waiting instead of callbacks, and a bare one
that speaks packets where paho cannot (DUP, reason codes)."""

import itertools
import os
import socket
import struct
import threading
import time

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

V311 = paho.MQTTv311
V5 = paho.MQTTv5
TIMEOUT = float(os.environ.get('TOCSIN_TEST_TIMEOUT', '30'))
_numbers = itertools.count(1)


def publish_properties(**values):
    properties = Properties(PacketTypes.PUBLISH)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def _paho_client(client_id, version, clean):
    more = {} if version == V5 else {'clean_session': clean}
    if hasattr(paho, 'CallbackAPIVersion'):
        # paho 2 knows both shapes of callbacks, paho 1 only this one.
        more['callback_api_version'] = paho.CallbackAPIVersion.VERSION1
    return paho.Client(client_id=client_id, protocol=version, **more)


class Client:
    """Connected on return. Messages are kept in .messages in the order they came."""

    def __init__(self, port, user=None, client_id=None, version=V311, clean=True, will=None,
                 password=None, receive=True, session_expiry=None):
        self.version = version
        self.client_id = f'test-{os.getpid()}-{next(_numbers)}' if client_id is None else client_id
        self.messages = []
        self.news = threading.Condition()
        self.connected = None
        self.session_present = None
        self.disconnects = 0
        self.closing = False
        self.acknowledged = set()
        self.paho = _paho_client(self.client_id, version, clean)
        self.paho.max_inflight_messages_set(20)
        if user is not None:
            self.paho.username_pw_set(user, password)
        if will is not None:
            self.paho.will_set(*will)
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = self._on_disconnect
        self.paho.on_message = self._on_message
        self.paho.on_subscribe = self._on_subscribe
        more = {}
        if version == V5:
            more['clean_start'] = clean
            if session_expiry is not None:
                more['properties'] = Properties(PacketTypes.CONNECT)
                more['properties'].SessionExpiryInterval = session_expiry
        self.paho.connect('127.0.0.1', port, keepalive=60, **more)
        self.paho.loop_start()
        self._until(lambda: self.connected is not None, 'CONNACK')
        if self.connected != 0:
            raise ConnectionError(f'CONNACK {self.connected}')

    def _until(self, holds, what):
        deadline = time.monotonic() + TIMEOUT
        with self.news:
            while True:
                value = holds()
                if value:
                    return value
                if not self.news.wait(max(0, deadline - time.monotonic())):
                    got = [message.topic for message in self.messages[-20:]]
                    raise TimeoutError(f'{self.client_id} waited for {what}; it got {got}')

    def _on_connect(self, _client, _data, flags, reason, *_more):
        with self.news:
            self.session_present = bool(flags['session present'])
            self.connected = getattr(reason, 'value', reason)
            self.news.notify_all()

    def _on_disconnect(self, *_more):
        with self.news:
            if not self.closing:
                self.disconnects += 1
            self.news.notify_all()

    def _on_message(self, _client, _data, message):
        with self.news:
            self.messages.append(message)
            self.news.notify_all()

    def _on_subscribe(self, _client, _data, mid, *_more):
        with self.news:
            self.acknowledged.add(mid)
            self.news.notify_all()

    def subscribe(self, *filters, qos=1):
        for topic_filter in filters:
            if self.version == V5:
                result, mid = self.paho.subscribe(topic_filter, options=SubscribeOptions(qos=qos))
            else:
                result, mid = self.paho.subscribe(topic_filter, qos)
            assert result == 0, result
            self._until(lambda: mid in self.acknowledged, f'SUBACK for {topic_filter}')
        return self

    def publish(self, topic, payload=b'', qos=1, retain=False, properties=None, wait=True):
        info = self.paho.publish(topic, payload, qos, retain, properties)
        if wait:
            info.wait_for_publish(TIMEOUT)
            assert info.is_published(), f'no acknowledgement for {topic}'
        return info

    def until(self, holds, what):
        """Waits until holds() is true, asking after whatever comes; returns what it gave."""
        return self._until(holds, what)

    def wait(self, holds, what='a message', count=1):
        """Waits for count messages for which holds(message) is true; returns the
        one, or the list of them."""

        def enough():
            found = [message for message in self.messages if holds(message)]
            return found if len(found) >= count else None

        found = self._until(enough, what)
        return found[0] if count == 1 else found

    def wait_topic(self, topic, count=1):
        return self.wait(lambda message: message.topic == topic, topic, count)

    def topics(self, prefix=''):
        with self.news:
            return [message.topic for message in self.messages
                    if message.topic.startswith(prefix)]

    def clear(self):
        with self.news:
            self.messages.clear()

    def close(self):
        if self.closing:
            return
        self.closing = True
        self.paho.disconnect()
        self.paho.loop_stop()


def barrier(publisher, *subscribers):
    """Returns once each subscriber has got everything that the broker had queued
    for it before the publisher's marker. Quality of service 2, since a message of
    less would overtake those whose handshake is not over."""
    topic = f'barrier/{os.getpid()}/{next(_numbers)}'
    for subscriber in subscribers:
        subscriber.subscribe(topic, qos=2)
    publisher.publish(topic, b'marker', qos=2)
    for subscriber in subscribers:
        subscriber.wait_topic(topic)
        with subscriber.news:
            subscriber.messages = [m for m in subscriber.messages if m.topic != topic]


def _text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack('!H', len(data)) + data


def _length(value):
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | (0x80 if value else 0))
        if not value:
            return bytes(out)


def _read_length(data, at):
    """A variable length at an offset, and the offset after it; None where it is cut off."""
    value, shift = 0, 0
    while at < len(data):
        digit = data[at]
        value |= (digit & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if not digit & 0x80:
            return value, at
    return None


def knock(port):
    """Returns once the broker's loop answers, be it with a refusal. It says that it is
    running before that, and loses a signal that comes between."""
    with socket.create_connection(('127.0.0.1', port), TIMEOUT) as probe:
        body = _text('MQTT') + b'\x04\x02\x00\x3c' + _text('knock')
        probe.sendall(b'\x10' + _length(len(body)) + body)
        answer = b''
        while len(answer) < 4:
            data = probe.recv(4 - len(answer))
            if not data:
                raise ConnectionError('closed before a CONNACK')
            answer += data
        assert answer[0] == 0x20, answer
        probe.sendall(b'\xe0\x00')


def _packet(kind, body):
    return bytes([kind]) + _length(len(body)) + body


class Publish:
    """A PUBLISH that came, read from its first byte and its body."""

    def __init__(self, kind, body, version):
        self.qos, self.dup, self.retain = kind >> 1 & 3, bool(kind & 8), bool(kind & 1)
        at = 2 + int.from_bytes(body[:2], 'big')
        self.topic = body[2:at].decode()
        self.mid = int.from_bytes(body[at:at + 2], 'big') if self.qos else None
        at += 2 if self.qos else 0
        if version == V5:
            size, at = _read_length(body, at)
            at += size
        self.payload = body[at:]


class Bare:
    """MQTT by hand, 3.1.1 or 5."""

    def __init__(self, port, user=None, client_id='bare', version=V5, clean=True, password=None,
                 will=None):
        self.version = version
        self.socket = socket.create_connection(('127.0.0.1', port), TIMEOUT)
        self.buffer = b''
        flags = ((0x02 if clean else 0) | (0x80 if user is not None else 0) |
                 (0x40 if password is not None else 0))
        last = []
        if will is not None:
            topic, payload, qos, retain = will
            flags |= 0x04 | qos << 3 | retain << 5
            last = [topic, payload]
        body = _text('MQTT') + bytes([version, flags]) + struct.pack('!H', 60)
        if version == V5:
            # A session that is not clean lives for an hour.
            body += b'\0' if clean else b'\x05\x11' + struct.pack('!I', 3600)
        body += _text(client_id)
        if will is not None and version == V5:
            body += b'\0'
        body += b''.join(_text(given) for given in (*last, user, password) if given is not None)
        self.send(0x10, body)
        kind, answer = self.read()
        assert kind == 0x20, (kind, answer)
        if answer[1] != 0:
            self.close()
            raise ConnectionError(f'CONNACK {answer[1]}')
        self.session_present = bool(answer[0] & 1)

    def send(self, kind, body):
        self.socket.sendall(_packet(kind, body))

    def publish_packet(self, topic, payload, qos=0, mid=1, dup=False, retain=False, properties=b''):
        body = _text(topic) + (struct.pack('!H', mid) if qos else b'')
        if self.version == V5:
            body += _length(len(properties)) + properties
        return _packet(0x30 | (0x08 if dup else 0) | qos << 1 | (1 if retain else 0), body + payload)

    def publish(self, *args, **more):
        self.socket.sendall(self.publish_packet(*args, **more))

    def ask_for(self, topic_filter, qos=1):
        """Subscribes, and returns what was granted or the reason code; what else came
        before is still to be read."""
        self.send(0x82, b'\x00\x01' + (b'\x00' if self.version == V5 else b'') +
                  _text(topic_filter) + bytes([qos]))
        aside = []
        while (packet := self.read())[0] != 0x90:
            aside.append(packet)
        self.buffer = b''.join(_packet(*kept) for kept in aside) + self.buffer
        return packet[1][-1]

    def subscribe(self, *filters, qos=1):
        """Returns once all are granted."""
        for topic_filter in filters:
            granted = self.ask_for(topic_filter, qos)
            assert granted == qos, (topic_filter, granted)

    def _fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError('closed by the broker')
        self.buffer += data

    def _next(self):
        length = _read_length(self.buffer, 1)
        if length is None or len(self.buffer) < sum(length):
            return None
        size, at = length
        packet = self.buffer[0], self.buffer[at:at + size]
        self.buffer = self.buffer[at + size:]
        return packet

    def read(self):
        """The next packet: its first byte and its body."""
        while True:
            packet = self._next()
            if packet is not None:
                return packet
            self._fill()

    def buffered(self):
        """The packets that are here, such as those that came along with a CONNACK."""
        while (packet := self._next()) is not None:
            yield packet

    def arrived(self):
        """Those, and what more there is once the socket can be read."""
        self._fill()
        yield from self.buffered()

    def reply(self, kind, mid):
        """An acknowledgement. Where the broker is gone meanwhile, it gets none."""
        try:
            self.send(kind, struct.pack('!H', mid))
        except OSError:
            pass

    def answer(self, kind):
        """Reason code of the next acknowledgement of a kind; what else comes is
        left aside."""
        while True:
            got, body = self.read()
            if got & 0xf0 == kind & 0xf0:
                return body[2] if len(body) > 2 else 0

    def ping(self):
        """Returns once the broker has handled all that was sent."""
        self.send(0xc0, b'')
        while self.read()[0] != 0xd0:
            pass

    def close(self):
        self.socket.close()

    def leave(self):
        """Disconnects, with all that it was sent unanswered."""
        self.send(0xe0, b'')
        self.close()

# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Two dozen ways in which one sender may try to speak for another, to read what is
another's, to publish an alert and to steer; each says what of it the hub must count."""

import json
import uuid

import messages
import mqtt
from control_test import ANSWER, ask
from intruder import MARK, OTHER, SELF, forged
from tocsin.v1 import enums_pb2, replay_pb2

VERSIONS = (mqtt.V311, mqtt.V5)
ALERTS = (messages.KOUAKOUROU, messages.KOUAKOUROU_JSON, 'tocsin/v1/to/partners/digest',
          'tocsin/v1/to/partners/open/ML/ML05/' + str(uuid.uuid4()),
          'tocsin/v1/to/coordination/figure/ML/ML05/-/-/idp/stock',
          'tocsin/v1/to/partners/heartbeat', 'tocsin/v1/ops/quarantine/' + OTHER)
LOOKALIKES = ('MOPTI-17', 'mopti-17 ', 'm\u043epti-17', 'mopti\u201117', 'mopti-17\u200b', 'mopti-1',
              'mopti-177', 'ｍopti-17', '../mopti-17', '.')
WAYS = []


def way(try_it):
    """One that is given a scene, and returns what of it the hub must count."""
    WAYS.append(try_it)
    return try_it


def publish_all(scene, topics, payload, retain=False):
    """In both versions, at each quality of service; returns how many that were."""
    for version in VERSIONS:
        client = scene.intruder(version=version)
        for qos in (0, 1, 2):
            for topic in topics:
                client.publish(topic, payload, qos, retain)
    return 6 * len(topics)


@way
def incidents_in_anothers_box(scene):
    return {'reserved': publish_all(scene, [messages.box(OTHER)], forged())}


@way
def incidents_as_json(scene):
    lie = json.dumps(messages.kouakourou_json() | {'description': MARK.decode()})
    return {'reserved': publish_all(scene, [messages.box(OTHER, 'incident-json')], lie)}


@way
def alerts(scene):
    return {'reserved': publish_all(scene, ALERTS, MARK)}


@way
def retained_alerts(scene):
    return {'reserved': publish_all(scene, ALERTS, MARK, retain=True)}


@way
def receipts_for_another(scene):
    client = scene.intruder()
    for leaf in ('receipt', 'receipt-json', 'replayed/alert/severe/battles/ML', 'replay-end'):
        client.publish(messages.box(OTHER, leaf), MARK)
        client.publish(messages.box(SELF, leaf), MARK)
    return {'reserved': 8}


@way
def topic_aliases(scene):
    client = scene.bare()
    alias = b'\x23\x00\x01'
    for number, topic in enumerate((messages.KOUAKOUROU, '', messages.box(OTHER), ''), 1):
        client.publish(topic, MARK, 1, number, properties=alias)
        assert client.answer(0x40) == 0x87, topic
    client.leave()
    return {'reserved': 4}


@way
def alerts_as_last_wills(scene):
    for version in VERSIONS:
        for qos in (0, 1, 2):
            assert scene.will(messages.KOUAKOUROU, MARK, qos, version=version)
    return {'reserved': 6}


@way
def retained_last_wills(scene):
    for topic in ALERTS:
        assert scene.will(topic, retain=True)
    return {'reserved': len(ALERTS)}


@way
def last_wills_in_boxes(scene):
    topics = (messages.box(OTHER), messages.box(OTHER, 'incident-json'),
              messages.box(OTHER, 'receipt'), messages.box(SELF, 'receipt'))
    for topic in topics:
        assert scene.will(topic, forged(), retain=True)
    return {'reserved': len(topics)}


@way
def last_wills_to_control(scene):
    """The answer of the hub to its operators, and a request in nobody's name."""
    scene.will('$CONTROL/tocsin/v1', json.dumps({'commands': [{'command': 'getRules'}]}))
    return {'reserved': int(scene.will(ANSWER))}


@way
def a_last_will_in_the_own_box(scene):
    """It is no incident, since the plugin never sees it, and nobody else does."""
    listener = scene.person(OTHER).subscribe('tocsin/+/from/#')
    before = scene.counts()['guarded']
    assert scene.will(messages.box(SELF), forged(), retain=True)
    scene.counts({'guarded': before + 1})
    late = scene.person(OTHER).subscribe('tocsin/+/from/#')
    mqtt.barrier(late, listener, late)
    assert not listener.messages, listener.topics()
    assert not late.messages, late.topics()
    listener.close()
    late.close()
    # Once as it came, and once as it is retained.
    return {'guarded': 2}


@way
def response_topics(scene):
    """Each is answered, in the intruder's own box."""
    client = scene.intruder()
    topics = (messages.box(OTHER, 'receipt'), messages.KOUAKOUROU, '$SYS/broker/tocsin/ledger',
              '$CONTROL/tocsin/v1', messages.box(SELF, f'../{OTHER}/receipt'),
              messages.box(SELF, 'incident'))
    for topic in topics:
        properties = mqtt.publish_properties(
            ResponseTopic=topic, CorrelationData=MARK,
            UserProperty=[('sender', OTHER), ('user', OTHER), ('username', OTHER)])
        client.publish(messages.box(SELF), messages.kouakourou().SerializeToString(),
                       properties=properties)
    client.wait(lambda message: message.topic.startswith(messages.box(SELF, '')), count=len(topics))
    return {'received': len(topics), 'accepted': len(topics)}


@way
def names_that_look_alike(scene):
    client = scene.intruder()
    for name in LOOKALIKES:
        client.publish(messages.box(name), forged())
    return {'reserved': len(LOOKALIKES)}


@way
def levels_too_many_and_too_few(scene):
    client = scene.intruder()
    topics = ('tocsin/v1/from//incident', f'tocsin/v1/from/{OTHER}//incident',
              f'tocsin/v1//from/{OTHER}/incident', messages.box(OTHER, 'incident/'),
              messages.box(SELF, 'incident/'), messages.box(SELF, f'{OTHER}/incident'),
              messages.box(SELF, f'../{OTHER}/incident'), 'tocsin/v1/From/mopti-99/incident',
              'tocsin/v1/', 'tocsin/v1/from', f'tocsin/v1/from/{OTHER}')
    for topic in topics:
        client.publish(topic, forged())
    return {'reserved': len(topics)}


@way
def client_ids_of_others(scene):
    names = (OTHER, 'local.bridge', 'a/b', '+', '#', 'tocsin/v1/to/partners/#', '$SYS', 'chief')
    for version in VERSIONS:
        for name in names:
            client = scene.bare(client_id=name, version=version)
            for number, topic in enumerate((messages.box(OTHER), messages.KOUAKOUROU), 1):
                client.publish(topic, forged(), 1, number)
                assert client.answer(0x40) == (0x87 if version == mqtt.V5 else 0), name
            assert client.ask_for(messages.box(OTHER, 'receipt')) >= 0x80, name
            client.leave()
    return {'reserved': 4 * len(names), 'guarded': 2 * len(names)}


def subscribe_all(scene, filters):
    """None may be granted; returns how many they were."""
    for version in VERSIONS:
        for topic_filter in filters:
            assert not scene.granted(topic_filter, version), topic_filter
    return 2 * len(filters)


BOXES = (messages.box(OTHER, 'receipt'), messages.box(OTHER, '#'), 'tocsin/v1/from/#',
         'tocsin/v1/from/+/receipt', 'tocsin/v1/from/+', messages.box('+', 'replayed/#'))


@way
def subscriptions_to_anothers_box(scene):
    return {'guarded': subscribe_all(scene, BOXES)}


@way
def shared_subscriptions(scene):
    return {'guarded': subscribe_all(scene, [f'$share/friends/{box}' for box in BOXES])}


@way
def subscriptions_to_the_operators_answers(scene):
    answers = (ANSWER, '$CONTROL/tocsin/#', '$CONTROL/tocsin/+/response')
    return {'guarded': subscribe_all(scene, answers)}


@way
def wildcards_that_match_anothers_box(scene):
    """They are granted, since they match other things, and bring nothing."""
    listener = scene.intruder().subscribe('#', 'tocsin/#', 'tocsin/v1/+/+/receipt',
                                          'tocsin/v1/to/#', '+/v1/#', '$SYS/#')
    scene.granted('$share/friends/#')
    before = scene.counts()
    scene.report()
    after = scene.counts()
    mqtt.barrier(scene.chief, listener)
    assert listener.topics('$SYS/broker/tocsin/')
    others = [topic for topic in listener.topics('tocsin/')
              if not topic.startswith(messages.box(SELF, ''))]
    assert not others, others
    assert after['guarded'] > before['guarded']
    return {'received': 1, 'accepted': 1, 'guarded': None}


@way
def the_session_of_another(scene):
    """The intruder takes over a session for which a receipt waits."""
    phone = scene.bare(OTHER, 'phone-17', clean=False)
    incident = messages.kouakourou().SerializeToString()
    accepted = scene.counts()['accepted']
    phone.publish(messages.box(OTHER), incident, 1)
    phone.leave()
    guarded = scene.counts({'accepted': accepted + 1})['guarded']
    thief = scene.intruder('phone-17', clean=False, session_expiry=3600)
    assert thief.session_present
    mqtt.barrier(thief, thief)
    assert thief.topics() == [], thief.topics()
    assert scene.counts()['guarded'] == guarded + 1
    thief.close()
    # What the theft cost: the incident is on disk, and the phone asks again.
    phone = scene.person(OTHER, 'phone-17', version=mqtt.V5)
    phone.publish(messages.box(OTHER), incident)
    answer = phone.wait_topic(messages.box(OTHER, 'receipt')).payload
    assert messages.verdict(answer) == 'VERDICT_DUPLICATE'
    phone.close()
    return {'received': 2, 'accepted': 1, 'duplicate': 1, 'guarded': None}


@way
def replays_of_others(scene):
    client = scene.intruder()
    wish = replay_pb2.ReplayRequest(audience='partners').SerializeToString()
    client.publish(messages.box(OTHER, 'replay'), wish)
    client.publish(messages.box('agency', 'replay'), wish)
    client.publish(messages.box(SELF, 'replay'), wish)
    end = client.wait_topic(messages.box(SELF, 'replay-end'))
    assert replay_pb2.ReplayEnd.FromString(end.payload).reason == 'replay.forbidden'
    return {'reserved': 2}


@way
def versions_of_anothers_incident(scene):
    incident, _ = scene.report()
    client = scene.intruder()
    for kind in (enums_pb2.MSG_TYPE_UPDATE, enums_pb2.MSG_TYPE_CANCEL):
        version = messages.kouakourou(msg_type=kind, description=MARK.decode())
        version.references.add(sender=OTHER, id=incident.id)
        client.publish(messages.box(SELF), version.SerializeToString())
        answer = client.wait_topic(messages.box(SELF, 'receipt')).payload
        assert 'references.sender' in messages.checks(answer), messages.receipt(answer)
        client.clear()
    return {'received': 3, 'accepted': 1, 'rejected': 2}


@way
def the_id_of_anothers_incident(scene):
    """The very bytes, from the own box: it learns nothing of the other's receipt."""
    incident, _ = scene.report()
    client = scene.intruder()
    client.publish(messages.box(SELF), incident.SerializeToString())
    answer = client.wait_topic(messages.box(SELF, 'receipt')).payload
    assert messages.checks(answer) == ['incident.id_taken'], messages.receipt(answer)
    assert not messages.receipt(answer).journal_id
    return {'received': 2, 'accepted': 1, 'rejected': 1}


@way
def steering(scene):
    client = scene.intruder()
    for command, more in (('getStatus', {}), ('cancelIncident', {'incident': 'x', 'reason': 'y'}),
                          ('replayFor', {'user': SELF, 'audience': 'partners'})):
        assert ask(client, command, **more)['error'] == 'not permitted'
    client.publish(ANSWER, MARK)
    client.publish('$CONTROL/tocsin/v2', MARK)
    client.publish('$SYS/broker/tocsin/ledger', MARK, retain=True)
    # The broker itself denies the last one.
    return {'control': 3, 'reserved': 2}

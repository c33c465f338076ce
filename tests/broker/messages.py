# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Incidents made with Python's protobuf, so that two implementations must agree."""

import datetime
import time
import uuid

from google.protobuf import timestamp_pb2
from tocsin.v1 import alert_pb2, enums_pb2, incident_pb2, receipt_pb2

ROOT = 'tocsin/v1'
KOUAKOUROU = f'{ROOT}/to/partners/alert/severe/battles/ML/ML05/ML0503'
KOUAKOUROU_JSON = f'{ROOT}/to/partners/alert-json/severe/battles/ML/ML05/ML0503'


def now():
    stamp = timestamp_pb2.Timestamp()
    stamp.GetCurrentTime()
    stamp.nanos = 0
    return stamp


def kouakourou(**changes):
    """The army post of Kouakourou, 7 August 2024: severe battles in ML0503, no
    official toll."""
    incident = incident_pb2.Incident(
        id=str(uuid.uuid4()),
        status=enums_pb2.STATUS_ACTUAL,
        msg_type=enums_pb2.MSG_TYPE_ALERT,
        sent=now(),
        severity=enums_pb2.SEVERITY_SEVERE,
        certainty=enums_pb2.CERTAINTY_LIKELY,
        sensitivity=enums_pb2.SENSITIVITY_MODERATE,
        language='fr',
        headline='Attaque contre le poste de Kouakourou',
        reporter_ref='reporter-marker-0815',
    )
    incident.occurred.start.FromJsonString('2024-08-07T18:30:00Z')
    incident.event.type = enums_pb2.EVENT_TYPE_BATTLES
    incident.location.country = 'ML'
    incident.location.pcode = 'ML0503'
    incident.location.locality = 'Kouakourou'
    incident.location.point.latitude = 14.2222
    incident.location.point.longitude = -4.4933
    claim = incident.casualty_claims.add()
    claim.kind = enums_pb2.CLAIM_KIND_KILLED
    claim.claimant = 'Etat-major'
    claim.claimant_class = enums_pb2.SOURCE_KIND_OFFICIAL
    claim.official = True
    claim.not_reported = True
    for name, value in changes.items():
        setattr(incident, name, value)
    return incident


def kouakourou_json(incident_id=None):
    """The same as Tocsin JSON, as an integrator would write it."""
    sent = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return {
        'id': incident_id or str(uuid.uuid4()),
        'status': 'actual', 'msg_type': 'alert', 'sent': sent,
        'occurred': {'start': '2024-08-07T18:30:00Z'},
        'event': {'type': 'battles'},
        'severity': 'severe', 'certainty': 'likely', 'sensitivity': 'moderate', 'language': 'fr',
        'location': {'country': 'ML', 'pcode': 'ML0503', 'locality': 'Kouakourou'},
        'casualty_claims': [{'kind': 'killed', 'claimant': 'Etat-major',
                             'claimant_class': 'official', 'official': True,
                             'not_reported': True}],
        'headline': 'Attaque contre le poste de Kouakourou',
    }


def alert(payload):
    return alert_pb2.Alert.FromString(payload)


def receipt(payload):
    return receipt_pb2.Receipt.FromString(payload)


def pass_by(receipt):
    """Until the millisecond of this receipt is over: what is listed by time is in an order
    only where the times differ."""
    while time.time() * 1000 < receipt.received.ToMilliseconds() + 1:
        pass


def verdict(payload):
    return enums_pb2.Verdict.Name(receipt(payload).verdict)


def checks(payload):
    return sorted(violation.check for violation in receipt(payload).violations)


def box(user, leaf='incident'):
    return f'{ROOT}/from/{user}/{leaf}'

#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Writes the corpus files that no JSON file can say: protobuf bytes that are
wrong, or right to the last byte.

  make_bytes.py            writes the committed ones beside this script
  make_bytes.py --check    exits 1 where a committed one differs
  make_bytes.py --large D  writes those too large to commit beneath folder D

The encoder here is a second one on purpose: it knows the wire format and the
field numbers of incident.proto and nothing of protobuf-c. The same bytes come
out each time.
"""

import argparse
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_PAYLOAD = 64 * 1024


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def head(serial):
    """id, status, msg_type, sent, event and severity's neighbours of a plain
    incident; the caller adds severity (9) and headline (21)."""
    return (
        text(1, "b17e5000-0000-4000-8000-%012x" % serial)
        + number(2, 1)
        + number(3, 1)
        + text(5, number(1, 1723102800))  # 2024-08-08T07:40:00Z
        + text(7, number(1, 1))
    )


def tail():
    return number(10, 5) + text(11, text(1, "ML") + text(2, "ML0503")) + number(18, 2)


def plain(serial, severity=None, headline=None, extra=b""):
    severity = number(9, 4) if severity is None else severity
    headline = text(21, "Attack near Djenne") if headline is None else headline
    return head(serial) + severity + tail() + headline + extra


def small_files():
    whole = plain(2)
    return {
        "refused/empty.bin": b"",
        "refused/garbage.bin": b"\xff\xfe\xfd This is not an incident.",
        "refused/truncated.bin": whole[:-5],
        "refused/group.bin": plain(3, extra=varint(30 << 3 | 3) + varint(30 << 3 | 4)),
        "refused/tag-zero.bin": plain(4, extra=b"\x00\x01"),
        "refused/nul-in-string.bin": plain(5, headline=text(21, b"head\x00tail")),
        "refused/bad-utf8.bin": plain(6, headline=text(21, b"caf\xe9")),
        "refused/utf8-surrogate.bin": plain(7, headline=text(21, b"\xed\xa0\x80")),
        "refused/enum-99.bin": plain(8, severity=number(9, 99)),
        "refused/enum-2-32-plus-4.bin": plain(9, severity=number(9, (1 << 32) + 4)),
        "refused/enum-negative.bin": plain(10, severity=number(9, -1)),
        "refused/figure-2-32.bin": plain(11, extra=text(14, number(2, 1) + number(3, 1 << 32))),
        "refused/singular-twice.bin": plain(12, severity=number(9, 4) + number(9, 3)),
        "refused/unknown-fields-33.bin": plain(13, extra=number(999, 1) * 33),
        "refused/bad-utf8.json.bin": b'{"headline": "caf\xe9"}\n',
        "warned/unknown-field.bin": plain(15, extra=text(999, "not forwarded")),
        "warned/unknown-fields-32.bin": plain(16, extra=number(999, 1) * 32),
        "accepted/plain-protobuf.bin": plain(17),
        "accepted/bytes-8193.bin": sized(18, 8193),
    }


def sized(serial, size):
    """A valid incident of exactly so many bytes. Texts of 4,000 in description
    and instruction, then sources with long addresses, then one that fits."""
    out = plain(serial)
    for field in (22, 23):
        if size - len(out) > 4100:
            out += text(field, "a" * 4000)
    while size - len(out) > 2000:
        out += text(17, text(3, "u" * 1900))
    # One entry takes what is left, 94 to 2,000 bytes. Where its length field grows
    # by a byte there is a gap, which a name fills.
    for body in range(2001):
        entry = text(17, text(3, "u" * body))
        if len(out) + len(entry) == size:
            return out + entry
    for body in range(2001):
        entry = text(17, text(1, "n" * 10) + text(3, "u" * body))
        if len(out) + len(entry) == size:
            return out + entry
    raise ValueError("no incident of %d bytes" % size)


def large_files():
    too_large_json = {
        "id": "b17e5000-0000-4000-8000-0000000000ff",
        "status": "actual",
        "description": "",
    }
    room = MAX_PAYLOAD + 1 - len(json.dumps(too_large_json))
    too_large_json["description"] = "a" * room
    return {
        "refused/empty-claims-60k.bin": plain(14, extra=text(13, b"") * 30000),
        "refused/too-large.bin": sized(19, MAX_PAYLOAD + 1),
        "refused/too-large.json.bin": json.dumps(too_large_json).encode(),
        "accepted/bytes-65536.bin": sized(20, MAX_PAYLOAD),
    }


def write(folder, files):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)


def differing(folder, files):
    for name, data in files.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path) or open(path, "rb").read() != data:
            yield name


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--large", metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.large:
        write(arguments.large, large_files())
        return 0
    if arguments.check:
        wrong = list(differing(HERE, small_files()))
        for name in wrong:
            print("%s differs from what make_bytes.py writes" % name)
        return 1 if wrong else 0
    write(HERE, small_files())
    return 0


if __name__ == "__main__":
    sys.exit(main())

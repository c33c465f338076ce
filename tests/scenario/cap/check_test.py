#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The judges themselves: each error on their list is found in a document that has it,
and in no other.

  check_test.py
"""

import pathlib
import subprocess
import tempfile
import unittest

import check

SCHEMA = pathlib.Path(__file__).with_name('cap-1.2.xsd')
SQUARE = '14,-4 14,-3 15,-3 15,-4 14,-4'
GOOD = f'''<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>a-2</identifier>
  <sender>hub@example.org</sender>
  <sent>2024-08-07T18:30:00-00:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <scope>Restricted</scope>
  <restriction>partners</restriction>
  <references>hub@example.org,a-1,2024-08-07T17:30:00-00:00</references>
  <info>
    <language>fr</language>
    <category>Security</category>
    <event>Combats</event>
    <urgency>Past</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <eventCode><valueName>v</valueName><value>battles</value></eventCode>
    <effective>2024-08-07T18:30:00-00:00</effective>
    <expires>2024-08-08T18:30:00+00:00</expires>
    <headline>Attaque</headline>
    <description>Un poste attaqué.</description>
    <web>https://example.org/a</web>
    <resource><resourceDesc>Photo</resourceDesc><mimeType>image/png</mimeType></resource>
    <area>
      <areaDesc>Djenné</areaDesc>
      <polygon>{SQUARE}</polygon>
      <circle>14.22,-4.49 20</circle>
      <geocode><valueName>P-code</valueName><value>ML0503</value></geocode>
      <altitude>100</altitude>
      <ceiling>200</ceiling>
    </area>
  </info>
</alert>
'''
INFO = GOOD[GOOD.index('  <info>'):GOOD.index('</alert>')]
AREA = GOOD[GOOD.index('    <area>'):GOOD.index('  </info>')]
SHAPES = AREA[AREA.index('      <polygon>'):AREA.index('      <altitude>')]

# fault, what stands in the good document, what in the bad one, whether the schema sees it, too
ERRORS = [
    ('xml', '</alert>', '', True),
    ('namespace', 'cap:1.2"', 'cap:1.1"', True),
    ('time.form', '<sent>2024-08-07T18:30:00-00:00', '<sent>2024-08-07T18:30:00Z', True),
    ('time.form', '18:30:00-00:00</sent>', '18:30:00,00:00</sent>', True),
    ('time.form', '18:30:00-00:00</sent>', '18:30:00.5-00:00</sent>', True),
    ('time.form', '18:30:00-00:00</sent>', '18:30-00:00</sent>', True),
    ('time.form', '2024-08-07T18:30:00-00:00</sent>', '2024-13-07T18:30:00-00:00</sent>', True),
    ('time.form', '17:30:00-00:00</references>', '17:30:00Z</references>', False),
    ('identifier.form', '<identifier>a-2', '<identifier>a,2', True),
    ('identifier.form', '<identifier>a-2', '<identifier>a 2', True),
    ('sender.form', '<sender>hub@', '<sender>hub&amp;', True),
    ('sender.form', '<sender>hub@', '<sender>hub&lt;', True),
    ('reference.self', 'org,a-1,', 'org,a-2,', False),
    ('reference.form', 'org,a-1,', 'org,a-1', False),
    ('reference.form', 'hub@example.org,a-1,', ',a-1,', False),
    ('references.missing', '  <references>hub@example.org,a-1,2024-08-07T17:30:00-00:00</references>\n', '', False),
    ('references.missing', 'hub@example.org,a-1,2024-08-07T17:30:00-00:00</ref', ' </ref', False),
    ('restriction.scope', '<scope>Restricted', '<scope>Public', False),
    ('restriction.missing', '  <restriction>partners</restriction>\n', '', False),
    ('addresses.scope', '</restriction>', '</restriction><addresses>a</addresses>', False),
    ('addresses.missing', '<scope>Restricted</scope>\n  <restriction>partners</restriction>',
     '<scope>Private</scope>', False),
    ('password.element', '<msgType>', '<password>x</password><msgType>', True),
    ('element.unknown', '<msgType>', '<mood>x</mood><msgType>', True),
    ('element.twice', '<msgType>Update</msgType>', '<msgType>Update</msgType><msgType>Update</msgType>', True),
    ('sequence', '<status>Actual</status>\n  <msgType>Update</msgType>',
     '<msgType>Update</msgType>\n  <status>Actual</status>', True),
    ('sequence', '<urgency>Past</urgency>\n    <severity>Severe</severity>',
     '<severity>Severe</severity>\n    <urgency>Past</urgency>', True),
    ('info.none', INFO, '', False),
    ('area.none', AREA, '', False),
    ('area.shape', SHAPES, '', False),
    ('area.description', 'Djenné</areaDesc>', '</areaDesc>', False),
    ('language.form', '<language>fr', '<language>fr_ML', True),
    ('language.form', '<language>fr', '<language>fr-', True),
    ('mime.form', 'image/png', 'png', False),
    ('uri.relative', '</mimeType>', '</mimeType><uri>photo.png</uri>', False),
    ('web.relative', 'https://example.org/a', '/a', False),
    ('web.relative', 'https://example.org/a', 'example.org', False),
    ('certainty.very_likely', '<certainty>Observed', '<certainty>Very Likely', True),
    ('effective.after_expires', '<expires>2024-08-08', '<expires>2024-08-06', False),
    ('effective.after_expires', '<effective>2024-08-07T18:30:00-00:00', '<effective>2024-08-09T18:30:00-00:00', False),
    ('description.missing', '    <description>Un poste attaqué.</description>\n', '', False),
    ('web.missing', '    <web>https://example.org/a</web>\n', '', False),
    ('expires.missing', '    <expires>2024-08-08T18:30:00+00:00</expires>\n', '', False),
    ('polygon.open', '15,-4 14,-4</polygon>', '15,-4 14,-4.1</polygon>', False),
    ('polygon.few', SQUARE, '14,-4 14,-3 14,-4', True),
    ('polygon.crossing', SQUARE, '14,-4 15,-3 15,-4 14,-3 14,-4', False),
    ('polygon.crossing', SQUARE, '14,-4 14,-3 15,-3 14,-3.5 15,-4 14,-4', False),
    ('polygon.form', SQUARE, '14,-4 14,-3 15,-3 15 14,-4', True),
    ('polygon.form', SQUARE, SQUARE.replace('15,', '115,'), False),
    ('circle.form', '14.22,-4.49 20', '14.22 -4.49 20', True),
    ('circle.form', '14.22,-4.49 20', '94.22,-4.49 20', False),
    ('circle.form', '14.22,-4.49 20', '14.22,-4.49', True),
    ('ceiling.alone', '      <altitude>100</altitude>\n', '', False),
    ('ceiling.below', '<ceiling>200', '<ceiling>50', False),
]
WARNINGS = [
    ('reference.later', '17:30:00-00:00</references>', '19:30:00-00:00</references>'),
    ('text.html', 'Un poste attaqué', 'Un &lt;b&gt;poste&lt;/b&gt; attaqué'),
    ('text.html', '>Attaque<', '>Attaque &amp;eacute;<'),
    ('headline.repeated', 'Un poste attaqué.', 'Attaque'),
    ('headline.long', '>Attaque<', '>' + 'x' * 161 + '<'),
    ('circle.zero', '14.22,-4.49 20', '14.22,-4.49 0'),
    ('severity.unknown', '<severity>Severe', '<severity>Unknown'),
]


def second(**changes):
    """The good document with a second block, in another language."""
    block = INFO.replace('>fr<', '>en<').replace('Combats', 'Battles').replace('>Attaque<', '>Attack<')
    block = block.replace('Un poste attaqué', 'A post attacked')
    for old, new in changes.get('replace', []):
        assert old in block
        block = block.replace(old, new)
    return GOOD.replace('</alert>', f'{block}</alert>')


class Judges(unittest.TestCase):
    def schema(self, document):
        with tempfile.NamedTemporaryFile(suffix='.xml') as file:
            file.write(document.encode())
            file.flush()
            return subprocess.run(['xmllint', '--noout', '--nonet', '--schema', SCHEMA, file.name], capture_output=True,
                                  text=True, check=False)

    def bad(self, old, new):
        self.assertIn(old, GOOD)
        return GOOD.replace(old, new)

    def test_the_good_ones_pass(self):
        for document in (GOOD, second()):
            self.assertEqual(check.check(document.encode()), ([], []))
            done = self.schema(document)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_each_error_is_found(self):
        for fault, old, new, by_schema in ERRORS:
            with self.subTest(fault=fault, new=new[:40]):
                document = self.bad(old, new)
                self.assertEqual({found for found, _ in check.check(document.encode())[0]}, {fault})
                self.assertEqual(self.schema(document).returncode != 0, by_schema)

    def test_each_warning_is_found(self):
        for fault, old, new in WARNINGS:
            with self.subTest(fault=fault):
                errors, warnings = check.check(self.bad(old, new).encode())
                self.assertEqual((errors, [found for found, _ in warnings]), ([], [fault]))

    def test_blocks_that_disagree(self):
        for fault, old, new in (('category.differs', '>Security<', '>Safety<'),
                                ('event_code.differs', '>battles<', '>riots<')):
            errors, _ = check.check(second(replace=[(old, new)]).encode())
            self.assertEqual([found for found, _ in errors], [fault])
        _, warnings = check.check(second(replace=[('>Battles<', '>Combats<')]).encode())
        self.assertEqual(warnings, [('language.same_text', 'event')])


if __name__ == '__main__':
    unittest.main()

import { describe, expect, test } from 'vitest';
import {
  type AptSource,
  formatAptSource,
  parseDeb822Sources,
  parseOneLineSources,
  pickDebianSource,
} from '../../harness/provision/apt-source.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const source = (over: Partial<AptSource>): AptSource => ({
  file: '/etc/apt/sources.list.d/x.sources',
  uris: ['http://mirror.example/debian'],
  suites: ['bookworm'],
  components: ['main'],
  ...over,
});

describe('one-line sources', () => {
  test.for<[string, Partial<AptSource>[]]>([
    [
      'deb http://mirror.example/debian bookworm main contrib',
      [{ uris: ['http://mirror.example/debian'], suites: ['bookworm'], components: ['main', 'contrib'] }],
    ],
    [
      `deb [arch=amd64,arm64 signed-by=${KEYRING}] https://mirror.example/debian/ trixie main # ours`,
      [
        {
          uris: ['https://mirror.example/debian/'],
          suites: ['trixie'],
          components: ['main'],
          signedBy: KEYRING,
        },
      ],
    ],
    [
      'deb [check-valid-until=no signed-by=/a.gpg,/b.gpg] http://s.example/d bookworm main',
      [
        {
          uris: ['http://s.example/d'],
          suites: ['bookworm'],
          signedBy: '/a.gpg /b.gpg',
          checkValidUntil: 'no',
        },
      ],
    ],
    ['# deb http://mirror.example/debian bookworm main', []],
    ['deb-src http://mirror.example/debian bookworm main', []],
    ['deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main', []],
    ['', []],
  ])('%s', ([text, expected]) => {
    const parsed = parseOneLineSources(text, '/etc/apt/sources.list');
    expect(parsed).toHaveLength(expected.length);
    for (const [index, fields] of expected.entries()) expect(parsed[index]).toMatchObject(fields);
  });

  test('an option that was not written is absent', () => {
    const [parsed] = parseOneLineSources('deb [trusted=yes] http://m.example/debian bookworm main', 'f');
    expect(Object.keys(parsed ?? {}).sort()).toEqual(['components', 'file', 'suites', 'uris']);
  });
});

describe('deb822 sources', () => {
  test('two stanzas, comments between the fields, several suites', () => {
    const text = [
      'Types: deb deb-src',
      '# a remark',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      `Signed-By: ${KEYRING}`,
      '',
      'types: deb',
      'uris: http://mirror.example/debian-security',
      'suites: bookworm-security',
      'components: main',
    ].join('\n');
    expect(parseDeb822Sources(text, 'f')).toEqual([
      {
        file: 'f',
        uris: ['http://mirror.example/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        signedBy: KEYRING,
      },
      {
        file: 'f',
        uris: ['http://mirror.example/debian-security'],
        suites: ['bookworm-security'],
        components: ['main'],
      },
    ]);
  });

  test.for([
    [
      'switched off',
      'Types: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\nEnabled: no',
    ],
    ['sources only', 'Types: deb-src\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main'],
  ])('a stanza that is %s serves nothing', ([, text]) => {
    expect(parseDeb822Sources(text ?? '', 'f')).toEqual([]);
  });

  test('a key that stands in the stanza is copied whole', () => {
    const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n ${key}\n`;
    const [parsed] = parseDeb822Sources(text, 'f');
    expect(parsed?.signedBy).toBe(key);
    expect(formatAptSource(parsed as AptSource, ['bookworm'], 'amd64')).toContain(`Signed-By:\n ${key}\n`);
  });
});

describe('the entry that serves Debian', () => {
  const debian = source({ file: '/etc/apt/sources.list.d/debian.sources', signedBy: KEYRING });
  const ours = source({ signedBy: KEYRING });
  const vendor = source({ uris: ['https://vendor.example/apt'], signedBy: '/usr/share/keyrings/vendor.gpg' });
  test.for<[string, AptSource[], AptSource | undefined]>([
    ['is the one with the right suite', [source({ suites: ['nodistro'] }), debian], debian],
    ['is not a vendor that uses the same suite names', [vendor, debian], debian],
    [
      'is the one with the key of Debian, when all else is alike',
      [source({ signedBy: '/usr/share/keyrings/vendor.gpg' }), ours],
      ours,
    ],
    ['is not security or backports alone', [source({ suites: ['bookworm-security'] })], undefined],
    ['has the component main', [source({ components: ['contrib'] })], undefined],
    ['has a mirror', [source({ uris: [] })], undefined],
  ])('%s', ([, sources, expected]) => {
    expect(pickDebianSource(sources, 'bookworm')).toBe(expected);
  });
});

test('our own source file has the mirror and the key of the configured one, and never its switched-off checks', () => {
  const [trusting] = parseOneLineSources(
    `deb [trusted=yes check-valid-until=no signed-by=${KEYRING}] http://m.example/debian bookworm main`,
    'f',
  );
  expect(formatAptSource(trusting as AptSource, ['bookworm', 'bookworm-backports'], 'amd64')).toBe(
    [
      'Types: deb',
      'URIs: http://m.example/debian',
      'Suites: bookworm bookworm-backports',
      'Components: main',
      'Architectures: amd64',
      'Targets: Packages',
      'Languages: none',
      'Check-Valid-Until: no',
      `Signed-By: ${KEYRING}`,
      '',
    ].join('\n'),
  );
});

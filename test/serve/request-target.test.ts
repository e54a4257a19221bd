import { expect, test } from 'vitest';
import { isLoopbackHost, parseTarget } from '../../harness/serve/request-target.ts';

test.for([
  ['/', { kind: 'list' }],
  ['/?text=x', { kind: 'list' }],
  ['/runs.json', { kind: 'data' }],
  ['/runs/r-1', { kind: 'run', id: 'r-1' }],
  ['/runs/r-1/', { kind: 'run', id: 'r-1' }],
  ['/runs/r-1/report.html?x#y', { kind: 'file', id: 'r-1', names: ['report.html'] }],
  ['/runs/a%20b/captures/x.cpu/y.json', { kind: 'file', id: 'a b', names: ['captures', 'x.cpu', 'y.json'] }],
  ...[
    '',
    '*',
    'http://evil.example/',
    '//evil.example/',
    '/__proto__',
    '/etc/passwd',
    '/runs/',
    '/runs/..',
    '/runs/%2e%2e/x',
    '/runs/r/../x',
    '/runs/r/%2E%2E/x',
    '/runs/r/..%2fx',
    '/runs/r/a%2Fb',
    '/runs/r/a%5cb',
    '/runs/r/a\\b',
    '/runs/r/a%00b',
    '/runs/r/%',
    '/runs/r/%ff',
    '/runs/r//x',
    '/runs/r/./x',
  ].map((url) => [url, { kind: 'refused' }] as const),
] as const)('%j asks for %j', ([url, target]) => {
  expect(parseTarget(url)).toEqual(target);
});

test.for([
  ['127.0.0.1:7357', true],
  ['localhost', true],
  ['LOCALHOST:80', true],
  ['[::1]:7357', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example:7357', false],
  ['0.0.0.0:7357', false],
  ['192.168.1.2:7357', false],
  ['user@127.0.0.1', false],
  ['', false],
  [undefined, false],
] as const)('Host %j is loopback: %j', ([host, holds]) => {
  expect(isLoopbackHost(host)).toBe(holds);
});

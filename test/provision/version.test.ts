import { expect, test } from 'vitest';
import { majorOf, upstreamVersion, versionIn } from '../../harness/provision/version.ts';

test.for<[string, string | undefined]>([
  ['qemu-aarch64 version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)', '10.0.2'],
  ['ChromeDriver 156.0.8078.79 (a21ce95c24ce-refs/branch-heads/8078@{#1704})', '156.0.8078.79'],
  ['OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.16', '9.2'],
  ['openjdk version "17.0.15" 2025-04-15', '17.0.15'],
  ['command not found', undefined],
])('the version in "%s"', ([text, expected]) => {
  expect(versionIn(text)).toBe(expected);
});

test.for<[string, string | undefined]>([
  ['1:10.0.2+ds-2+deb13u1~bpo12+1', '10.0.2'],
  ['1:7.2+dfsg-7+deb12u18+b3', '7.2'],
  ['156.0.8078.79-1~deb12u1', '156.0.8078.79'],
  ['2.36-8cross1', '2.36'],
  ['', undefined],
])('the upstream part of %s', ([text, expected]) => {
  expect(upstreamVersion(text)).toBe(expected);
});

test('no version is never new enough', () => {
  expect(majorOf(undefined) >= 10).toBe(false);
  expect(majorOf(undefined) < 10).toBe(false);
  expect(majorOf('10.0.2')).toBe(10);
});

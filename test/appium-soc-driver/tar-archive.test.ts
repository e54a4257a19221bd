import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tarArchive } from '../../harness/appium-soc-driver/src/tar-archive.ts';

test("the system's tar unpacks what went in, for sizes around the block's", () => {
  const files = [0, 1, 511, 512, 513, 100_000].map((size) => ({
    path: `deep/er/file-${size}`,
    bytes: new Uint8Array(size).map((_, index) => (index * 31) % 256),
  }));
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetdiff-test-tar-'));
  try {
    execFileSync('tar', ['-xf', '-', '-C', folder], { input: Buffer.concat([...tarArchive(files)]) });
    for (const file of files) {
      expect(new Uint8Array(readFileSync(path.join(folder, file.path)))).toEqual(file.bytes);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a path that the format cannot hold is refused', () => {
  const file = { path: 'a'.repeat(101), bytes: new Uint8Array() };
  expect(() => [...tarArchive([file])]).toThrow('too long');
});

import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { scratchFolder } from './sources.ts';

const BYTES = 256 << 20;
/** Node, its threads and their buffers take less than this; either side of the pair alone would take more. */
const MOST_RSS_BYTES = 200 << 20;

/** Compares two files in a process of its own, which must end by itself: idle threads may not hold it. */
const PROGRAM = `
const { compareSources } = await import(process.argv[1]);
const source = (file) => ({
  name: 't', dtype: 'float32', shape: [${BYTES / 4}],
  bytes: { in: 'file', file, offset: 0, byteLength: ${BYTES} },
});
const [reference, candidate] = process.argv.slice(2).map(source);
const { metrics } = await compareSources(reference, candidate, { atol: 0, rtol: 0 });
const rssBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ rssBytes, elements: metrics.elements, mismatched: metrics.mismatch_fraction }));
`;

test('two files of 256 MiB are compared in less memory than one of them takes', async () => {
  const folder = await scratchFolder();
  const files = ['reference', 'candidate'].map((name) => path.join(folder, name));
  for (const [index, file] of files.entries()) {
    // Sparse: the disk holds none of the zeros.
    const handle = await open(file, 'w');
    await handle.truncate(BYTES);
    await handle.write(new Uint8Array(new Float32Array([index]).buffer), 0, 4, BYTES - 4);
    await handle.close();
  }
  const compareSources = new URL('../../dist/comparison/compare-sources.js', import.meta.url);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, compareSources.href, ...files],
    { timeout: 120_000 },
  );
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ elements: BYTES / 4, mismatched: 4 / BYTES });
  expect(found.rssBytes).toBeLessThan(MOST_RSS_BYTES);
}, 130_000);

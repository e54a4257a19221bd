import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileOf, freshFolder, writeFloats } from './files.ts';
import { runDiff } from './run-diff.ts';

/** Files that cannot be read as they were written prove nothing: exit 2 with the file and the reason, on either side. */

type Bytes = Buffer<ArrayBuffer>;
const good = async (name: string): Promise<Bytes> => Buffer.from(await readFile(fileOf(name)));

/** The bytes with some of them replaced. */
function patched(bytes: Bytes, at: number, values: readonly number[]): Bytes {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

const text = (bytes: Bytes, from: string, to: string) =>
  Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');

/** one.npz: a stored array of two float32. Its eight bytes of data end where the directory begins. */
const dataAt = (bytes: Bytes): number => bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1')) - 8;

const NPY_HEADER_BYTES = 128;
const npyIn = (bytes: Bytes): Bytes =>
  Buffer.from(bytes.subarray(dataAt(bytes) - NPY_HEADER_BYTES, dataAt(bytes) + 8));

/** A megabyte of zeros in a kilobyte. */
const deflated = async (): Promise<Bytes> => {
  const file = await writeFloats(path.join(await freshFolder(), 'zeros.npz'), {
    y: Array.from({ length: 2 ** 18 }, () => 0),
  });
  return Buffer.from(await readFile(file));
};

/** The archive of one array, whose headers say that it unpacks to so many bytes (APPNOTE 4.3.7, 4.3.12). */
function declaring(bytes: Bytes, size: number): Bytes {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(size, copy.indexOf(Buffer.from('PK\x03\x04', 'latin1')) + 22);
  copy.writeUInt32LE(size, copy.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
  return copy;
}

const DAMAGED: readonly {
  readonly of: string;
  readonly file: string;
  readonly make: () => Promise<Uint8Array>;
  readonly says: RegExp;
}[] = [
  {
    of: 'an archive cut short',
    file: 'y.npz',
    make: async () => (await good('one.npz')).subarray(0, 200),
    says: /E_NPZ/,
  },
  {
    of: 'one byte of a stored array',
    file: 'y.npz',
    make: async () => {
      const bytes = await good('one.npz');
      return patched(bytes, dataAt(bytes), [1]);
    },
    says: /checksum|CRC/i,
  },
  {
    of: 'one byte of a deflated array',
    file: 'y.npz',
    make: async () => {
      const bytes = await good('agree.candidate.npz');
      const at = Math.floor(bytes.length / 3);
      return patched(bytes, at, [bytes[at]! ^ 0x10]);
    },
    says: /E_/,
  },
  {
    of: 'a deflated array that unpacks to more than it declares, as a bomb does',
    file: 'y.npz',
    make: async () => declaring(await deflated(), 136),
    says: /E_NPZ/,
  },
  {
    of: 'a deflated array that unpacks to less than it declares',
    file: 'y.npz',
    make: async () => declaring(await deflated(), 2 ** 31 - 1),
    says: /E_NPZ/,
  },
  {
    of: 'two arrays of one name',
    file: 'y.npz',
    make: () => good('twice.npz'),
    says: /two entries named "y/,
  },
  { of: 'an array of objects', file: 'y.npz', make: () => good('object.npz'), says: /Python objects/ },
  { of: 'an array of complex numbers', file: 'y.npz', make: () => good('complex.npz'), says: /complex/ },
  { of: 'no byte at all', file: 'y.npz', make: async () => new Uint8Array(), says: /E_/ },
  { of: 'text', file: 'y.npz', make: async () => Buffer.from('not an archive\n'), says: /E_NPZ/ },
  {
    of: 'an .npy cut short',
    file: 'y.npy',
    make: async () => npyIn(await good('one.npz')).subarray(0, NPY_HEADER_BYTES + 7),
    says: /E_/,
  },
  {
    of: 'an .npy with bytes beyond its data',
    file: 'y.npy',
    make: async () => Buffer.concat([npyIn(await good('one.npz')), Buffer.of(0)]),
    says: /E_/,
  },
  {
    of: 'a shape that its data do not fill',
    file: 'y.npy',
    make: async () => text(npyIn(await good('one.npz')), '(2,), } ', '(200,),}'),
    says: /E_/,
  },
  {
    of: 'a shape whose product overflows',
    file: 'y.npy',
    make: async () =>
      text(
        npyIn(await good('one.npz')),
        '(2,), }'.padEnd(42),
        '(4294967296, 4294967296, 4294967296), }'.padEnd(42),
      ),
    says: /E_/,
  },
  {
    of: 'a negative shape',
    file: 'y.npy',
    make: async () => text(npyIn(await good('one.npz')), '(2,), } ', '(-2,), }'),
    says: /E_/,
  },
  {
    of: 'a safetensors header beyond the file',
    file: 'y.safetensors',
    make: async () => patched(await good('narrow.reference.safetensors'), 0, [255, 255, 255, 255, 0]),
    says: /E_SAFETENSORS/,
  },
  {
    of: 'a safetensors file cut short',
    file: 'y.safetensors',
    make: async () => {
      const bytes = await good('narrow.reference.safetensors');
      return bytes.subarray(0, bytes.length - 1);
    },
    says: /E_SAFETENSORS/,
  },
  {
    of: 'an ONNX tensor cut short',
    file: 'y.pb',
    make: async () => (await good('onnx.reference/test_data_set_0/output_0.pb')).subarray(0, 12),
    says: /E_/,
  },
  {
    of: 'an ending that is of no tensor file',
    file: 'y.txt',
    make: () => good('one.npz'),
    says: /E_TENSOR_FILE/,
  },
];

describe('exit 2, with the file and the reason', () => {
  test.for(DAMAGED)('$of', async ({ file, make, says }) => {
    const folder = await freshFolder();
    const bad = path.join(folder, file);
    await writeFile(bad, await make());
    for (const sides of [
      [bad, fileOf('one.npz')],
      [fileOf('one.npz'), bad],
      [bad, bad],
    ]) {
      const ended = await runDiff(sides);
      expect(ended.code, ended.stdout + ended.stderr).toBe(2);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).toContain(file);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
  });

  test('the undamaged files are read: what fails above fails for its damage', async () => {
    const folder = await freshFolder();
    const npy = path.join(folder, 'y.npy');
    await writeFile(npy, npyIn(await good('one.npz')));
    for (const file of [
      npy,
      fileOf('one.npz'),
      fileOf('agree.candidate.npz'),
      fileOf('narrow.reference.safetensors'),
    ]) {
      expect((await runDiff([file, file])).code).toBe(0);
    }
  });

  test('a file that is not there, a folder without tensors, a link to nowhere', async () => {
    const folder = await freshFolder();
    await mkdir(path.join(folder, 'empty'));
    await symlink(path.join(folder, 'gone.npz'), path.join(folder, 'link.npz'));
    for (const [name, says] of [
      ['gone.npz', /E_FILE_UNREADABLE .*gone\.npz/],
      ['empty', /E_TENSOR_SET .*empty/],
      ['link.npz', /E_FILE_UNREADABLE .*link\.npz/],
    ] as const) {
      const ended = await runDiff([path.join(folder, name), fileOf('one.npz')]);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(says);
    }
  });

  test('one damaged file of a folder spoils the folder', async () => {
    const folder = await freshFolder();
    for (const side of ['r', 'c']) {
      await mkdir(path.join(folder, side));
      await writeFile(path.join(folder, side, 'a.npz'), await good('one.npz'));
    }
    await writeFile(path.join(folder, 'c', 'b.npz'), (await good('one.npz')).subarray(0, 100));
    const ended = await runDiff([path.join(folder, 'r'), path.join(folder, 'c')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('b.npz');
  });
});

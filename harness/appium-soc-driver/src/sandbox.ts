import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errors } from 'appium/driver.js';

/** Writes a base64 payload to `remotePath` inside the session's folder. @throws InvalidArgumentError when the path leads out */
export async function pushToSandbox(root: string, remotePath: string, base64: string): Promise<void> {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
    throw new errors.InvalidArgumentError('pushFile: the data is not base64.');
  }
  const file = inside(root, remotePath);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, Buffer.from(base64, 'base64'));
}

/** The bytes of `remotePath` inside the session's folder, in base64. @throws InvalidArgumentError */
export async function pullFromSandbox(root: string, remotePath: string): Promise<string> {
  const file = inside(root, remotePath);
  try {
    return (await readFile(file)).toString('base64');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
    throw new errors.InvalidArgumentError(`pullFile: this session holds no file "${remotePath}".`);
  }
}

function inside(root: string, remotePath: string): string {
  const file = path.resolve(root, remotePath.replace(/^\/+/, ''));
  if (file.startsWith(root + path.sep)) return file;
  throw new errors.InvalidArgumentError(`The path "${remotePath}" leads out of the session's folder.`);
}

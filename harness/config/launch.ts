import path from 'node:path';
import { z } from 'zod';
import type { Launch } from '../domain/device.ts';
import { checkShape } from './check-shape.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';

// A leading dash would reach ssh and qemu as an option of theirs.
const word = (what: string) => z.string().regex(/^[^-\s]\S*$/, { error: what });

// Text of digits too: what `${PORT}` leaves behind is text.
const port = z.int().min(1).max(65535);

const emulatorShape = z.strictObject({
  emulator: z.enum(['qemu-user']),
  arch: z.enum(['x86_64', 'aarch64']),
  cpu: word('the name of a CPU as qemu spells it, such as "cortex-a53"'),
});

const sshShape = z.strictObject({
  ssh: word('user@host, or an alias of your ssh configuration'),
  port: z
    .union([port, z.string().regex(/^\d+$/).transform(Number).pipe(port)], {
      error: 'a port from 1 to 65535',
    })
    .optional(),
  identityFile: z.string().min(1).optional(),
  knownHostsFile: z.string().min(1).optional(),
  node: word("Node's command on the board, without arguments").optional(),
});

/**
 * `host`, `{emulator, arch, cpu}` or `{ssh, …}`. Files are relative to devices.yml; one that starts with `~` is left to ssh.
 */
export function readLaunch(value: unknown, yaml: YamlFile, at: YamlPath): Launch {
  const shape = { at, value };
  if (value === 'host') return { kind: 'host' };
  if (has(value, 'emulator')) {
    return { kind: 'emulator', ...checkShape(emulatorShape, yaml, 'E_DEVICES_SHAPE', shape) };
  }
  if (!has(value, 'ssh')) {
    const wanted = 'host, {emulator: qemu-user, arch: …, cpu: …} or {ssh: user@host}';
    return checkShape(z.never({ error: wanted }), yaml, 'E_DEVICES_SHAPE', shape);
  }
  const { ssh, port, identityFile, knownHostsFile, node } = checkShape(
    sshShape,
    yaml,
    'E_DEVICES_SHAPE',
    shape,
  );
  return {
    kind: 'ssh',
    destination: ssh,
    ...(port === undefined ? {} : { port }),
    ...(identityFile === undefined ? {} : { identityFile: besideFile(yaml.file, identityFile) }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile: besideFile(yaml.file, knownHostsFile) }),
    ...(node === undefined ? {} : { node }),
  };
}

function besideFile(file: string, name: string): string {
  return name.startsWith('~') || path.isAbsolute(name) ? name : path.join(path.dirname(file), name);
}

function has(value: unknown, key: string): boolean {
  return value !== null && typeof value === 'object' && key in value;
}

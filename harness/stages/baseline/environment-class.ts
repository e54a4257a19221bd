import { createHash } from 'node:crypto';
import type { EnvironmentClass } from '../../domain/baseline.ts';
import type { DeviceFacts } from '../../domain/run-files.ts';

/** Of what a device said of itself; see EnvironmentClass for what is in it and what is not. */
export function environmentClassOf({
  arch,
  isa,
  emulator = '',
  adapter = '',
}: DeviceFacts): EnvironmentClass {
  const facts = { arch, isa: [...new Set(isa)].sort(), emulator: withoutVersions(emulator), adapter };
  const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 6);
  return { id: `${arch.replace(/[^A-Za-z0-9_]/g, '').slice(0, 40)}-${hash}`, ...facts };
}

/** `qemu-user 10.0.2 cpu=Haswell` -> `qemu-user cpu=Haswell` */
const withoutVersions = (emulator: string): string =>
  emulator
    .split(' ')
    .filter((word) => !/^v?\d/.test(word))
    .join(' ');

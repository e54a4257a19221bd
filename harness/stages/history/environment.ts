import { createHash } from 'node:crypto';
import type { Environment, EnvironmentFact } from '../../domain/history.ts';
import type { Provenance } from '../../domain/run-files.ts';

/** What a capture's bytes depend on, fact by fact. */
export function environmentOf({
  device,
  driver,
  delegate,
  modelSha256,
  inputsSha256,
  agentSha256,
  harness,
}: Provenance): Environment {
  const { name: _, optional: _optional, runtime: _runtime, provider, ...options } = delegate;
  const facts: Record<EnvironmentFact, string> = {
    model: modelSha256,
    inputs: inputsSha256,
    runtime: named(device.runtime),
    provider,
    options: JSON.stringify(sorted(options)),
    driver: named(driver),
    os: device.os,
    host: named(device.host),
    soc: device.soc,
    isa: [device.arch, ...device.isa].join(' '),
    emulator: device.emulator ?? '',
    adapter: device.adapter ?? '',
    agent: agentSha256,
    harness: harness.version,
  };
  const id = createHash('sha256')
    .update(JSON.stringify(sorted(facts)))
    .digest('hex')
    .slice(0, 32);
  return { id, facts };
}

const named = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  `${name} ${version}`;

/** The order in which a file names its keys is no difference. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

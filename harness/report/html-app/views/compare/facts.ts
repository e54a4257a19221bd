import { formatBytes, formatNumber } from '../../../format-number.ts';
import type { TargetDetail, TargetHead } from '../../../page-data/page-data.ts';

/** What both targets have a value of, or one of them. */
export interface Fact {
  readonly name: string;
  /** undefined: not known. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

/** What the bytes depend on, in the order in which a reader asks. */
export function factsOf(
  first: { readonly target: TargetHead; readonly detail: TargetDetail | undefined },
  second: { readonly target: TargetHead; readonly detail: TargetDetail | undefined },
): Fact[] {
  const [left, right] = [factsOfOne(first.target, first.detail), factsOfOne(second.target, second.detail)];
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
    name,
    first: left.get(name),
    second: right.get(name),
  }));
}

function factsOfOne(target: TargetHead, detail: TargetDetail | undefined): ReadonlyMap<string, string> {
  const { capture, placement } = detail ?? {};
  const facts: [string, string | undefined][] = [
    ['SoC', target.soc],
    ['OS', target.os],
    ['Runtime', target.runtime],
    ['Provider', target.provider],
    ['Emulator', target.emulator],
    ['Tags', target.tags.length === 0 ? undefined : target.tags.join(' ')],
  ];
  if (capture?.status === 'captured') {
    const { device, driver, delegate, modelSha256, inputsSha256, agentSha256, harness } = capture.provenance;
    facts.push(
      ['ISA', device.isa.join(' ')],
      ['Host', `${device.host.name} ${device.host.version}`],
      ['GPU adapter', device.adapter],
      ['Memory', device.memoryBytes === undefined ? undefined : formatBytes(device.memoryBytes)],
      ['Threads', String(delegate.threads)],
      ['Optimization', delegate.optimization],
      ['Bundle', delegate.bundle],
      ...prefixed('Session', delegate.sessionConfig),
      ...prefixed('Environment', delegate.env),
      ['Appium driver', `${driver.name} ${driver.version}`],
      ['Model', modelSha256.slice(0, 16)],
      ['Inputs', inputsSha256.slice(0, 16)],
      ['Agent', agentSha256.slice(0, 16)],
      ['fleetdiff', harness.version],
    );
  }
  if (placement !== undefined) {
    facts.push(
      ['Asked for', placement.requested],
      [
        'Nodes that ran elsewhere',
        placement.status === 'unknown'
          ? 'not known: the runtime gave no profile'
          : formatNumber(placement.fallbacks),
      ],
      ...prefixed('Nodes on', placement.providers),
      ...prefixed('Nodes of', placement.operators),
    );
  }
  return new Map(facts.filter((fact): fact is [string, string] => fact[1] !== undefined));
}

function prefixed(kind: string, options: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(options).map(([name, value]) => [`${kind} ${name}`, String(value)]);
}

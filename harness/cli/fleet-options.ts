import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shard } from '../domain/shard.ts';
import type { Selection } from '../stages/plan/select-targets.ts';

/** Options that name a fleet and a part of it. */
export interface FleetOptions {
  readonly devices: string;
  readonly only: readonly string[];
  readonly tag: readonly string[];
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

export function addFleetOptions(command: Command): Command {
  return command
    .addOption(new Option('--devices <file>', 'the fleet').default('devices.yml'))
    .addOption(
      new Option('--only <glob>', 'targets by device/delegate; may be repeated')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--tag <tag>', 'devices that bear the tag; may be repeated')
        .argParser(collect)
        .default([], 'all'),
    );
}

export function selectionOf(options: FleetOptions): Selection {
  return { only: options.only, tags: options.tag };
}

/** Parses an option that is a count of at least one. */
export function positiveCount(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number of at least 1');
}

/** Parses `2/3`: the second of three parts. */
export function shardOf(text: string): Shard {
  const [index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new InvalidArgumentError('expected I/N, such as 2/3: the second of three parts');
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordSimulatedFleet, type SimulatedFleet } from './simulated-fleet.ts';
import { costOfCli, type Finished } from './whole-process.ts';

/** In the order of a nightly run. Each is a process of its own, which reads what the one before wrote. */
export const FLEET_STAGES = ['compare', 'judge', 'render', 'append'] as const;
export type FleetStage = (typeof FLEET_STAGES)[number];

const COMMANDS: Readonly<Record<FleetStage, readonly string[]>> = {
  compare: ['compare', 'run'],
  judge: ['judge', 'run'],
  render: ['render', 'run'],
  append: ['history', '--import', 'run', '--history', 'history.duckdb'],
};

/** What every stage after the captures costs. The run is written to a temporary folder first, as capture would leave it. */
export async function costOfStages(fleet: SimulatedFleet): Promise<Readonly<Record<FleetStage, Finished>>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    await recordSimulatedFleet(
      { root: path.join(folder, 'run') },
      fleet,
      'simulated',
      new Date(0).toISOString(),
    );
    const costs: Partial<Record<FleetStage, Finished>> = {};
    for (const stage of FLEET_STAGES) costs[stage] = await costOfCli(COMMANDS[stage], folder);
    return costs as Record<FleetStage, Finished>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import type { Plan } from '../../domain/run-files.ts';
import type { CaptureEvent } from '../../stages/capture.ts';

type DeviceEvent = Exclude<CaptureEvent, { phase: 'begun' }>;

/** A device and what it is at. */
export interface LaneState {
  readonly device: string;
  phase: 'waiting' | 'starting' | 'running' | 'over';
  /** `device/delegate`, once it has begun. */
  target: string;
  /** What it is at: a suite, and how much of it. */
  work: string;
  sinceMs: number;
  /** Its captures: due, and settled in any way. */
  due: number;
  settled: number;
  failed: number;
}

/** A reason and the targets that failed for it: a server that is down is told once. */
export interface Trouble {
  readonly reason: string;
  readonly targets: string[];
}

/** Where a capture stands, as its events tell it. */
export class CaptureBoard {
  /** Captures that the run needs, and those that are settled: captured now or before, failed, skipped. */
  readonly total: number;
  settled = 0;
  captured = 0;
  held = 0;
  readonly lanes = new Map<string, LaneState>();
  readonly troubles = new Map<string, Trouble>();
  readonly #work: ReadonlyMap<string, string>;

  constructor(plan: Plan) {
    this.total = plan.captures.length;
    this.#work = new Map(
      plan.suites.map(({ name, cases }) => [name, `${cases.length} × ${plan.repeats}`] as const),
    );
  }

  tell(event: CaptureEvent): void {
    if (event.phase === 'begun') {
      this.held = event.held;
      this.settled = event.held;
      return;
    }
    if (event.phase === 'queued') this.#queue(event);
    else if (event.phase === 'session' || event.phase === 'running' || event.phase === 'retry')
      this.#work_(event);
    else this.#settle(event);
  }

  /** Devices that failed at something and others in one order: at work first, then waiting, then done. */
  lanesByWork(): readonly LaneState[] {
    const rank = { running: 0, starting: 0, waiting: 1, over: 2 } as const;
    return [...this.lanes.values()].sort((left, right) => rank[left.phase] - rank[right.phase]);
  }

  #queue({ device, atMs }: DeviceEvent): void {
    const known = this.lanes.get(device);
    if (known) known.due += 1;
    else
      this.lanes.set(device, {
        ...{ device, phase: 'waiting', target: device, work: '', sinceMs: atMs },
        ...{ due: 1, settled: 0, failed: 0 },
      });
  }
}

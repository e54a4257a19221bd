import type { Plan } from '../../domain/run-files.ts';
import type { CaptureEvent } from '../../stages/capture.ts';

type TargetEvent = Exclude<CaptureEvent, { phase: 'begun' }>;

/** A device, what it is at and how far it has come. */
export interface Lane {
  readonly device: string;
  readonly phase: 'waiting' | 'starting' | 'running' | 'retrying' | 'over';
  /** The target that it is at, or was at last; the device's name before it begins. */
  readonly target: string;
  readonly suite: string;
  /** When it began with the target that it is at, or ended. */
  readonly sinceMs: number;
  /** Captures that it has to do, and those that are done in any way. */
  readonly due: number;
  readonly settled: number;
  readonly failed: number;
}

/** Where a capture stands, as its events tell it. */
export class CaptureBoard {
  /** Captures of the plan. */
  total: number;
  /** Those that the run held before. */
  held = 0;
  captured = 0;
  failed = 0;
  skipped = 0;
  readonly #lanes = new Map<string, Lane>();
  readonly #troubles = new Map<string, string[]>();
  readonly #amounts: ReadonlyMap<string, string>;

  constructor({ captures, suites, repeats }: Plan) {
    this.total = captures.length;
    this.#amounts = new Map(suites.map(({ name, cases }) => [name, `${cases.length} × ${repeats}`] as const));
  }

  get settled(): number {
    return this.held + this.captured + this.failed + this.skipped;
  }

  /** A device is at work, or there is nothing left to do. */
  get isBegun(): boolean {
    return this.settled === this.total || this.lanes.some(({ phase }) => phase !== 'waiting');
  }

  /** In the order of the plan. */
  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** A reason, and who failed for it: a server that is down is one trouble, however many targets it costs. */
  get troubles(): readonly { readonly reason: string; readonly targets: readonly string[] }[] {
    return [...this.#troubles].map(([reason, targets]) => ({ reason, targets }));
  }

  /** `4 × 3`: cases and repeats of a suite. */
  amountOf(suite: string): string {
    return this.#amounts.get(suite) ?? '';
  }

  tell(event: CaptureEvent): void {
    const { phase } = event;
    if (phase === 'begun') this.#begin(event);
    else if (phase === 'captured' || phase === 'failed' || phase === 'skipped') this.#settle(phase, event);
    else this.#work(event);
  }

  /** A shard has less to do than its plan. */
  #begin({ due, held }: Extract<CaptureEvent, { phase: 'begun' }>): void {
    this.total = due + held;
    this.held = held;
  }

  #work({ phase, device, target, suite, atMs }: TargetEvent): void {
    const known = this.#lanes.get(device);
    if (phase === 'queued') {
      const waiting = { device, phase: 'waiting', target: device, suite: '' } as const;
      const fresh: Lane = { ...waiting, sinceMs: atMs, due: 0, settled: 0, failed: 0 };
      this.#lanes.set(device, { ...(known ?? fresh), due: (known?.due ?? 0) + 1 });
    } else if (known) {
      const now = phase === 'session' ? 'starting' : phase === 'retry' ? 'retrying' : 'running';
      // Its session and its retries are part of a target's time.
      const goesOn = known.target === target && known.suite === suite && known.phase !== 'waiting';
      const sinceMs = goesOn ? known.sinceMs : atMs;
      this.#lanes.set(device, { ...known, phase: now, target, suite, sinceMs });
    }
  }

  #settle(phase: 'captured' | 'failed' | 'skipped', event: TargetEvent): void {
    const { device, target, atMs } = event;
    this[phase] += 1;
    if (phase === 'failed') {
      const reason = event.reason || 'no reason was given';
      this.#troubles.set(reason, [...(this.#troubles.get(reason) ?? []), target]);
    }
    const known = this.#lanes.get(device);
    if (!known) return;
    const settled = known.settled + 1;
    const failed = known.failed + (phase === 'failed' ? 1 : 0);
    const over = settled === known.due ? ({ phase: 'over', sinceMs: atMs } as const) : {};
    this.#lanes.set(device, { ...known, settled, failed, ...over });
  }
}

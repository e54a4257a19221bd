import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JobAnswer, ProbeResult } from '../../harness/agents/protocol.ts';
import type { Device } from '../../harness/domain/device.ts';
import { UserError } from '../../harness/domain/user-error.ts';
import type { DeviceSession, JobRequest } from '../../harness/fleet/device-session.ts';
import {
  type Lane,
  type LaneEvent,
  type LaneOptions,
  type LaneResult,
  runLanes,
} from '../../harness/fleet/lanes.ts';

const probe = { protocol: 1, agentSha256: 'a', providers: ['cpu'] } as unknown as ProbeResult;
const done = (id: string) => ({ status: 'done', result: { id } }) as unknown as JobAnswer;

function lane(name: string, ...delegates: string[]): Lane {
  const jobs = delegates.map((delegate) => {
    const target = `${name}/${delegate}`;
    return { suite: 'digits', target, request: { id: target } as JobRequest };
  });
  return { device: { name } as Device, jobs };
}

/** Sessions that do what the test says, and a record of what was asked of them. */
function fleet(behaviour: {
  open?: (device: string, attempt: number) => void | Promise<void>;
  run?: (id: string, attempt: number) => JobAnswer | Promise<JobAnswer>;
}) {
  const calls: string[] = [];
  const opens = new Map<string, number>();
  const runs = new Map<string, number>();
  let open = 0;
  let mostOpen = 0;
  const next = (counts: Map<string, number>, key: string) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)!;
  };
  const openSession = async ({ name }: Device): Promise<DeviceSession> => {
    calls.push(`open ${name}`);
    await behaviour.open?.(name, next(opens, name));
    mostOpen = Math.max(mostOpen, ++open);
    let closed = false;
    return {
      probe: async () => probe,
      async run({ id }) {
        calls.push(`run ${id}`);
        await setImmediate();
        return behaviour.run?.(id, next(runs, id)) ?? done(id);
      },
      async close() {
        calls.push(`close ${name}`);
        if (!closed) open--;
        closed = true;
      },
    };
  };
  return { calls, openSession, mostOpen: () => mostOpen, stillOpen: () => open };
}

async function run(lanes: readonly Lane[], options: Partial<LaneOptions> & Pick<LaneOptions, 'openSession'>) {
  const events: LaneEvent[] = [];
  const results: LaneResult[] = [];
  let now = 0;
  const report = await runLanes(lanes, {
    concurrency: 2,
    retries: 1,
    signal: new AbortController().signal,
    clock: () => now++,
    onEvent: (event) => void events.push(event),
    onResult: async (result) => void results.push(result),
    ...options,
  });
  const outcome = results.map((each) => `${each.target} ${each.status} ${each.attempts}`);
  return {
    report,
    events,
    results,
    outcome,
    phases: events.map(({ phase, target }) => `${phase} ${target}`),
  };
}

test('one session serves all delegates of a device and is closed at the end', async () => {
  const { calls, openSession } = fleet({});
  const { outcome, phases } = await run([lane('a', 'x', 'y')], { openSession });
  expect(calls).toEqual(['open a', 'run a/x', 'run a/y', 'close a']);
  expect(outcome).toEqual(['a/x captured 1', 'a/y captured 1']);
  expect(phases).toEqual([
    'queued a/x',
    'queued a/y',
    'session a/x',
    'running a/x',
    'captured a/x',
    'running a/y',
    'captured a/y',
  ]);
});

test.for([1, 2, 3])('at most %i lanes at once', async (concurrency) => {
  const { openSession, mostOpen, stillOpen } = fleet({});
  const { outcome } = await run(
    ['a', 'b', 'c', 'd'].map((name) => lane(name, 'x')),
    { openSession, concurrency },
  );
  expect(mostOpen()).toBe(concurrency);
  expect(stillOpen()).toBe(0);
  expect(outcome.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `${name}/x captured 1`));
});

test('a lost session is opened again and the job repeated', async () => {
  const { calls, openSession } = fleet({
    run: (id, attempt) =>
      id === 'a/x' && attempt === 1 ? Promise.reject(new Error('socket hang up')) : done(id),
  });
  const { outcome, events } = await run([lane('a', 'x', 'y')], { openSession });
  expect(calls).toEqual(['open a', 'run a/x', 'close a', 'open a', 'run a/x', 'run a/y', 'close a']);
  expect(outcome).toEqual(['a/x captured 2', 'a/y captured 1']);
  expect(events.find(({ phase }) => phase === 'retry')).toMatchObject({
    target: 'a/x',
    reason: 'socket hang up',
  });
});

test('a job that loses every session fails, and the next job gets its chance', async () => {
  const { openSession } = fleet({
    run: (id) => (id === 'a/x' ? Promise.reject(new Error('gone\nstack')) : done(id)),
  });
  const { outcome, results } = await run([lane('a', 'x', 'y'), lane('b', 'x')], { openSession });
  expect(outcome.toSorted()).toEqual(['a/x failed 2', 'a/y captured 1', 'b/x captured 1']);
  expect(results.find(({ status }) => status === 'failed')).toMatchObject({ reason: 'gone' });
});

test('an event holds the plain reason, and the whole text where that says more', async () => {
  const told = 'WebDriverError: A new session could not be created. Details: no adb\n  at server.js:1';
  const { openSession } = fleet({
    open: (name) => {
      if (name === 'a') return Promise.reject(new Error(told));
      return name === 'b' ? Promise.reject(new Error('No session on the board.')) : undefined;
    },
  });
  const { events } = await run([lane('a', 'x'), lane('b', 'x')], { openSession });
  const failed = events.filter(({ phase }) => phase === 'failed');
  expect(failed.toSorted((left, right) => (left.device < right.device ? -1 : 1))).toMatchObject([
    { reason: 'no session: no adb', detail: told },
    { reason: 'No session on the board.' },
  ]);
});

test('what an agent says failed is not repeated', async () => {
  const { calls, openSession } = fleet({ run: () => ({ status: 'failed', reason: 'no such operator' }) });
  const { outcome } = await run([lane('a', 'x')], { openSession });
  expect(outcome).toEqual(['a/x failed 1']);
  expect(calls.filter((call) => call.startsWith('run'))).toHaveLength(1);
});

test('a device without session fails all its jobs after the retries, and stops no other', async () => {
  const { calls, openSession } = fleet({
    open: (name) => (name === 'a' ? Promise.reject(new Error('refused')) : undefined),
  });
  const { outcome, results } = await run([lane('a', 'x', 'y'), lane('b', 'x')], { openSession });
  expect(outcome.toSorted()).toEqual(['a/x failed 2', 'a/y failed 0', 'b/x captured 1']);
  expect(results.filter(({ status }) => status === 'failed')).toMatchObject([
    { reason: 'no session: refused' },
    { reason: 'no session: refused' },
  ]);
  expect(calls.filter((call) => call === 'open a')).toHaveLength(2);
});

test("a user's mistake is not repeated", async () => {
  const { calls, openSession } = fleet({ open: () => Promise.reject(new UserError('E_X', 'no emulator')) });
  const { outcome } = await run([lane('a', 'x', 'y')], { openSession });
  expect(outcome).toEqual(['a/x failed 1', 'a/y failed 0']);
  expect(calls).toEqual(['open a']);
});

test('a defect in keeping a result closes the sessions and is thrown', async () => {
  const { openSession, stillOpen } = fleet({});
  const onResult = () => Promise.reject(new Error('disk full'));
  await expect(run([lane('a', 'x'), lane('b', 'x')], { openSession, onResult })).rejects.toThrow('disk full');
  expect(stillOpen()).toBe(0);
});

test('the intervals are those in which a device worked', async () => {
  const { openSession } = fleet({});
  const { report } = await run([lane('a', 'x', 'y')], { openSession });
  expect(report.intervals.map(({ device, kind }) => `${device} ${kind}`)).toEqual([
    'a session',
    'a job',
    'a job',
  ]);
  for (const { startMs, endMs } of report.intervals) expect(endMs).toBeGreaterThan(startMs);
});

describe('an interruption', () => {
  test('keeps what is done, leaves the rest undone and closes the sessions', async () => {
    const stop = new AbortController();
    const { calls, openSession, stillOpen } = fleet({
      run(id) {
        if (id === 'a/x') return done(id);
        stop.abort();
        return new Promise(() => {});
      },
    });
    const lanes = [lane('a', 'x', 'y', 'z'), lane('b', 'x')];
    const { outcome } = await run(lanes, { openSession, signal: stop.signal, concurrency: 1 });
    expect(outcome).toEqual(['a/x captured 1']);
    expect(calls).toEqual(['open a', 'run a/x', 'run a/y', 'close a']);
    expect(stillOpen()).toBe(0);
  });

  test('before the start does nothing', async () => {
    const { calls, openSession } = fleet({});
    const { outcome } = await run([lane('a', 'x')], { openSession, signal: AbortSignal.abort() });
    expect(outcome).toEqual([]);
    expect(calls).toEqual([]);
  });
});

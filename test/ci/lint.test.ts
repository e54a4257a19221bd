import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { action, readYaml, type Step, type Workflow } from './action.ts';
import { openScratch, repository } from './scratch.ts';

const run = promisify(execFile);
const workflows = readdirSync(path.join(repository, '.github/workflows')).map(
  (name) => `.github/workflows/${name}`,
);

/** Every list of steps: the action's own, and that of each job. */
const lists: readonly (readonly [string, readonly Step[]])[] = [
  ['action.yml', action.runs.steps],
  ...workflows.flatMap((file) =>
    Object.entries(readYaml<Workflow>(file).jobs).map(
      ([job, { steps }]) => [`${file} ${job}`, steps] as const,
    ),
  ),
];

async function lint(...files: string[]): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'lint.mjs');
  const { stdout } = await run(process.execPath, [script, ...files], { cwd: repository });
  return JSON.parse(stdout);
}

test("GitHub's own parser has nothing against the action and the workflows, and would have", async () => {
  const { folder } = openScratch();
  const bad = path.join(folder, 'bad.yml');
  const text = readFileSync(path.join(repository, 'action.yml'), 'utf8');
  writeFileSync(bad, text.replace('shell: bash', 'shel: bash').replace('inputs.merge ==', 'inpts.merge =='));
  const said = await lint('action.yml', ...workflows, bad);
  expect(said).toHaveLength(2);
  expect(said.every((each) => each.includes('bad.yml'))).toBe(true);
});

test.for(lists)('%s: no expression stands in a script, where it would be run as one', ([, steps]) => {
  expect(steps.filter(({ run: script }) => script?.includes('${{'))).toEqual([]);
});

test.for(lists)('%s: a step is named by its id only when it is there, and before', ([, steps]) => {
  for (const [at, step] of steps.entries()) {
    const earlier = steps.slice(0, at).flatMap(({ id }) => id ?? []);
    const named = [...JSON.stringify(step).matchAll(/steps\.([\w-]+)/g)].map(([, id]) => id);
    expect(earlier).toEqual(expect.arrayContaining(named));
  }
});

test.for(lists)('%s: an action of others bears its major version', ([, steps]) => {
  const used = steps.flatMap(({ uses }) => (uses === undefined || uses === './' ? [] : [uses]));
  expect(used.filter((each) => !/@v\d+$/.test(each))).toEqual([]);
});

test.for(workflows)(
  '%s: gives the action inputs that it has, and every job its rights and its time',
  (file) => {
    const { permissions, jobs } = readYaml<
      Workflow & {
        permissions: object;
        jobs: Record<string, { permissions?: object; 'timeout-minutes'?: number }>;
      }
    >(file);
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined();
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      const given = job.steps
        .filter(({ uses }) => uses === './')
        .flatMap((step) => Object.keys(step.with ?? {}));
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
    }
  },
);

import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Contexts, interpolated, isDue } from './expression.mjs';
import { makeEmpty, readOutputs, repository, runScript, type Scratch } from './scratch.ts';

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

export interface Ran {
  readonly conclusion: 'success' | 'failure';
  /** Of the step that failed last. */
  readonly exitCode: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Steps of other actions, which are not run here. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

export const action = readYaml<Action>('action.yml');

export function readYaml<Content>(file: string): Content {
  return parse(readFileSync(path.join(repository, file), 'utf8')) as Content;
}

/** Runs the composite action as a runner does: conditions, environment, outputs; steps of other actions are noted. */
export async function runAction(
  scratch: Scratch,
  given: Readonly<Record<string, string>>,
  github: Contexts = {},
): Promise<Ran> {
  const defaults = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [
    name,
    interpolated(value, { github }),
  ]);
  const inputs = { ...Object.fromEntries(defaults), ...given };
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const used: { uses: string; with: Record<string, string> }[] = [];
  const summary = makeEmpty(path.join(scratch.env.HOME!, 'summary.md'));
  const logs: string[] = [];
  let exitCode: number | null = 0;
  for (const step of action.runs.steps) {
    const contexts = { inputs, github, steps };
    if (!isDue(step.if ?? 'success()', contexts, exitCode !== 0)) continue;
    const filled = (values: Readonly<Record<string, string | number>> = {}) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, interpolated(String(value), contexts)]),
      );
    const id = step.id ?? `step ${logs.length}`;
    if (step.uses !== undefined) {
      used.push({ uses: step.uses, with: filled(step.with) });
      steps[id] = {
        outputs: step.uses.startsWith('actions/upload-artifact') ? { 'artifact-url': ARTIFACT } : {},
      };
      continue;
    }
    const output = makeEmpty(path.join(scratch.env.HOME!, 'output'));
    const ended = await runScript(step.run ?? '', {
      cwd: path.join(scratch.folder, interpolated(step['working-directory'] ?? '.', contexts)),
      env: {
        ...scratch.env,
        GITHUB_ACTION_PATH: repository,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_SERVER_URL: 'https://github.test',
        GITHUB_REPOSITORY: 'owner/repository',
        GITHUB_RUN_ID: '1',
        ...filled(step.env),
      },
    });
    steps[id] = { outputs: readOutputs(output) };
    rmSync(output);
    logs.push(ended.log);
    if (ended.code !== 0) exitCode = ended.code;
  }
  return {
    conclusion: exitCode === 0 ? 'success' : 'failure',
    exitCode,
    log: logs.join(''),
    summary: readFileSync(summary, 'utf8'),
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [name, interpolated(value, { steps })]),
    ),
    used,
  };
}

export const ARTIFACT = 'https://github.test/artifact';

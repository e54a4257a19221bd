import { shellWord } from '../../../escape.ts';

/** Longer than this nobody checks it before pasting. */
const MOST_CHARACTERS = 300;

/** Captures, compares and judges this target alone. Undefined where a name holds what a reader could not check. */
export function runCommand(folder: string, target: string): string | undefined {
  return commandOf('run', folder, '--only', target);
}

/** @param suite named where the run has several */
export function localizeCommand(folder: string, target: string, suite?: string): string | undefined {
  return commandOf(
    'localize',
    folder,
    '--target',
    target,
    ...(suite === undefined ? [] : ['--suite', suite]),
  );
}

export function explainCommand(folder: string, verdict: string): string | undefined {
  return verdict === '' ? undefined : commandOf('explain', folder, verdict);
}

export function judgeCommand(folder: string): string | undefined {
  return commandOf('judge', folder);
}

export function renderCommand(folder: string): string | undefined {
  return commandOf('render', folder);
}

function commandOf(...words: readonly string[]): string | undefined {
  const quoted = words.map(shellWord);
  if (quoted.includes(undefined)) return undefined;
  const line = `fleetdiff ${quoted.join(' ')}`;
  return line.length <= MOST_CHARACTERS ? line : undefined;
}

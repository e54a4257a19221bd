import { UserError } from '../domain/user-error.ts';
import { visible } from '../report/escape.ts';
import { EXIT } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';

/**
 * What, where, expected and found, what to do; no stack for a user's mistake. A defect of ours keeps its stack and says
 * where to report it.
 */
export function printError(error: unknown, write: (text: string) => void): number {
  if (error instanceof Interrupted) {
    write(`${error.message}\n`);
    return EXIT.interrupted;
  }
  if (error instanceof UserError) {
    write(`${formatUserError(error)}\n`);
    return EXIT.usage;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(
    `fleetdiff met a defect of its own. Please report this, with the command that you ran:\n\n${visibleLines(stack).join('\n')}\n`,
  );
  return EXIT.internal;
}

/** As `printError` shows it: place, message and remedies, with control characters spelled. */
export function formatUserError(error: UserError): string {
  const { code, place, message, remedies } = error;
  const where = place ? `  ${visible(place.file)}${place.line === undefined ? '' : `:${place.line}`}` : '';
  return [`${code}${where}`, ...indent(message), ...remedies.flatMap(indent)].join('\n');
}

function indent(text: string): string[] {
  return visibleLines(text).map((line) => `  ${line}`);
}

function visibleLines(text: string): string[] {
  return text.split('\n').map(visible);
}

import { UserError } from '../domain/user-error.ts';
import { EXIT } from './exit-code.ts';

/**
 * What, where, expected and found, what to do; no stack for a user's mistake. A defect of ours keeps its stack and says
 * where to report it.
 */
export function printError(error: unknown, write: (text: string) => void): number {
  if (error instanceof UserError) {
    write(`${formatUserError(error)}\n`);
    return EXIT.usage;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(
    `fleetdiff met a defect of its own. Please report this, with the command that you ran:\n\n${stack}\n`,
  );
  return EXIT.internal;
}

function formatUserError(error: UserError): string {
  const { code, place, message, remedies } = error;
  const where = place ? `  ${place.file}${place.line === undefined ? '' : `:${place.line}`}` : '';
  return [`${code}${where}`, ...indent(message), ...remedies.flatMap(indent)].join('\n');
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`);
}

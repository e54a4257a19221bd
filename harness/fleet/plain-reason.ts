const LONGEST = 500;

/** What WebDriver's clients and servers put around the reason that a driver gave. */
const AROUND: readonly RegExp[] = [
  /^(?:WebDriverError|Error):\s*/,
  /^(?:Failed to create session\.|A new session could not be created\. Details:)\s*/,
  /^An unknown server-side error occurred while processing the command\. Original error:\s*/,
  /\s+when running "[^"]*" with method "[A-Z]+"[\s\S]*$/,
];

/** An error as one line that a person reads: the driver's own words, without the protocol's around them and stacks below. */
export function plainReason(error: unknown): string {
  const told = (error instanceof Error ? error.message : String(error)).trim();
  return (bareReason(told) || told).split('\n')[0]!.trim().slice(0, LONGEST);
}

/** One wrapping may hide another: they are taken off until none is left. */
function bareReason(text: string): string {
  const bare = AROUND.reduce((rest, part) => rest.replace(part, ''), text).trim();
  return bare === text ? bare : bareReason(bare);
}

const LONGEST = 500;
/** A stack of a server and one of its driver: more is nobody's help. */
const LONGEST_WHOLE = 8_000;

/** What WebDriver's clients and servers put around the reason that a driver gave. */
const AROUND: readonly RegExp[] = [
  /^(?:WebDriverError|Error):\s*/,
  /^(?:Failed to create session\.|A new session could not be created\. Details:|session not created:)\s*/i,
  /^An unknown server-side error occurred while processing the command\. Original error:\s*/,
  /\s+when running "[^"]*" with method "[A-Z]+"[\s\S]*$/,
  // chromedriver repeats itself in parentheses.
  /\s*\((?:Session info|Driver info|The process started from)[\s\S]*$/,
  /,\s*make sure browser driver is running on that address\.[\s\S]*$/,
];

/** An error as one line that a person reads: the driver's own words, without the protocol's around them and stacks below. */
export function plainReason(error: unknown): string {
  const told = (error instanceof Error ? error.message : String(error)).trim();
  return (bareReason(told) || told).split('\n')[0]!.trim().slice(0, LONGEST);
}

/** The same error as it came, for the log: every line, with the causes behind it. */
export function wholeReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST_WHOLE);
  const behind = error.cause === undefined ? '' : `\ncaused by: ${wholeReason(error.cause)}`;
  return `${error.message.trim()}${behind}`.slice(0, LONGEST_WHOLE);
}

/** One wrapping may hide another: they are taken off until none is left. */
function bareReason(text: string): string {
  const bare = AROUND.reduce((rest, part) => rest.replace(part, ''), text).trim();
  return bare === text ? bare : bareReason(bare);
}

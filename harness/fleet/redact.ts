const MARK = '(secret)';
/** Shorter values cannot be told from ordinary text, and keep no secret. */
const SHORTEST = 4;

/**
 * Replaces secrets in text, however JSON or a URL spells them. Appium shortens long lines, so the beginning of a secret before
 * an ellipsis goes too.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))]
    .filter(({ length }) => length >= SHORTEST)
    .sort((left, right) => right.length - left.length);
  if (spellings.length === 0) return (text) => text;
  return (text) => {
    const whole = spellings.reduce((rest, spelling) => rest.replaceAll(spelling, MARK), text);
    const parts = whole.split(/(\.\.\.|…)/);
    return parts
      .map((part, at) => (at < parts.length - 1 ? withoutBeginning(part, spellings) : part))
      .join('');
  };
}

/** A secret of many lines is also each of its lines: logs print them apart. */
function spellingsOf(secret: string): string[] {
  return [secret, ...secret.split(/\r?\n/)].flatMap((text) => {
    const quoted = JSON.stringify(text).slice(1, -1);
    return [text, quoted, JSON.stringify(quoted).slice(1, -1), encodeURIComponent(text)];
  });
}

function withoutBeginning(part: string, spellings: readonly string[]): string {
  for (const spelling of spellings) {
    for (let length = spelling.length - 1; length >= SHORTEST; length -= 1) {
      if (part.endsWith(spelling.slice(0, length))) return part.slice(0, -length) + MARK;
    }
  }
  return part;
}

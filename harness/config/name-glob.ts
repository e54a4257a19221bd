/**
 * Globs over names: `*` is any run of characters, `?` one character, `{a,b}` either, `\` takes the next one as it is.
 * Everything else stands for itself. Names are no paths: a slash or a leading dot is a character like any other, so `*`
 * matches the tensor "/conv/Relu_output_0" (picomatch, which is for paths, would not).
 */
export function compileGlob(glob: string): (name: string) => boolean {
  const pattern = new RegExp(`^(?:${toPattern(glob)})$`, 'su');
  return (name) => pattern.test(name);
}

/** True when the text can match more than itself. */
export function isGlob(text: string): boolean {
  return /[*?\\]|\{[^{}]*,[^{}]*\}/.test(text);
}

const TOKEN = /\\(.)|\*+|\?|\{([^{}]*,[^{}]*)\}|([^\\*?{]+|.)/gsu;

function toPattern(glob: string): string {
  let pattern = '';
  for (const [token, escaped, alternatives] of glob.matchAll(TOKEN)) {
    if (escaped !== undefined) pattern += literal(escaped);
    else if (alternatives !== undefined) pattern += `(?:${alternatives.split(',').map(toPattern).join('|')})`;
    else if (token.startsWith('*')) pattern += '.*';
    else if (token === '?') pattern += '.';
    else pattern += literal(token);
  }
  return pattern;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

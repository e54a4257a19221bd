/** What the header of a .npy may hold: the literals of `ast.literal_eval` that NumPy writes. */
export type PythonLiteral = string | number | boolean | null | PythonLiteral[] | Map<string, PythonLiteral>;

/** Deeper nesting than any dtype that NumPy describes. */
const DEEPEST = 32;

/** Parses one Python literal: strings, integers, True, False, None, tuples, lists, dicts. Throws a SyntaxError. */
export function parsePythonLiteral(text: string): PythonLiteral {
  const tokens = tokenize(text);
  let at = 0;
  const next = (): string => tokens[at++] ?? fail('the text ends too early');
  const value = (token: string, depth: number): PythonLiteral => {
    if (depth > DEEPEST) fail('nested too deeply');
    if (token === '(' || token === '[') return items(token === '(' ? ')' : ']', depth + 1);
    if (token === '{') return entries(depth + 1);
    if (token === 'True' || token === 'False') return token === 'True';
    if (token === 'None') return null;
    if (/^-?\d/.test(token)) return Number.parseInt(token, 10);
    return /^['"]/.test(token) ? token.slice(1, -1) : fail(`"${token}" is not expected`);
  };
  const items = (close: string, depth: number): PythonLiteral[] => {
    const list: PythonLiteral[] = [];
    for (let token = next(); token !== close; ) {
      list.push(value(token, depth));
      token = next();
      if (token === ',') token = next();
      else if (token !== close) fail(`"${token}" is not expected`);
    }
    return list;
  };
  const entries = (depth: number): Map<string, PythonLiteral> => {
    const map = new Map<string, PythonLiteral>();
    for (let token = next(); token !== '}'; ) {
      const key = value(token, depth);
      if (typeof key !== 'string' || next() !== ':') return fail('a dict needs "name": value');
      if (map.has(key)) return fail(`the key "${key}" stands twice`);
      map.set(key, value(next(), depth));
      token = next();
      if (token === ',') token = next();
      else if (token !== '}') fail(`"${token}" is not expected`);
    }
    return map;
  };
  const literal = value(next(), 0);
  if (at < tokens.length) fail(`"${tokens[at]}" is not expected`);
  return literal;
}

/** Python 2 wrote long integers with an L. */
const TOKEN = /\s*('[^'\\]*'|"[^"\\]*"|-?\d+(?=L?\b)L?|True\b|False\b|None\b|[()[\]{},:])\s*/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const scanner = new RegExp(TOKEN);
  while (scanner.lastIndex < text.length) {
    const at = scanner.lastIndex;
    const match = scanner.exec(text);
    if (!match) fail(`"${text.slice(at, at + 12).trim()}" is not expected`);
    tokens.push(match![1]!);
  }
  return tokens;
}

function fail(reason: string): never {
  throw new SyntaxError(reason);
}

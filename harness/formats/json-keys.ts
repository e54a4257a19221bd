/**
 * The keys of the outermost object of a JSON text, with repetitions: `JSON.parse` keeps the last of two and says nothing.
 * The text must be valid JSON.
 */
export function topLevelKeys(text: string): string[] {
  const keys: string[] = [];
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  let depth = 0;
  for (const match of text.matchAll(token)) {
    const [found, colon] = match;
    if (found === '{' || found === '[') depth++;
    else if (found === '}' || found === ']') depth--;
    else if (colon && depth === 1) keys.push(JSON.parse(found.slice(0, -colon.length)) as string);
  }
  return keys;
}

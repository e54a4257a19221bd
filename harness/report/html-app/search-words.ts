/**
 * `pixel "over budget"` → `pixel`, `over budget`: words, and phrases in quotes, in lower case. A quote without its other half
 * reaches to the end, as it does while it is being typed.
 */
export function searchWords(text: string): string[] {
  const words = text.matchAll(/"([^"]*)"?|[^\s"]+/g);
  return [...words].map(([whole, phrase]) => foldCase(phrase ?? whole)).filter((word) => word.trim() !== '');
}

/** Compatible forms are one: somebody who looks for `fi` finds the ligature. */
export function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';

/** Keys and indices from the root of a document to a value. */
export type YamlPath = readonly PropertyKey[];

/** A parsed YAML file that still knows where each value stands. */
export interface YamlFile {
  /** As the user named it. */
  readonly file: string;
  readonly value: unknown;
  /** The line of the value's key; of the nearest parent's when the path leads nowhere. */
  readonly placeOf: (path: YamlPath) => Place;
}

/** Reads a YAML file. Throws E_FILE_MISSING or E_YAML_SYNTAX, with the line. */
export async function readYaml(file: string, remedies: readonly string[] = []): Promise<YamlFile> {
  return parseYaml(await readText(file, remedies), file);
}

/** Reads a UTF-8 text file. Throws E_FILE_MISSING when there is none, E_FILE_UNREADABLE when it cannot be read. */
export async function readText(file: string, remedies: readonly string[] = []): Promise<string> {
  try {
    const bytes = await readFile(file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError('E_FILE_MISSING', 'There is no such file.', { place: { file }, remedies });
    }
    const why =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : (code ?? String(error));
    throw new UserError('E_FILE_UNREADABLE', `The file cannot be read: ${why}.`, {
      place: { file },
      remedies,
    });
  }
}

/** Parses YAML text that came from `file`. One document, no duplicate keys. Throws E_YAML_SYNTAX. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistake = document.errors[0] ?? document.warnings[0];
  if (mistake) {
    const { line } = lines.linePos(mistake.pos[0]);
    throw new UserError('E_YAML_SYNTAX', plain(mistake.code, mistake.message), {
      place: { file, line },
      remedies: syntaxRemedies(mistake.code, text.split('\n')[line - 1] ?? ''),
    });
  }
  const placeOf = (path: YamlPath): Place => ({ file, line: lineOf(document, path, lines) });
  return { file, value: toPlainValue(document, file), placeOf };
}

function toPlainValue(document: Document, file: string): unknown {
  try {
    // 100 aliases are plenty for a hand-written file, and stop an alias bomb.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UserError('E_YAML_SYNTAX', `${(error as Error).message}.`, { place: { file } });
  }
}

/** Braces of `${NAME}` end a flow mapping unless they are quoted, and YAML's own message does not say so. */
function syntaxRemedies(code: string, line: string): string[] {
  if (code === 'BAD_SCALAR_START') return ['put the value in double quotes'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it tells how such a text is written
  return line.includes('${') ? ['put a text that holds ${…} in double quotes'] : [];
}

function plain(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY')
    return 'The key stands twice in one mapping; only one of the two would count.';
  if (code === 'MULTIPLE_DOCS') return 'Expected one YAML document; found a second one ("---").';
  return `Not valid YAML: ${message}.`;
}

/** A key's line tells more than its value's, which may start on the next one. */
function lineOf(document: Document, path: YamlPath, lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair || !isPair(pair)) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
}

import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../harness/config/read-yaml.ts';
import { errorText } from './error-text.ts';

const SOURCE = `# a comment
a:
  b:
    - x: 1
      y:
        z: 2
    - {p: 3,
       q: 4}
"quoted key": [1,
  2]
1: one
base: &base {k: v}
alias: *base
`;

test.for([
  [[], 2],
  [['a'], 2],
  [['a', 'b'], 3],
  [['a', 'b', 0], 4],
  [['a', 'b', 0, 'x'], 4],
  [['a', 'b', 0, 'y', 'z'], 6],
  [['a', 'b', 1], 7],
  [['a', 'b', 1, 'q'], 8],
  [['quoted key', 1], 10],
  [['1'], 11],
  // A path that leads nowhere is told at the nearest parent.
  [['a', 'b', 0, 'missing'], 4],
  [['a', 'b', 0, 'x', 'deeper'], 4],
  [['a', 'b', 7], 3],
  [['nothing', 'there'], 2],
  [['alias', 'k'], 13],
] as const)('%o stands in line %i', ([path, line]) => {
  expect(parseYaml(SOURCE, 'f.yml').placeOf(path)).toEqual({ file: 'f.yml', line });
});

test('the value is plain data; a day stays text', () => {
  expect(parseYaml('a: 2027-06-30\nb: [1, yes, ~]\n__proto__: {c: 1}\n', 'f.yml').value).toEqual(
    JSON.parse('{"a":"2027-06-30","b":[1,"yes",null],"__proto__":{"c":1}}'),
  );
});

describe('what is not YAML', () => {
  test.for([
    [
      'a: 1\nb: [1, 2\nc: 3\n',
      'E_YAML_SYNTAX f.yml:3\nNot valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    ['a:\n\t- b\n', 'E_YAML_SYNTAX f.yml:2\nNot valid YAML: Tabs are not allowed as indentation.'],
    [
      'a: 1\n\na: 2\n',
      'E_YAML_SYNTAX f.yml:3\nThe key stands twice in one mapping; only one of the two would count.',
    ],
    ['a: 1\n---\nb: 2\n', 'E_YAML_SYNTAX f.yml:2\nExpected one YAML document; found a second one ("---").'],
    ['a: *nope\n', 'E_YAML_SYNTAX f.yml\nUnresolved alias (the anchor must be set before the alias): nope.'],
    [
      'a: !!js/function x\n',
      'E_YAML_SYNTAX f.yml:1\nNot valid YAML: Unresolved tag: tag:yaml.org,2002:js/function.',
    ],
  ] as const)('%j', async ([source, expected]) => {
    expect(await errorText(() => parseYaml(source, 'f.yml'))).toBe(expected);
  });

  test('an alias bomb', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    const bomb = `l0: &l0 [x]\n${levels.join('\n')}\n`;
    expect(await errorText(() => parseYaml(bomb, 'f.yml'))).toContain('E_YAML_SYNTAX f.yml\n');
  });
});

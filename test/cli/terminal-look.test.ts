import { expect, test } from 'vitest';
import { hasLinks, terminalLook } from '../../harness/cli/terminal-look.ts';

const TTY = { isTTY: true as const, columns: 100 };
const PIPE = { isTTY: false as unknown as true, columns: 0 };
const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

test.for([
  ['a terminal', TTY, {}, true],
  ['a pipe', PIPE, {}, false],
  ['NO_COLOR', TTY, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR says nothing', TTY, { NO_COLOR: '' }, true],
  ['FORCE_COLOR in a pipe', PIPE, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', TTY, { FORCE_COLOR: '0' }, false],
  ['NO_COLOR wins', TTY, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['a terminal without any', TTY, { TERM: 'dumb' }, false],
] as const)('colour: %s', ([, stream, env, colour]) => {
  expect(terminalLook(stream, { ...UTF8, ...env }).colour).toBe(colour);
});

test.for([
  [{ LANG: 'de_DE.UTF-8' }, false],
  [{ LANG: 'C.utf8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'en_US.ISO-8859-1' }, true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
  [{}, false],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, true],
] as const)('signs in ASCII: %j is %j', ([env, ascii]) => {
  expect(terminalLook(PIPE, env).ascii).toBe(ascii);
});

test.for([
  ['a terminal', TTY, 100],
  ['a pipe', PIPE, 80],
  ['a terminal that does not say', { ...TTY, columns: 0 }, 80],
  ['one that is too narrow', { ...TTY, columns: 10 }, 40],
] as const)('columns: %s', ([, stream, columns]) => {
  expect(terminalLook(stream, UTF8).columns).toBe(columns);
});

test.for([
  ['a terminal of which nothing is known', TTY, {}, false],
  ['VTE', TTY, { VTE_VERSION: '7200' }, true],
  ['the VTE that crashed on them', TTY, { VTE_VERSION: '5000' }, false],
  ['VS Code', TTY, { TERM_PROGRAM: 'vscode' }, true],
  ['kitty', TTY, { TERM: 'xterm-kitty' }, true],
  ['Windows Terminal', TTY, { WT_SESSION: 'x' }, true],
  ['within tmux', TTY, { TMUX: 'x', VTE_VERSION: '7200' }, false],
  ['CI', TTY, { CI: 'true', VTE_VERSION: '7200' }, false],
  ['a pipe', PIPE, { VTE_VERSION: '7200' }, false],
  ['asked for', PIPE, { FORCE_HYPERLINK: '1' }, true],
  ['asked not to', TTY, { FORCE_HYPERLINK: '0', VTE_VERSION: '7200' }, false],
] as const)('links: %s', ([, stream, env, links]) => {
  expect(hasLinks(stream, { TERM: 'xterm', ...env })).toBe(links);
});

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  escapeHtml,
  escapeXml,
  markdownText,
  neutraliseFormula,
  prose,
  shellWord,
  visible,
} from '../../harness/report/escape.ts';

test.for([
  ['plain', 'plain'],
  ['a\u202eb', 'a\\u202eb'],
  ['\u2066isolate\u2069', '\\u2066isolate\\u2069'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['nul\0', 'nul\\u0000'],
  ['line\nfeed', 'line\\u000afeed'],
  ['lone \ud800 surrogate', 'lone \\ud800 surrogate'],
  ['not a character \uffff', 'not a character \\uffff'],
  ['\u{e0041}tag', '\\ue0041tag'],
  ['می‌خواهم', 'می‌خواهم'],
  ['👩‍🔬', '👩‍🔬'],
] as const)('visible %j', ([text, expected]) => {
  expect(visible(text)).toBe(expected);
});

test('prose folds white space and keeps a message on one line', () => {
  expect(prose('  session\n\tlost: \u202eSIGKILL ')).toBe('session lost: \\u202eSIGKILL');
});

test.for([
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  [`"'&`, '&quot;&#39;&amp;'],
  ['</script>', '&lt;/script&gt;'],
] as const)('escapeHtml %j', ([text, expected]) => {
  expect(escapeHtml(text)).toBe(expected);
});

test('escapeXml: an independent parser reads every text back, with controls spelled', () => {
  const text = 'a<b>&"\'\u0000\u0008\u001f\ufffe]]>\n\u202eend';
  const script =
    'import sys, xml.etree.ElementTree as e; sys.stdout.buffer.write(e.fromstring(sys.stdin.buffer.read()).text.encode())';
  const read = execFileSync('python3', ['-c', script], {
    input: `<t>${escapeXml(text)}</t>`,
    encoding: 'utf8',
  });
  expect(read).toBe('a<b>&"\'\\u0000\\u0008\\u001f\\ufffe]]>\n\\u202eend');
});

test.for([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', "'\r=1"],
  ['＝1', "'＝1"],
  ['a=1', 'a=1'],
  ['', ''],
] as const)('neutraliseFormula %j', ([text, expected]) => {
  expect(neutraliseFormula(text)).toBe(expected);
});

test.for([
  ['a|b', 'a&#124;b'],
  ['`code`', '&#96;code&#96;'],
  ['<img onerror>', '&#60;img onerror&#62;'],
  ['[text](x)', '&#91;text&#93;(x)'],
  ['@everyone', '@<!-- -->everyone'],
  ['fixes #12', 'fixes #<!-- -->12'],
  ['!7 and ~bug', '&#33;<!-- -->7 and &#126;<!-- -->bug'],
  ['%"v 1" & 50 % $3', '%<!-- -->&#34;v 1&#34; &#38; 50 % &#36;<!-- -->3'],
  ['http://evil', 'http:<!-- -->//evil'],
  ['two\nlines', 'two lines'],
] as const)('markdownText %j', ([text, expected]) => {
  expect(markdownText(text)).toBe(expected);
});

test.for([
  ['haswell/cpu', 'haswell/cpu'],
  ['haswell/*', "'haswell/*'"],
  ["it's", "'it'\\''s'"],
  ['$(rm -rf ~)', "'$(rm -rf ~)'"],
  ['a\nb', undefined],
  ['a\u202eb', undefined],
] as const)('shellWord %j', ([text, expected]) => {
  expect(shellWord(text)).toBe(expected);
});

test('shellWord: a shell reads the word back as it was', () => {
  const word = shellWord(`a'b"c$HOME \`d\` *`)!;
  expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(`a'b"c$HOME \`d\` *`);
});

// GitHub's own evaluator of `${{ … }}`.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

const STATUS = ['always', 'success', 'failure', 'cancelled'];

/** Every `${{ … }}` of a text replaced. */
export function interpolated(text, contexts) {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => evaluated(expression, contexts).coerceString());
}

/** Whether a step runs; without a status function it does only while nothing failed. */
export function isDue(condition, contexts, hasFailed) {
  const text = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const isAsked = STATUS.some((name) => text.includes(`${name}(`));
  return isTruthy(evaluated(isAsked ? text : `success() && (${text})`, contexts, hasFailed));
}

function evaluated(text, contexts, hasFailed = false) {
  const states = { always: true, success: !hasFailed, failure: hasFailed, cancelled: false };
  const functions = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(states[name]),
  }));
  const { tokens } = new Lexer(text).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  return new Evaluator(
    parsed,
    dataOf(contexts),
    new Map(functions.map((each) => [each.name, each])),
  ).evaluate();
}

function isTruthy(value) {
  return !['', '0', 'false'].includes(value.coerceString());
}

function dataOf(value) {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'string') return new data.StringData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, each]) => ({ key, value: dataOf(each) })));
}

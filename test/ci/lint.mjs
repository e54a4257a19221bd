// node lint.mjs FILE…: prints what GitHub's own parser has against workflows and actions, as a JSON list of texts.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

// The parser imports its schemas as JSON with no import attribute, which Node refuses.
const withType = `export async function load(url, context, next) {
  const isJson = url.endsWith('.json');
  return next(url, isJson ? { ...context, importAttributes: { type: 'json' } } : context);
}`;
register(`data:text/javascript,${encodeURIComponent(withType)}`);

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
);
const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
const trace = new NoOperationTraceWriter();
const said = [];

for (const name of process.argv.slice(2)) {
  const file = { name, content: readFileSync(name, 'utf8') };
  if (/^runs:/m.test(file.content)) {
    said.push(
      ...parseAction(file, trace)
        .context.errors.getErrors()
        .map(({ message }) => message),
    );
  } else {
    const { context, value } = parseWorkflow(file, trace);
    const { errors = [] } = await convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 });
    said.push(...errors.map(({ Message }) => Message));
  }
}
console.log(JSON.stringify(said));

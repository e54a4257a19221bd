import { z } from 'zod';
import type { ClassificationTask } from '../domain/suite.ts';
import { UserError } from '../domain/user-error.ts';
import { checkShape } from './check-shape.ts';
import { parseExpected } from './expected-file.ts';
import { readText, type YamlFile } from './read-yaml.ts';

const taskShape = z.strictObject({
  kind: z.enum(['classification']),
  output: z.string().min(1),
  topK: z.array(z.int().min(1)).min(1).optional(),
  batchAxis: z.int().min(0).optional(),
  labels: z.string().min(1).optional(),
  expected: z.string().min(1).optional(),
  /** The suite's, in its older place: config/preview.ts reads it. */
  preview: z.unknown().optional(),
});

/** Reads the `task` key of suite.yml with its labels and its ground truth; topK is [1] unless told otherwise. */
export async function readTask(
  yaml: YamlFile,
  locate: (key: string, name: string) => Promise<string>,
): Promise<ClassificationTask> {
  const shape = checkShape(taskShape, yaml, 'E_SUITE_SHAPE', { at: ['task'] });
  const topK = shape.topK ?? [1];
  const repeated = topK.find((k, index) => topK.indexOf(k) !== index);
  if (repeated !== undefined) {
    throw new UserError('E_SUITE_SHAPE', `task.topK: ${repeated} stands there twice.`, {
      place: yaml.placeOf(['task', 'topK']),
    });
  }
  const labels =
    shape.labels === undefined ? undefined : await readLabels(await locate('labels', shape.labels));
  const expectedFile = shape.expected === undefined ? undefined : await locate('expected', shape.expected);
  const expected = expectedFile && parseExpected(await readText(expectedFile), expectedFile, labels);
  return {
    kind: shape.kind,
    output: shape.output,
    topK: topK.toSorted((left, right) => left - right),
    ...(shape.batchAxis === undefined ? {} : { batchAxis: shape.batchAxis }),
    ...(labels ? { labels } : {}),
    ...(expected ? { expected } : {}),
  };
}

/** Class names, one a line in class order. An empty line would shift every class after it, so it is a mistake. */
async function readLabels(file: string): Promise<string[]> {
  const text = await readText(file);
  const labels = text
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const empty = labels.indexOf('');
  if (empty < 0) return labels;
  throw new UserError('E_SUITE_LABELS', 'Expected one class name a line; found an empty line.', {
    place: { file, line: empty + 1 },
  });
}

import { z } from 'zod';
import type { InputPreview } from '../domain/suite.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { checkShape } from './check-shape.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';

/** As suite.yml names it: the vocabulary is the path of a file. */
export type PreviewFile = InputPreview<string> & { readonly place: Place };

const CODE = 'E_SUITE_SHAPE';

const previewShape = z.strictObject({
  input: z.string().min(1),
  as: z.enum(['grayscale', 'rgb', 'waveform', 'text']),
  layout: z.enum(['NCHW', 'NHWC']).optional(),
  vocabulary: z.string().min(1).optional(),
});

/** Keys that belong to one way of showing an input. */
const ONLY_OF = { layout: 'rgb', vocabulary: 'text' } as const;

/** The `preview` key of suite.yml, or the one inside its task; undefined when there is none. */
export function readPreview(
  yaml: YamlFile,
  given: { readonly suite: unknown; readonly task: unknown },
  locate: (name: string, at: YamlPath) => string,
): PreviewFile | undefined {
  if (given.suite !== undefined && given.task !== undefined) {
    throw new UserError(CODE, 'preview stands here and in task; expected one of them.', {
      place: yaml.placeOf(['preview']),
      remedies: ['take task.preview out: the one of the suite does for its task too'],
    });
  }
  if (given.suite === undefined && given.task === undefined) return undefined;
  const at: YamlPath = given.suite === undefined ? ['task', 'preview'] : ['preview'];
  const { input, as, layout, vocabulary } = checkShape(previewShape, yaml, CODE, { at });
  for (const [key, value] of Object.entries({ layout, vocabulary })) {
    const only = ONLY_OF[key as keyof typeof ONLY_OF];
    if (value === undefined || as === only) continue;
    throw new UserError(CODE, `${[...at, key].join('.')} goes with "as: ${only}"; found "as: ${as}".`, {
      place: yaml.placeOf([...at, key]),
    });
  }
  return {
    input,
    as,
    ...(layout === undefined ? {} : { layout }),
    ...(vocabulary === undefined ? {} : { vocabulary: locate(vocabulary, [...at, 'vocabulary']) }),
    place: yaml.placeOf(at),
  };
}

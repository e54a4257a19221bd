import { z } from 'zod';
import { PLAIN_NAME, PLAIN_TARGET } from '../domain/plain-name.ts';
import type {
  Capture,
  Comparison,
  Comparisons,
  Determinism,
  Equivalence,
  Plan,
  Verdicts,
} from '../domain/run-files.ts';
import { STATUSES } from '../domain/run-files.ts';
import { DTYPES } from '../domain/tensor.ts';

/** One schema per run file, tied to the domain's types by annotation: a field that differs does not compile. */

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case sha256');
const jsonNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
const text = z.string();
/** Names become paths: those of config/check-fleet-names.ts and no others, whoever wrote the file. */
const name = z.string().regex(PLAIN_NAME, 'letters, digits, ".", "-" and "_", led by a letter or digit');
const target = z.string().regex(PLAIN_TARGET, 'device/delegate');
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const filePath = z.string().regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, 'a path without control characters');
const texts = z.array(text);
const dictionary = z.record(text, text);
const dtype = z.enum(DTYPES);

const storedTensor = z.object({ name: text, dtype, shape: z.array(count), sha256, bytes: count });
const place = z.object({ file: text, line: count.exactOptional() });

const delegate = z.object({
  name,
  runtime: z.enum(['onnxruntime-node', 'onnxruntime-web']),
  provider: text,
  threads: count,
  optimization: z.enum(['disabled', 'basic', 'extended', 'all']),
  bundle: z.enum(['wasm', 'webgpu', 'all']).exactOptional(),
  sessionConfig: dictionary,
  env: dictionary,
  optional: z.boolean().exactOptional(),
});

const launch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host') }),
  z.object({
    kind: z.literal('emulator'),
    emulator: z.literal('qemu-user'),
    arch: z.enum(['x86_64', 'aarch64']),
    cpu: text,
  }),
  z.object({
    kind: z.literal('ssh'),
    destination: text,
    port: count.exactOptional(),
    identityFile: text.exactOptional(),
    knownHostsFile: text.exactOptional(),
    node: text.exactOptional(),
  }),
]);

const device = z.object({
  name,
  driver: z.enum(['soc', 'chromium']),
  launch: launch.exactOptional(),
  soc: text,
  tags: texts,
  optional: z.boolean(),
  delegates: z.array(delegate),
  capabilities: z.record(text, z.unknown()),
  place,
});

const quantization = z.object({
  scale: z.array(z.number()),
  zeroPoint: z.array(z.number()),
  axis: count.nullable(),
});
const header = z.object({ name: text, dtype, shape: z.array(z.number().int().min(-1)) });

const reference = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('computed'), target }),
  z.object({
    kind: z.literal('golden'),
    origin: text,
    cases: z.array(z.object({ case: text, outputs: z.array(storedTensor) })),
  }),
  z.object({ kind: z.literal('target'), target }),
]);

const task = z.object({
  kind: z.literal('classification'),
  output: text,
  topK: z.array(count),
  batchAxis: count.exactOptional(),
  labels: texts.exactOptional(),
  expected: z.record(text, count).exactOptional(),
  preview: z.object({ input: text, as: z.literal('grayscale') }).exactOptional(),
});

const plannedSuite = z.object({
  name,
  folder: text,
  model: z.object({
    path: text,
    sha256,
    bytes: count,
    facts: z.object({
      inputs: z.array(header),
      outputs: z.array(header.extend({ quantization: quantization.exactOptional() })),
      u8s8FullRange: z.boolean(),
      integerOperators: z.boolean(),
    }),
  }),
  cases: z.array(z.object({ name: text, inputs: z.array(storedTensor) })),
  reference,
  task: task.exactOptional(),
  budgets: z.object({ path: filePath, text }).exactOptional(),
});

export const planSchema: z.ZodType<Plan> = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('plan'),
  run: text,
  createdAt: text,
  planHash: sha256,
  harness: z.object({ version: text }),
  repeats: count.min(1),
  suites: z.array(plannedSuite),
  devices: z.array(device),
  fleet: z.object({ devices: texts, delegates: texts, socs: texts, tags: texts }),
  captures: z.array(
    z.object({
      suite: name,
      target,
      role: z.enum(['candidate', 'reference']),
      optional: z.boolean(),
    }),
  ),
});

const captureHead = {
  schemaVersion: z.literal(1),
  kind: z.literal('capture'),
  suite: name,
  target,
  planHash: sha256,
  capturedAt: text,
} as const;

const named = z.object({ name: text, version: text });

const deviceFacts = z.object({
  soc: text,
  arch: text,
  isa: texts,
  os: text,
  runtime: named,
  host: named,
  emulator: text.exactOptional(),
  adapter: text.exactOptional(),
  memoryBytes: count.exactOptional(),
});

const milliseconds = z.number().nonnegative();

export const captureSchema: z.ZodType<Capture> = z.discriminatedUnion('status', [
  z.object({
    ...captureHead,
    status: z.literal('captured'),
    provenance: z.object({
      device: deviceFacts,
      driver: named,
      delegate,
      modelSha256: sha256,
      inputsSha256: sha256,
      agentSha256: sha256,
      harness: z.object({ version: text }),
    }),
    placement: z.object({
      requested: text,
      status: z.enum(['attested', 'unknown']),
      nodes: z.array(z.object({ name: text, opType: text, provider: text })),
    }),
    timings: z.object({
      sessionMs: milliseconds,
      loadMs: milliseconds,
      inferenceMs: milliseconds,
      jobMs: milliseconds,
    }),
    peakMemoryBytes: count.exactOptional(),
    cases: z.array(z.object({ case: text, repeats: z.array(z.array(storedTensor)) })),
  }),
  z.object({ ...captureHead, status: z.literal('failed'), reason: text, attempts: count }),
  z.object({ ...captureHead, status: z.literal('skipped'), reason: text, remedy: text }),
]);

const worstElement = z.object({
  index: z.array(count),
  reference: z.union([jsonNumber, text]),
  candidate: z.union([jsonNumber, text]),
});
const answer = z.object({ class: z.number().int(), score: jsonNumber, margin: jsonNumber });

const decisions = z
  .object({
    samples: count,
    top1_agreement: jsonNumber,
    flips: count,
    near_ties: count,
    labelled: count,
    accuracy: jsonNumber.exactOptional(),
    accuracy_reference: jsonNumber.exactOptional(),
    flipped: z.array(
      z.object({
        sample: text,
        reference: answer,
        candidate: answer,
        nearTie: z.boolean(),
        expected: count.exactOptional(),
      }),
    ),
  })
  .catchall(jsonNumber);

const comparisonHead = { suite: text, case: text, target: text, tensor: text } as const;

const comparison = z.discriminatedUnion('status', [
  z.object({
    ...comparisonHead,
    status: z.literal('compared'),
    dtype,
    shape: z.array(count),
    identical: z.boolean(),
    digest: z.object({ reference: sha256, candidate: sha256 }),
    metrics: z.record(text, jsonNumber.nullable()),
    worst: worstElement.exactOptional(),
    worstElements: z.array(worstElement),
    decisions: decisions.exactOptional(),
  }),
  z.object({ ...comparisonHead, status: z.literal('notComparable'), reason: text }),
]) as unknown as z.ZodType<Comparison>; // catchall cannot express the template-literal keys of Decisions

export const comparisonsSchema: z.ZodType<Comparisons> = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('comparisons'),
  run: text,
  comparisons: z.array(comparison),
});

const equivalenceClass = z.object({ id: text, digest: text, targets: texts, reference: z.boolean() });

export const equivalenceSchema: z.ZodType<Equivalence> = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('equivalence'),
  suites: z.array(
    z.object({
      suite: text,
      tensors: z.array(z.object({ tensor: text, classes: z.array(equivalenceClass) })),
      overall: z.array(equivalenceClass),
    }),
  ),
});

export const determinismSchema: z.ZodType<Determinism> = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('determinism'),
  targets: z.array(
    z.object({
      suite: text,
      target: text,
      repeats: count,
      tensors: z.array(
        z.object({ tensor: text, distinct_outputs: count, cases: texts, noise_max_abs: jsonNumber }),
      ),
    }),
  ),
});

const decidingRule = z.object({
  file: text,
  line: count.exactOptional(),
  reason: text,
  owner: text.exactOptional(),
  expires: text.exactOptional(),
});

export const verdictsSchema: z.ZodType<Verdicts> = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('verdicts'),
  run: text,
  judgedAt: text,
  summary: z.object({
    pass: count,
    warn: count,
    waived: count,
    fail: count,
    incomplete: count,
    notComparable: count,
    skipped: count,
  }),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]),
  verdicts: z.array(
    z.object({
      id: text,
      suite: text,
      case: text,
      target: text,
      tensor: text,
      metric: text,
      actual: jsonNumber.nullable(),
      limit: jsonNumber.nullable(),
      operator: z.enum(['<=', '>=', '==']),
      status: z.enum(STATUSES),
      message: text.exactOptional(),
      worst: worstElement.extend({ case: text }).exactOptional(),
      rule: decidingRule,
      waiver: decidingRule.extend({ expired: z.boolean() }).exactOptional(),
    }),
  ),
});

/** suite.yml for `fleetdiff init`. */
export const SUITE_TEMPLATE = `# A suite: one model, the inputs it is tried on, and what its answers are compared with.
# Paths are relative to this file.
schema: fleetdiff/suite@1

# Shown in reports, and matched by budgets.
name: my-model

# The quantized model, an ONNX file. With a sha256, a run refuses any other file:
#   model: {path: model.onnx, sha256: …}
model: model.onnx
runtime: onnx

# Inputs, any mix of:
#   .npz            NumPy archive with one array per model input, named as the input:  np.savez('cases/a.npz', input=x)
#   .safetensors    the same, as safetensors
#   test_data_set_* folders in the ONNX convention, with input_0.pb, input_1.pb …
# Each file or folder is one case, named after it.
cases:
  - cases/*.npz

# What every device's answers are compared with.
#   computed   computed in each run, on this machine's CPU with graph optimization disabled
#   golden     computed once and kept:  {kind: golden, golden: golden/}  with  fleetdiff golden . --approve
#   target     what one device of the fleet answers:  {kind: target, target: workstation/cpu}
# A computed reference is as good as the machine that computes it, so prefer a golden once you trust one.
reference:
  kind: computed

# For a classifier: how many answers change, beside how far the numbers move. Take the comments off and name your output.
# task:
#   kind: classification
#   output: logits            # the output with one score per class in its last axis
#   topK: [1, 5]              # compare the best answer, and the best five
#   batchAxis: 0              # each row of a case is a sample of its own; leave it out when a case is one sample
#   labels: labels.txt        # class names, one a line, in class order
#   expected: expected.csv    # the right answers, headed "case,label"; a row of a batch is "case#0"

# How the report shows an input to a person:
#   grayscale  the last two axes are rows and columns
#   rgb        three channels, told by the shape, or by  layout: NCHW  or  NHWC
#   waveform   one signal a sample
#   text       strings, bytes of UTF-8, or token ids; with  vocabulary: vocab.txt  (one token a line) as tokens
# preview: {input: input, as: grayscale}

# How much difference is allowed.
budgets: budgets.yml
`;

/** budgets.yml for `fleetdiff init`. */
export const BUDGETS_TEMPLATE = `# Budgets: how much the answers of a device may differ from the reference.
schema: fleetdiff/budgets@1

# Rules. For each metric the last rule that matches wins, so general rules stand first. A limit is "fail", past which the run
# fails, and "warn", past which the report warns; the limit itself is still allowed.
#
# match: what a rule is about. suite, case, tensor, device, delegate, soc and tag take a name, or a pattern with * and ?.
#        isa takes features that a target's CPU has or, with "!", lacks:  isa: "x86_64 !vnni". {} is everything.
#
# Common metrics:
#   max_abs             largest difference, in the tensor's own unit
#   max_steps           largest difference in quantization steps; for tensors whose scale the model holds
#   mismatch_fraction   share of elements that differ by more than float rounding
#   sqnr_db             signal to quantization noise in dB; higher is better
#   cosine              similarity of direction, 1 is the same; blind to scale
#   top1_agreement      share of samples with the same best answer; needs a task in suite.yml
#   distinct_outputs    different answers over repeats of one input; 1 is deterministic
#   fallback_nodes      nodes that ran on another provider than the delegate asks for
rules:
  - match: {}
    limits:
      cosine: {fail: 0.99, warn: 0.999}
      distinct_outputs: 1
      # WebGPU has no kernels for some quantized operators, and their nodes run on the CPU. This only warns: see in the report
      # how many nodes of your model it is, and give a rule for those delegates that number as its "fail".
      fallback_nodes: {warn: 0}
    reason: a first guess to start from; set it from what the first report shows

  # - match: {tensor: logits}
  #   limits: {max_steps: {fail: 2, warn: 1}, top1_agreement: {fail: 1.0}}
  #   reason: rounding of requantization may move one step
  #   owner: "@your-team"
  # - match: {delegate: "webgpu*"}
  #   limits: {max_abs: {fail: 0.5}}
  #   reason: GPUs accumulate in another order

# Waivers: known differences that may ship for now. They stay visible in every report, and after "expires" they fail again.
# waivers:
#   - match: {isa: "x86_64 !vnni", tensor: logits}
#     metrics: [max_steps, top1_agreement]
#     reason: 8-bit multiply-adds saturate on x86 without VNNI; reduced-range weights will mend it
#     owner: "@your-team"
#     expires: 2027-06-30
`;

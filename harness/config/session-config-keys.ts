import { didYouMean, quoteNames } from './nearest-name.ts';

/**
 * Session config entries that a delegate may set: the keys that change what is computed or how. ONNX Runtime takes unknown
 * keys in silence, so a typo would measure the wrong thing. Source: the key strings inside onnxruntime-node 1.30's own
 * libraries (x64 and arm64), which the test reads, and ONNX Runtime's onnxruntime_session_options_config_keys.h.
 */
export const SESSION_CONFIG_KEYS: readonly string[] = [
  'mlas.disable_kleidiai',
  'mlas.enable_gemm_fastmath_arm64_bfloat16',
  'mlas.kleidiai.conv_igemm_max_work',
  'mlas.nchwc_pointwise_conv_max_input_channel_batch',
  'mlas.use_lut_gemm',
  'optimization.constant_folding_max_output_size_in_bytes',
  'optimization.disable_specified_optimizers',
  'optimization.enable_cast_chain_elimination',
  'optimization.enable_gelu_approximation',
  'optimization.minimal_build_optimizations',
  'session.allow_released_opsets_only',
  'session.disable_aot_function_inlining',
  'session.disable_cpu_ep_fallback',
  'session.disable_double_qdq_remover',
  'session.disable_prepacking',
  'session.disable_qdq_constant_folding',
  'session.disable_quant_qdq',
  'session.dynamic_block_base',
  'session.enable_dq_matmulnbits_fusion',
  'session.enable_quant_qdq_cleanup',
  'session.force_spinning_stop',
  'session.graph_optimizations_loop_level',
  'session.inter_op.allow_spinning',
  'session.intra_op.allow_spinning',
  'session.qdq_matmulnbits_accuracy_level',
  'session.qdq_matmulnbits_block_size',
  'session.qdqisint8allowed',
  'session.set_denormal_as_zero',
  'session.strict_shape_type_inference',
  'session.use_deterministic_compute',
  'session.use_device_allocator_for_initializers',
  'session.use_ort_model_bytes_directly',
  'session.use_ort_model_bytes_for_initializers',
  'session.x64quantprecision',
];

/** Keys that ONNX Runtime has, but that a delegate says in a word of its own or that fleetdiff itself needs. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  'session.graph_optimization_level':
    'write  optimization: disabled | basic | extended | all  in the delegate instead',
  'session.intra_op_num_threads': 'write  threads: N  in the delegate instead',
  'session.inter_op_num_threads':
    'leave it out: fleetdiff runs one operator at a time, so that runs can be compared',
  'session.execution_mode':
    'leave it out: fleetdiff runs one operator at a time, so that runs can be compared',
  'session.enable_profiling': 'leave it out: fleetdiff profiles by itself, to read where each node ran',
};

/** Why a key is refused, and what to do; undefined for a key that is fine. */
export function sessionConfigMistake(key: string): { message: string; remedies: string[] } | undefined {
  if (SESSION_CONFIG_KEYS.includes(key)) return undefined;
  const instead = SAID_OTHERWISE[key];
  if (instead) return { message: `The session config key "${key}" is not set here.`, remedies: [instead] };
  const nearest = didYouMean(key, SESSION_CONFIG_KEYS);
  return {
    message: `Unknown session config key "${key}". ONNX Runtime would take it in silence and ignore it.`,
    remedies: nearest.length > 0 ? nearest : [`known keys: ${quoteNames(SESSION_CONFIG_KEYS, 50)}`],
  };
}

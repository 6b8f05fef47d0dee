/**
 * onnxruntime's Node binding, loaded when first asked for. Since 1.29 its official builds report models and machines to
 * their maker, keep a database in the home folder and leave a log in the temporary one (microsoft/onnxruntime#27379),
 * unless this variable is set before the first session. A value that the user chose stays.
 */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return await import('onnxruntime-node');
}

/** A value read from JSON that is neither a list nor a plain value: nothing is known of its fields yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named fields, not a list or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a network cannot run at every batch size. Its text names the operation and what to write instead; the trace adds the module. */
export class BatchError extends Error {}

/** @param what happens, the operation named @param instead what to write */
export function refuse(what: string, instead: string): never {
  throw new BatchError(
    `${what}, so the network would not give each picture its own result at every batch size: ${instead}.`,
  );
}

/** What to write where a value is mixed over the batch. */
export const KEEP_APART =
  'leave the dimension of the batch as it is, and compute what compares pictures outside the network';

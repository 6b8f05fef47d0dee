import { isPyTorchName } from './open';
import { writePyTorch } from './pytorch';
import { writeSafetensors, type TensorSource } from './writer';

/**
 * Writes tensors as a file of PyTorch where its name says so (`.pt`, `.pth`, `.bin`, `.ckpt`), otherwise as a
 * safetensors file; it appears whole or not at all.
 *
 * @param metadata texts by name
 */
export async function writeWeights(
  path: string,
  tensors: readonly TensorSource[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!isPyTorchName(path)) return writeSafetensors(path, tensors, metadata);
  return writePyTorch(
    path,
    tensors.map((tensor) => [tensor.name, tensor]),
    { metadata, versions: new Map() },
  );
}

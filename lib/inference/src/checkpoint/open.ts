import { closeSync, fstatSync } from 'node:fs';
import * as path from 'node:path';
import { isPyTorch, isSafetensors } from './pytorch/signature';
import { PyTorchFile } from './pytorch';
import { openFile } from './read-exactly';
import { SafetensorsFile } from './reader';

/** Extensions that `torch.save` is used with. */
const PYTORCH_EXTENSIONS = ['.pt', '.pth', '.bin', '.ckpt'];

/** Whether a file of that name is one of PyTorch. */
export const isPyTorchName = (file: string): boolean => PYTORCH_EXTENSIONS.includes(path.extname(file).toLowerCase());

/** Which of the two the first bytes show; null where they show neither. */
function formOf(file: string): 'pytorch' | 'safetensors' | null {
  const fd = openFile(file);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    if (isPyTorch(fd, stat.size)) return 'pytorch';
    return isSafetensors(fd, stat.size) ? 'safetensors' : null;
  } finally {
    closeSync(fd);
  }
}

/** Opens a file of weights; its first bytes say of which form it is, and where they show none, its name. */
export async function openWeightFile(file: string): Promise<SafetensorsFile | PyTorchFile> {
  const form = formOf(file) ?? (isPyTorchName(file) ? 'pytorch' : 'safetensors');
  return form === 'pytorch' ? PyTorchFile.open(file) : new SafetensorsFile(file);
}

/** The error with the file's name before its sentence, where that does not have it yet. */
export function naming(file: string, error: unknown): Error {
  const { message } = error as Error;
  return message.includes(file) ? (error as Error) : new Error(`${file}: ${message}`);
}

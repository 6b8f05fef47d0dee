import * as path from 'node:path';
import { writeFileAtomic } from '../../../files';
import { checkedBytes } from '../../writer';
import { stateDictPickle, type NamedTensors, type StateDictFields } from './state-dict';
import { zipChunks, type RecordSource } from './zip';

export type { NamedTensors, SparseSource, StateDictFields } from './state-dict';

/** The folder within the archive is called as the file, without its extension. */
const folderOf = (file: string): string => path.basename(file, path.extname(file)) || 'archive';

/**
 * Writes a state dict as `torch.save` does, so that `torch.load(path, weights_only=True)` opens it: a zip archive with
 * data.pkl, the order of bytes, and one stored record for each storage, at a multiple of 64 bytes. Names given the same
 * source share a storage. The old file or the whole new one is there, never a part.
 */
export async function writePyTorch(file: string, tensors: NamedTensors, fields: StateDictFields): Promise<void> {
  const folder = folderOf(file);
  const { pickle, storages } = stateDictPickle(tensors, fields);
  const text = (name: string, value: string): RecordSource => ({
    name: `${folder}/${name}`,
    bytes: () => Buffer.from(value),
  });
  await writeFileAtomic(
    file,
    zipChunks([
      { name: `${folder}/data.pkl`, bytes: () => pickle },
      text('byteorder', 'little'),
      ...storages.map((source, key) => ({ name: `${folder}/data/${key}`, bytes: () => checkedBytes(source) })),
      text('version', '3\n'),
    ]),
  );
}

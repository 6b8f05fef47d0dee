import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { isRecord, parseJson } from '../../files';

/** A kernel's sockets, as Jupyter's connection file names them. */
interface ConnectionFile {
  transport: string;
  ip: string;
  [field: string]: unknown;
}

const PORTS = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'];

const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 65_536;

const isConnection = (value: unknown): value is ConnectionFile =>
  isRecord(value) &&
  typeof value.transport === 'string' &&
  typeof value.ip === 'string' &&
  PORTS.every((name) => isPort(value[name]));

/**
 * The connection file for a kernel that sees one folder alone: its sockets lie there. Jupyter looks for `PATH-PORT` beside
 * its own file and tslab makes `PATH:PORT`, so links lead from the one to the other.
 */
export async function linkSockets(content: string, folder: string): Promise<string> {
  const file = parseJson('The connection file', content, 'Run the notebook again', isConnection);
  if (file.transport !== 'ipc') throw new Error(`Expected a kernel reached over ipc, got ${file.transport}.`);
  const inside = path.join(folder, 'c');
  for (const port of PORTS) await fs.symlink(`${inside}:${String(file[port])}`, `${file.ip}-${String(file[port])}`);
  return JSON.stringify({ ...file, ip: inside });
}

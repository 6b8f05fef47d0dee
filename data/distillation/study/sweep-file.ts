import { promises as fs } from 'node:fs';
import type { SweepRow } from 'scalable-inference-workbook/study';

/** A sweep that was made elsewhere. */
export interface SweepFile {
  /** How it was made; becomes one of the study's conditions. */
  about: string;
  rows: SweepRow[];
}

const isRow = (row: Partial<SweepRow>): boolean =>
  [row.temperature, row.alpha, row.validation].every((value) => typeof value === 'number' && Number.isFinite(value));

/** @throws where the file is missing or no sweep, saying what it must hold */
export async function readSweep(file: string): Promise<SweepFile> {
  const { about, rows } = parse(await fs.readFile(file, 'utf8'));
  if (typeof about !== 'string' || !Array.isArray(rows) || rows.length === 0 || !rows.every(isRow))
    throw new Error(`${file} must hold { "about", "rows": [{ "temperature", "alpha", "validation" }, ...] }.`);
  const found = rows as SweepRow[];
  return { about, rows: found.map(({ temperature, alpha, validation }) => ({ temperature, alpha, validation })) };
}

/** The object in a text, or an empty one. */
function parse(text: string): { about?: unknown; rows?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}

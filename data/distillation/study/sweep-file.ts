import { fields, listOf, text } from 'scalable-inference/check';
import { readJsonFile } from 'scalable-inference/files';
import { readSweepRow, type SweepRow } from 'scalable-inference-workbook/study';

/** A sweep that was made elsewhere. */
export interface SweepFile {
  /** How it was made; becomes one of the study's conditions. */
  about: string;
  rows: SweepRow[];
}

/** @throws where the file is missing or no sweep, saying what it must hold */
export async function readSweep(file: string): Promise<SweepFile> {
  return readJsonFile(file, (value) => {
    const { about, rows } = fields('The sweep', value);
    const found = listOf('rows', rows, readSweepRow);
    if (found.length === 0) throw new Error('rows must be a list of at least one setting, got [].');
    return {
      about: text('about', about),
      rows: found.map(({ temperature, alpha, validation }) => ({ temperature, alpha, validation })),
    };
  });
}

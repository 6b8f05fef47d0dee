import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type TextCell } from '../../ipynb';
import { pictureAddress } from './picture';

/** Gives the data URL of a picture that a cell names, or undefined. */
export type Pictures = (address: string) => string | undefined;

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};

/**
 * Pictures of a cell: kept in it (`attachment:a.png`), or in a file beside the notebook (`figures/a.svg`). Files outside
 * the notebook's folder stay what they are: a page must not carry what its notebook has no business with.
 *
 * @param folder where the notebook lies
 */
export function picturesOf(cell: TextCell, folder: string): Pictures {
  const kept = attachments(cell);
  return (address) =>
    address.startsWith('attachment:') ? kept.get(address.slice('attachment:'.length)) : fileUrl(address, folder);
}

function fileUrl(address: string, folder: string): string | undefined {
  const type = TYPES[path.extname(address).toLowerCase()];
  const file = path.resolve(folder, address);
  const isInside = file.startsWith(path.resolve(folder) + path.sep);
  if (type === undefined || /^[a-z]+:/i.test(address) || !isInside) return undefined;
  try {
    return `data:${type};base64,${readFileSync(file).toString('base64')}`;
  } catch {
    return undefined; // shown by its alternative text
  }
}

/** Pictures kept in a cell, by name, as data URLs. */
function attachments(cell: TextCell): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, bundle] of Object.entries(cell.attachments ?? {})) {
    const [mime, data] = Object.entries(bundle)[0] ?? [];
    const source = mime !== undefined && typeof data === 'string' ? pictureAddress(mime, data) : undefined;
    if (source !== undefined) found.set(name, source);
  }
  return found;
}

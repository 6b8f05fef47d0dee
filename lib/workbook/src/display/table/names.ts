/** Headings of fields that occur in published tables and measurements, where their own name says too little. */
const KNOWN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    acc1: 'top-1 accuracy (%)',
    acc5: 'top-5 accuracy (%)',
    cropSize: 'picture size (pixels)',
    fileSizeMB: 'file (MB)',
    gmacs: 'multiply-adds (billions)',
    macs: 'multiply-adds',
    ms: 'time (ms)',
    params: 'parameters',
  }),
);

/** A field's name as a heading: `meanError` becomes `mean error`. */
export function headingOf(field: string): string {
  const known = KNOWN.get(field);
  if (known !== undefined) return known;
  const words = field
    .replace(/_/g, ' ')
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return words.replace(/([a-z])([A-Z]+)$/, '$1 $2').trim();
}

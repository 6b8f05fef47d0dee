import type { Channel, JsonObject } from './spec';
import { escapeField } from './encode';

/** What the reader may do: pick series in the legend, or drag and scroll to zoom. */
export type Selection = 'legend' | 'zoom';

/** Names of parameters must differ when charts are combined, so they carry the chart's title. */
function parameterName(kind: string, title: string): string {
  return `${kind}_${title.replace(/[^A-Za-z0-9]+/g, '_')}`;
}

/** The parameters of a view, and the opacity that answers them. */
export function selection(
  select: Selection | undefined,
  title: string,
  series: Channel | undefined,
  opacity: number,
): { params?: JsonObject[]; opacity: JsonObject } {
  if (select === 'zoom') {
    const params = [{ name: parameterName('zoom', title), select: 'interval', bind: 'scales' }];
    return { params, opacity: { value: opacity } };
  }
  if (select !== 'legend') return { opacity: { value: opacity } };
  if (series === undefined) throw new Error(`${title}: select: 'legend' needs a color channel, got none.`);
  const name = parameterName('pick', title);
  const params = [{ name, select: { type: 'point', fields: [escapeField(series.field)] }, bind: 'legend' }];
  return { params, opacity: { condition: { param: name, value: opacity }, value: 0.12 } };
}

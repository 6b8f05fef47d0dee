import { type KernelMessage } from '@jupyterlab/services';

import { type DisplayOutput, type JsonObject, type Output } from '../ipynb';

/** Displays that can still change, by display id, over all cells of a run. */
export type Displays = Map<string, DisplayOutput[]>;

/** The outputs of one cell, built from iopub messages as Jupyter's front ends build them. */
export class CellOutputs {
  readonly outputs: Output[] = [];
  /** Everything received so far, in bytes of text and data. */
  bytes = 0;
  private clearBeforeNext = false;

  constructor(private readonly displays: Displays) {}

  /** All text on one stream, for messages and for what tslab reports there. */
  streamText(name: 'stdout' | 'stderr'): string {
    let text = '';
    for (const output of this.outputs) if (output.output_type === 'stream' && output.name === name) text += output.text;
    return text;
  }

  /** Takes one message; kinds that are no output are ignored. */
  add(message: KernelMessage.IMessage): void {
    const content = message.content as unknown as JsonObject;
    switch (message.header.msg_type) {
      case 'stream':
        this.addStream(content.name as 'stdout' | 'stderr', content.text as string);
        break;
      case 'display_data':
        this.addDisplay(content);
        break;
      case 'update_display_data':
        this.update(content);
        break;
      case 'execute_result':
        this.push({
          output_type: 'execute_result',
          execution_count: (content.execution_count as number) ?? null,
          ...bundle(content),
        });
        break;
      case 'error':
        this.push({ output_type: 'error', ...content } as unknown as Output);
        break;
      case 'clear_output':
        if (content.wait === true) this.clearBeforeNext = true;
        else this.outputs.length = 0;
        break;
    }
  }

  private addStream(name: 'stdout' | 'stderr', text: string): void {
    this.bytes += Buffer.byteLength(text);
    const last = this.clearBeforeNext ? undefined : this.outputs[this.outputs.length - 1];
    if (last?.output_type === 'stream' && last.name === name) last.text += text;
    else this.push({ output_type: 'stream', name, text });
  }

  private addDisplay(content: JsonObject): void {
    const output: DisplayOutput = { output_type: 'display_data', ...bundle(content) };
    this.countBundle(output);
    const id = displayId(content);
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
    this.push(output);
  }

  private update(content: JsonObject): void {
    for (const output of this.displays.get(displayId(content) ?? '') ?? []) {
      Object.assign(output, bundle(content));
      this.countBundle(output);
    }
  }

  private countBundle({ data }: DisplayOutput): void {
    for (const value of Object.values(data))
      this.bytes += typeof value === 'string' ? value.length : JSON.stringify(value).length;
  }

  private push(output: Output): void {
    if (this.clearBeforeNext) this.outputs.length = 0;
    this.clearBeforeNext = false;
    this.outputs.push(output);
  }
}

function bundle(content: JsonObject): { data: JsonObject; metadata: JsonObject } {
  return { data: content.data as JsonObject, metadata: (content.metadata as JsonObject | undefined) ?? {} };
}

function displayId(content: JsonObject): string | undefined {
  const transient = content.transient as JsonObject | undefined;
  return typeof transient?.display_id === 'string' ? transient.display_id : undefined;
}

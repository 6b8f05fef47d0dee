import { type HubClient, serverPath } from './client';

/** A step of a start, as a Hub reports it. */
export interface ProgressEvent {
  progress?: number;
  message?: string;
  ready?: boolean;
  failed?: boolean;
}

/**
 * Follows the start of a server by the Hub's event stream (`text/event-stream`, one JSON object a `data:` line). Ends
 * where the stream does; says nothing where the Hub has none or the token may not read it, since the state of the server
 * is asked for as well.
 */
export async function* progressEvents(
  client: HubClient,
  user: string,
  name: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): AsyncGenerator<ProgressEvent> {
  const question = { accept: 'text/event-stream', timeoutMs, signal };
  const answer = await client.ask(`${serverPath(user, name)}/progress`, question);
  if (!answer.ok || answer.body === null) return;
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = eventOf(line);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(line: string): ProgressEvent | undefined {
  if (!line.startsWith('data:')) return undefined;
  try {
    return JSON.parse(line.slice('data:'.length)) as ProgressEvent;
  } catch {
    return undefined; // a line that is no event tells nothing
  }
}

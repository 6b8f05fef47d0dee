import type { HubClient, HubOwner, HubServer } from './client';
import { serverText } from './client';

/** One user's one server, and whoever asks for it. */
export interface Order {
  client: HubClient;
  user: string;
  /** Name of the server, empty for the user's default one. */
  name: string;
  owner: HubOwner;
  print: (line: string) => void;
}

/** The server's state; undefined where it does not run. @throws ServerError */
export async function stateOf(
  { client, user, name, owner }: Order,
  signal?: AbortSignal,
): Promise<HubServer | undefined> {
  const found = (await client.servers(user, owner, signal))[name];
  return found === undefined || (!found.ready && !found.pending) ? undefined : found;
}

/** The server in words, as the start of a sentence. */
export function subject({ user, name }: Order): string {
  const text = serverText(user, name);
  return text[0].toUpperCase() + text.slice(1);
}

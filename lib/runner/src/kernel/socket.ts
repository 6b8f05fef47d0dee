import WebSocket from 'ws';

/**
 * A WebSocket that answers each batch of messages with an unsolicited pong (RFC 6455, 5.5.3: no response follows).
 * Jupyter's server leaves Nagle's algorithm on: a small message waits until the one before is acknowledged, which the
 * system delays by 40 ms. The pong carries the acknowledgement at once, so a cell costs a few milliseconds (measured on
 * Linux).
 */
class PromptSocket extends WebSocket {
  private acknowledging = false;

  constructor(address: string | URL, protocols: string | string[] | undefined, token: string) {
    // In a header: an address ends up in logs, and a JupyterHub refuses tokens there (status 403).
    super(address, protocols, token === '' ? {} : { headers: { Authorization: `token ${token}` } });
    this.on('message', () => this.acknowledge());
  }

  private acknowledge(): void {
    if (this.acknowledging) return;
    this.acknowledging = true;
    setImmediate(() => {
      this.acknowledging = false;
      if (this.readyState === WebSocket.OPEN) this.pong();
    });
  }
}

/**
 * The class of sockets to one server, for `ServerConnection.ISettings`, whose users give an address alone.
 *
 * @param onFailure hears why a socket could not be opened or broke; services keeps that to itself and tries again
 */
export function socketClass(token: string, onFailure: (error: Error) => void): typeof PromptSocket {
  return class extends PromptSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, token);
      this.on('error', onFailure);
    }
  };
}

/** The status by which a server refused a socket; undefined where it failed otherwise. */
export function refusalStatus({ message }: Error): number | undefined {
  const [, status] = /^Unexpected server response: (\d{3})$/.exec(message) ?? []; // the words of ws
  return status === undefined ? undefined : Number(status);
}

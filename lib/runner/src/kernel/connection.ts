import { KernelConnection, type KernelMessage } from '@jupyterlab/services';

/**
 * A connection whose own questions fail in silence. services asks each kernel for its info as soon as the socket opens,
 * and connects anew when the server restarts a kernel; nobody there hears when that is cut short, as it is where the
 * kernel dies at once, and the rejection would end this process. The session learns of a loss by `KernelSession.lost`.
 */
export class QuietKernelConnection extends KernelConnection {
  override requestKernelInfo(): Promise<KernelMessage.IInfoReplyMsg | undefined> {
    return super.requestKernelInfo().catch(() => new Promise<undefined>(() => undefined));
  }

  override reconnect(): Promise<void> {
    return super.reconnect().catch(() => undefined);
  }
}

/**
 * `node watchdog.js SERVER_PID FOLDER`: waits until its standard input ends, which happens when the runner closes it or
 * dies in whatever way, then ends the server and removes its FOLDER. The only way a server of the runner is stopped.
 */
import { terminateServer } from './terminate';

const [PID, FOLDER] = process.argv.slice(2);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
process.stdin.resume();
process.stdin.once('close', () => void terminateServer(Number(PID), FOLDER));

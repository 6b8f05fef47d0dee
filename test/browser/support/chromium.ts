import * as path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../../../lib/setup/browser.mjs';

/** A mocha suite that needs a browser; without one it is skipped, visibly, with the browser's name. */
export function describeInBrowser(title: string, body: (this: Mocha.Suite, executable: string) => void): void {
  const executable = findBrowser();
  describe(title, function () {
    if (executable === undefined) it.skip('needs Chromium, Chrome or Edge (Debian: apt-get install chromium)');
    else body.call(this, executable);
  });
}

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const LOCAL = new Set(['127.0.0.1', 'localhost', '[::1]', '']);

function leavesTheMachine(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return !['data:', 'blob:', 'file:', 'about:'].includes(protocol) && !LOCAL.has(hostname);
}

/** A headless browser with a fresh profile that writes down what a page asks for and complains about. */
export class Browser {
  /** Addresses asked for that are not on this machine. */
  readonly outside: string[] = [];
  /** Number of requests of all kinds. */
  requests = 0;
  /** Errors on the page's console, and exceptions that nothing caught. */
  readonly errors: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    const note = (address: string): void => {
      this.requests++;
      if (leavesTheMachine(address)) this.outside.push(address);
    };
    context.on('request', (request) => note(request.url()));
    page.on('websocket', (socket) => note(socket.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
  }

  /** @param profile an empty or missing folder; whoever names it removes it */
  static async open(executablePath: string, profile: string, size = { width: 1200, height: 900 }): Promise<Browser> {
    const options = { executablePath, args: QUIET, headless: true, viewport: size };
    const context = await chromium.launchPersistentContext(profile, options);
    for (const name of ['in-page.js', 'contrast.js', 'crowding.js'])
      await context.addInitScript({ path: path.join(__dirname, name) });
    return new Browser(context, context.pages()[0] ?? (await context.newPage()));
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { PROGRESS_VARIABLE } from 'tslab-runner/ipynb';
import { startTime } from '../../../lib/inference/setup/system/processes.cjs';
import { startLab } from '../../../lib/setup/lab.mjs';
import { environmentFile, jupyterFolders } from '../../../lib/setup/paths.mjs';

const projectRoot = path.resolve(__dirname, '../../..');
const notebooks = path.join(projectRoot, 'notebooks');
const base = path.join(projectRoot, '.cache/browser');

/** Every cell is attached to the page at once: tests look at cells far outside the view. */
const TEST_SETTINGS = { '@jupyterlab/notebook-extension:tracker': { windowingMode: 'none' } };

type Json = Record<string, unknown>;

const readJson = (file: string): Json => JSON.parse(readFileSync(file, 'utf8')) as Json;

function writeJson(file: string, content: Json): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

/** Folders whose test was killed: their names begin with its process. */
function removeLeftovers(): void {
  const isGone = (name: string): boolean => startTime(Number.parseInt(name, 10)) === undefined;
  for (const name of readdirSync(base).filter(isGone)) rmSync(path.join(base, name), { recursive: true, force: true });
}

/**
 * A copy of the notebooks with a JupyterLab of its own, as `npm start` opens it: same kernel spec, same settings, other
 * folders, so that a test changes neither the notebooks nor what a user has open. It lies inside the project, where the
 * notebooks find their packages.
 */
export class Workspace {
  readonly root: string;
  /** The copy of the notebooks, the server's root. */
  readonly folder: string;
  /** Where a browser may keep its profile. */
  readonly profile: string;
  private lab: Awaited<ReturnType<typeof startLab>> | undefined;

  constructor() {
    mkdirSync(base, { recursive: true });
    removeLeftovers();
    this.root = mkdtempSync(path.join(base, `${process.pid}-`));
    process.once('exit', this.removeFolder);
    this.folder = path.join(this.root, 'notebooks');
    this.profile = path.join(this.root, 'profile');
    mkdirSync(this.folder);
    symlinkSync(path.join(projectRoot, 'data'), path.join(this.root, 'data')); // what notebooks read as ../data
    cpSync(path.join(notebooks, 'figures'), path.join(this.folder, 'figures'), { recursive: true });
    for (const name of readdirSync(notebooks).filter((file) => file.endsWith('.ipynb'))) {
      copyFileSync(path.join(notebooks, name), path.join(this.folder, name));
    }
    this.writeEnvironment();
  }

  /** Address of the JupyterLab, once started. */
  get url(): string {
    if (!this.lab) throw new Error('expected a started JupyterLab: call start() first');
    return this.lab.url;
  }

  get token(): string {
    return this.lab?.token ?? '';
  }

  async start(): Promise<void> {
    this.lab = await startLab({ folder: this.folder, root: this.root });
  }

  /** Ends server and kernels and removes the copy. */
  async remove(): Promise<void> {
    await this.lab?.stop();
    this.removeFolder();
    process.off('exit', this.removeFolder);
  }

  private readonly removeFolder = (): void => rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });

  /** The project's environment with Jupyter's folders in the copy and progress kept beside the notebook. */
  private writeEnvironment(): void {
    const { config, runtime } = jupyterFolders(this.root);
    cpSync(jupyterFolders(projectRoot).config, config, { recursive: true });
    const overrides = path.join(config, 'labconfig/default_setting_overrides.json');
    writeJson(overrides, { ...readJson(overrides), ...TEST_SETTINGS });
    mkdirSync(runtime, { recursive: true });
    const described = readJson(environmentFile(projectRoot));
    const own = { JUPYTER_CONFIG_DIR: config, JUPYTER_RUNTIME_DIR: runtime, [PROGRESS_VARIABLE]: '' };
    writeJson(environmentFile(this.root), { ...described, env: { ...(described.env as Json), ...own } });
  }
}

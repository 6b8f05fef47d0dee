/** A kernel about to start. */
export interface KernelLaunch {
  /** Program and arguments. */
  argv: readonly [string, ...string[]];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The only folder outside that the kernel may write: its sockets lie there. */
  folder: string;
}

/** How kernels are kept away from the machine that runs them. */
export interface Isolation {
  /** The same kernel, shut in. */
  wrap(launch: KernelLaunch): KernelLaunch;
  /** What it protects, for a line of a report. */
  readonly summary: string;
}

/** What an isolated kernel may use. */
export interface IsolationOptions {
  /** Folders and files that it may read besides the system's programs, e.g. the project's packages. */
  readable: readonly string[];
  /** Folders among them that it sees empty. */
  hidden?: readonly string[];
  /** Folder with downloaded data sets: its entries can be read, new ones vanish with the kernel. */
  dataFolder?: string;
  /** Names of variables that it sees besides the libraries' settings. */
  passedVariables?: readonly string[];
  /** Most bytes in its temporary folder, default 1e9; its home may hold a fifth. Both are memory. */
  temporaryBytes?: number;
  /** Longest file, default 2e9 bytes. */
  fileBytes?: number;
  /** Most processes and threads of one user in it, default 4096. */
  processes?: number;
}

/** A machine as data: what Node says of it, what lies on its PATH, whether the set-up ran there. */
export interface Simulated {
  host: Host;
  /** Programs on the PATH by file name, with what each prints; a Python prints its version and its processor. */
  programs: Record<string, string>;
  setUp?: boolean;
}

interface Host {
  platform: string;
  arch: string;
  node: string;
  glibc: string | undefined;
  processors: number;
  memoryBytes: number;
}

const GIB = 2 ** 30;
const LINUX: Host = {
  platform: 'linux',
  arch: 'x64',
  node: 'v24.1.0',
  glibc: '2.39',
  processors: 8,
  memoryBytes: 16 * GIB,
};
const MAC: Host = { ...LINUX, platform: 'darwin', arch: 'arm64', glibc: undefined, processors: 10 };
const WINDOWS: Host = { ...LINUX, platform: 'win32', glibc: undefined };
const ARM = { arch: 'arm64' };

const GCC = { 'g++': 'g++ (Ubuntu 13.3.0) 13.3.0' };
const CLANG = { 'clang++': 'Apple clang version 17.0.0' };
const python = (version: string, machine: string) => ({ python3: `${version} ${machine}` });
const CHROMIUM = { chromium: '' };

/** The machines that the doctor's tables are kept of, by the name of the table's file. */
export const MACHINES: Record<string, Simulated> = {
  'linux-x64': {
    host: LINUX,
    programs: { ...GCC, ...python('3.12.3', 'x86_64'), ...CHROMIUM },
  },
  'linux-x64-set-up': {
    host: LINUX,
    programs: { ...GCC, ...python('3.12.3', 'x86_64'), ...CHROMIUM },
    setUp: true,
  },
  'linux-x64-nvidia': {
    host: LINUX,
    programs: { ...GCC, ...python('3.12.3', 'x86_64'), 'nvidia-smi': 'GPU 0: NVIDIA L4 (UUID: GPU-1)' },
  },
  'linux-x64-no-compiler': {
    host: LINUX,
    programs: { ...python('3.12.3', 'x86_64') },
    setUp: true,
  },
  'linux-x64-4-gib': {
    host: { ...LINUX, processors: 2, memoryBytes: 4 * GIB },
    programs: { ...GCC, ...python('3.10.14', 'x86_64') },
    setUp: true,
  },
  'linux-x64-no-python': { host: LINUX, programs: { ...GCC } },
  'linux-x64-python-3.14': { host: LINUX, programs: { ...GCC, ...python('3.14.0', 'x86_64') } },
  'linux-x64-musl': {
    host: { ...LINUX, glibc: undefined },
    programs: { ...GCC, ...python('3.12.3', 'x86_64') },
    setUp: true,
  },
  'linux-arm64': {
    host: { ...LINUX, ...ARM, processors: 4, memoryBytes: 8 * GIB },
    programs: { ...GCC, ...python('3.11.2', 'aarch64'), ...CHROMIUM },
  },
  'linux-arm64-old-glibc': {
    host: { ...LINUX, ...ARM, glibc: '2.17' },
    programs: { ...GCC, ...python('3.11.2', 'aarch64') },
    setUp: true,
  },
  'linux-riscv64': {
    host: { ...LINUX, arch: 'riscv64' },
    programs: { ...GCC, ...python('3.12.3', 'riscv64') },
    setUp: true,
  },
  'macos-arm64': {
    host: MAC,
    programs: { ...CLANG, ...python('3.13.1', 'arm64') },
  },
  'macos-arm64-set-up': {
    host: MAC,
    programs: { ...CLANG, ...python('3.13.1', 'arm64') },
    setUp: true,
  },
  'macos-arm64-no-tools': { host: MAC, programs: { ...python('3.13.1', 'arm64') }, setUp: true },
  'macos-x64': {
    host: { ...MAC, arch: 'x64' },
    programs: { ...CLANG, ...python('3.12.9', 'x86_64') },
  },
  'macos-x64-python-3.13': {
    host: { ...MAC, arch: 'x64' },
    programs: { ...CLANG, ...python('3.13.1', 'x86_64') },
  },
  'macos-node-under-rosetta': {
    host: { ...MAC, arch: 'x64' },
    programs: { ...CLANG, ...python('3.12.9', 'arm64') },
  },
  'windows-x64': { host: WINDOWS, programs: { 'python.exe': '3.13.1 AMD64' } },
  'windows-x64-set-up': { host: WINDOWS, programs: { 'python.exe': '3.13.1 AMD64' }, setUp: true },
  'windows-arm64': { host: { ...WINDOWS, ...ARM }, programs: { 'py.exe': '3.13.1 ARM64' } },
  'freebsd-x64': {
    host: { ...LINUX, platform: 'freebsd', glibc: undefined },
    programs: { 'c++': 'FreeBSD clang version 19.1.7', ...python('3.11.9', 'amd64') },
  },
};

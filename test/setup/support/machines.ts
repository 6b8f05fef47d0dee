/** A machine as data: what Node says of it, what lies on its PATH, whether the set-up ran there. */
export interface Simulated {
  host: Host;
  /** Programs on the PATH by file name, with what each prints; a Python prints its version and its processor. */
  programs: Record<string, string>;
  setUp?: boolean;
  /** What is gone again from the folder of Python's packages after the set-up. */
  lost?: readonly string[];
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

const withCard = (prints: string): Simulated => ({
  host: LINUX,
  programs: { ...GCC, ...python('3.12.3', 'x86_64'), 'nvidia-smi': prints },
});
/** Packages as the simulated registry has them. */
const CUDNN = 'nvidia_cudnn_cu12-9.28.0.dist-info';
const NVCC = ['nvidia/cuda_nvcc', 'nvidia_cuda_nvcc_cu12-12.9.86.dist-info'];

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
  'linux-x64-nvidia': withCard('NVIDIA L4, 550.54.15, 8.9'),
  'linux-x64-nvidia-set-up': { ...withCard('NVIDIA H100 80GB HBM3, 580.65.06, 9.0'), setUp: true },
  'linux-x64-nvidia-no-ptxas': { ...withCard('NVIDIA L4, 550.54.15, 8.9'), setUp: true, lost: NVCC },
  'linux-x64-nvidia-no-cudnn': { ...withCard('NVIDIA L4, 550.54.15, 8.9'), setUp: true, lost: [CUDNN] },
  'linux-x64-nvidia-old-driver': { ...withCard('NVIDIA L4, 470.256.02, 8.9'), setUp: true },
  'linux-x64-nvidia-driver-too-old-for-h100': withCard('NVIDIA H100 PCIe, 535.183.01, 9.0'),
  'linux-x64-nvidia-old-card': withCard('Tesla M40, 535.183.01, 5.2'),
  'linux-x64-nvidia-p100-set-up': { ...withCard('Tesla P100-PCIE-16GB, 550.54.15, 6.0'), setUp: true },
  'linux-x64-nvidia-no-driver': withCard('NVIDIA-SMI has failed'),
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

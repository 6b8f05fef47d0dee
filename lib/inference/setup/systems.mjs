/**
 * What differs from system to system, all of it: data that the plan and the steps read, so that every machine can be
 * tried as data on any other.
 */

/**
 * How an environment of Python lies on the disk.
 *
 * @typedef {object} PythonLayout
 * @property {string[]} folders where its programs are, below the environment's folder (conda keeps `python.exe` in it)
 * @property {string} ending of a program's file
 * @property {RegExp | undefined} versioned folders of `library` that hold a `site-packages` each; undefined where it is
 *   in `library` itself
 * @property {string} library
 */

const UNIX_PYTHON = { folders: ['bin'], ending: '', library: 'lib', versioned: /^python3\.\d+$/ };
const WINDOWS_PYTHON = { folders: ['Scripts', '.'], ending: '.exe', library: 'Lib', versioned: undefined };

const UNIX_PYTHONS = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/**
 * @typedef {object} System
 * @property {string} name as people call it
 * @property {string[]} libraries TensorFlow's two in its wheel, in the order to link them; empty where none can be linked
 * @property {string[]} linkFlags for the compiler, besides the libraries and where they lie
 * @property {string[]} compilers names to look for after the one in CXX
 * @property {{ folder: string, command: string[] } | undefined} developerTools compilers in `folder` are mere doors to
 *   tools that `command` finds where they are installed
 * @property {string} compilerHint how to get a compiler
 * @property {string[]} pythons names to look for after the one in PYTHON
 * @property {string} pythonHint how to get a Python
 * @property {string} venvHint what may be missing where no virtual environment can be made
 * @property {PythonLayout} layout
 * @property {string[]} programEndings of programs on the PATH
 * @property {string[]} browsers programs of Chromium and its relatives; `%NAME%` and `~` as the system's shell reads them
 * @property {string} browserHint how to get one
 * @property {string} npmCache where npm keeps what it fetched, by default
 * @property {string | undefined} native what to do for TensorFlow's speed where no wheel can be linked
 */

/** @type {Record<string, System>} by Node's name of the platform */
export const SYSTEMS = {
  linux: {
    name: 'Linux',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    linkFlags: [],
    compilers: ['g++', 'c++', 'clang++'],
    developerTools: undefined,
    compilerHint: 'install g++ (Debian, Ubuntu: apt install g++)',
    pythons: UNIX_PYTHONS,
    pythonHint: 'install Python 3.10 to 3.13',
    venvHint: 'On Debian and Ubuntu: apt install python3-venv.',
    layout: UNIX_PYTHON,
    programEndings: [''],
    browsers: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    browserHint: 'apt install chromium',
    npmCache: '~/.npm',
    native: undefined,
  },
  darwin: {
    name: 'macOS',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    linkFlags: ['-Wl,-undefined,dynamic_lookup'], // Node's own symbols are there only once Node loads the addon
    compilers: ['clang++', 'c++', 'g++'],
    developerTools: { folder: '/usr/bin', command: ['xcode-select', '-p'] },
    compilerHint: "install Apple's command line tools: xcode-select --install",
    pythons: UNIX_PYTHONS,
    pythonHint: 'install Python 3.10 to 3.13 (python.org, or brew install python@3.13)',
    venvHint: 'Take a Python of python.org or Homebrew, or name one in PYTHON.',
    layout: UNIX_PYTHON,
    programEndings: [''],
    browsers: [
      ...['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
        ['', '~'].map((home) => `${home}/Applications/${name}.app/Contents/MacOS/${name}`),
      ),
      'chromium',
    ],
    browserHint: 'install Google Chrome',
    npmCache: '~/.npm',
    native: undefined,
  },
  win32: {
    name: 'Windows',
    libraries: [],
    linkFlags: [],
    compilers: [],
    developerTools: undefined,
    compilerHint: '',
    pythons: ['python', 'python3', 'py'],
    pythonHint: 'install Python 3.10 to 3.13 (winget install Python.Python.3.13)',
    venvHint: 'Take a Python of python.org, or name one in PYTHON.',
    layout: WINDOWS_PYTHON,
    programEndings: ['.exe', '.cmd', '.bat'],
    browsers: ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].flatMap((file) =>
      ['%ProgramFiles%', '%ProgramFiles(x86)%', '%LocalAppData%'].map((folder) => `${folder}/${file}`),
    ),
    browserHint: 'install Google Chrome or Microsoft Edge',
    npmCache: '%LocalAppData%/npm-cache',
    native: 'for native speed set it up in WSL2 (wsl --install, then the same commands in Ubuntu)',
  },
};

/** A platform that nobody thought of is taken for one like Linux, without a wheel. */
export const systemOf = (platform) => SYSTEMS[platform] ?? { ...SYSTEMS.linux, name: platform };

/**
 * What TensorFlow's libraries for CUDA ask of an NVIDIA card. Versions are compared, capabilities too.
 *
 * @typedef {object} CardNeeds
 * @property {string} driver the oldest driver for this CUDA
 * @property {string} capability the oldest compute capability that the wheel has kernels for
 * @property {{ capability: string, driver: string }} compiled from this capability on the driver itself compiles most
 *   kernels, which an older one cannot
 * @property {{ capability: string, requirement: string }} cudnn below this capability cards need an older cuDNN
 * @property {number} gigabytes on the disk: the wheel, and CUDA's libraries as pip finds them today
 */

/**
 * The wheel of TensorFlow 2.21 is built with CUDA 12.5 and cuDNN 9.
 * - Drivers: CUDA 12 runs from 525.60.13 on (https://docs.nvidia.com/deploy/cuda-compatibility, minor versions).
 * - Kernels: its `build_info.py` names sm_60, sm_70, sm_80, sm_89 and compute_90. In its libraries 1,149 of 1,398 kernels
 *   have no machine code for 9.0, but PTX 8.5, which drivers read since that of CUDA 12.5, 555.42.02.
 * - cuDNN: libcudnn_ops and libcudnn_cnn of 9.28 have machine code from 7.5 on; 9.10 is the last that NVIDIA's support
 *   matrix lists with older ones.
 *
 * @type {CardNeeds}
 */
const CUDA_12 = {
  driver: '525.60.13',
  capability: '6.0',
  compiled: { capability: '9.0', driver: '555.42.02' },
  cudnn: { capability: '7.5', requirement: 'nvidia-cudnn-cu12<9.11' },
  gigabytes: 6.4,
};

/**
 * A wheel of TensorFlow whose libraries the addon can be linked with, as PyPI has them.
 *
 * @typedef {object} Wheel
 * @property {string} package its name
 * @property {string} [cuda] the name of the one for NVIDIA cards
 * @property {CardNeeds} [cards] what that one asks of them
 * @property {string} [version] the last one made for this machine, where that is not the newest
 * @property {string} [python] Pythons it is for, where that differs from the newest's
 * @property {string} [glibc] the oldest GNU C library it runs with
 * @property {string} tag its platform tag
 * @property {string[]} machine what Python calls the processor (`platform.machine()`)
 * @property {boolean} prebuilt whether `@tensorflow/tfjs-node-gpu` has an addon of its own for this machine to download
 */

/** @type {Record<string, Wheel>} by Node's names of platform and architecture */
export const WHEELS = {
  'linux-x64': {
    package: 'tensorflow-cpu',
    cuda: 'tensorflow',
    cards: CUDA_12,
    glibc: '2.27',
    tag: 'manylinux_2_27_x86_64',
    machine: ['x86_64'],
    prebuilt: true,
  },
  'linux-arm64': {
    package: 'tensorflow',
    glibc: '2.27',
    tag: 'manylinux_2_27_aarch64',
    machine: ['aarch64'],
    prebuilt: false,
  },
  'darwin-arm64': { package: 'tensorflow', tag: 'macosx_12_0_arm64', machine: ['arm64'], prebuilt: false },
  'darwin-x64': {
    package: 'tensorflow',
    version: '2.16.2',
    python: '>=3.10,<3.13',
    tag: 'macosx_10_15_x86_64',
    machine: ['x86_64'],
    prebuilt: true,
  },
};

/** Below this much memory large networks do not fit beside JupyterLab and a browser. */
export const LITTLE_MEMORY_GIB = 6;

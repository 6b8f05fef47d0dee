"""Servers of a class: each learner's in a sandbox of its own (bubblewrap), with bounds."""

import os
import shutil
import sys
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Integer, Unicode

PROJECT = Path(__file__).resolve().parents[2]

# What a learner's server and kernels need of the workbook's folder: packages, the library, its data, the environments.
SHARED = [
    "package.json",
    "tsconfig.json",
    "node_modules",
    "lib",
    "data",
    ".venv",
    ".cache/addon",
    ".cache/data",
    ".cache/hub/hub",
    ".cache/jupyter/config",
    ".cache/jupyter/data",
    ".cache/scalable-inference",
]

# What programs of a Linux system need to start, and nothing that tells of its users.
SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store"]
SYSTEM_FILES = [
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/ssl",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/sys/devices/system/cpu",
]

# Numbers of users that no system account has; a Hub that runs as root gives each learner one of them.
FIRST_UID = 61_000
PROGRAMS = ["bwrap", "prlimit", "setpriv"]


def check_programs():
    """Refuses to start where learners could not be kept apart."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(
            f"A class needs {', '.join(missing)}, which keep learners apart (Debian: apt-get install bubblewrap util-linux)."
        )


class ClassSpawner(LocalProcessSpawner):
    """Starts a server that sees the system and the workbook read-only, and of the class its learner's folder alone."""

    learners = Unicode(help="The folder with one folder a learner.").tag(config=True)
    process_limit = Integer(1024, help="Processes and threads of a learner.").tag(config=True)
    file_limit = Integer(4 * 2**30, help="Bytes of the longest file a learner may write.").tag(config=True)
    temporary_limit = Integer(2**30, help="Bytes in /tmp, which is memory.").tag(config=True)

    @property
    def folder(self):
        return Path(self.learners) / self.user.name

    @property
    def home(self):
        """Where the learner's folder is inside the sandbox."""
        return f"/home/{self.user.name}"

    @property
    def uid(self):
        """The learner's number; that of the Hub itself where it is not root."""
        return FIRST_UID + self.user.id if os.getuid() == 0 else os.getuid()

    async def start(self):
        self.make_folder()
        self.cmd = [*self.sandbox(), *self.bounds(), sys.executable, "-m", "jupyterhub.singleuser"]
        return await super().start()

    def make_folder(self):
        """Gives a new learner a folder with the notebooks; what is there stays as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        notebooks = self.folder / "notebooks"
        if not notebooks.exists():
            ignored = shutil.ignore_patterns(".*")
            shutil.copytree(PROJECT / "notebooks", notebooks, ignore=ignored)
            (self.folder / "data").symlink_to(PROJECT / "data")  # what notebooks read as ../data
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, self.uid, -1, follow_symlinks=False)
        self.folder.chmod(0o700)

    def sandbox(self):
        """bubblewrap's command line. The Hub's end is the server's end."""
        namespaces = ["--die-with-parent", "--new-session", "--unshare-ipc", "--unshare-pid", "--unshare-uts"]
        if os.getuid() != 0:
            namespaces += ["--unshare-user", "--cap-drop", "ALL"]
        mounts = ["--proc", "/proc", "--dev", "/dev", *card_mounts()]
        for place in ["/tmp", "/dev/shm"]:
            mounts += ["--perms", "1777", "--size", str(self.temporary_limit), "--tmpfs", place]
        mounts += [*system_mounts(), *shared_mounts(), *open_folders(self.home)]
        mounts += ["--bind", str(self.folder), self.home]
        mounts += ["--symlink", str(PROJECT / "node_modules"), "/home/node_modules"]
        return ["bwrap", *namespaces, "--hostname", "class", *mounts, "--chdir", self.home, "--"]

    def bounds(self):
        """What bounds each process; as root, also what gives the learner a number of their own."""
        limits = ["prlimit", f"--nproc={self.process_limit}", f"--fsize={self.file_limit}", "--core=0"]
        if self.mem_limit:
            limits.append(f"--data={self.mem_limit}")
        if os.getuid() != 0:
            return [*limits, "--"]
        number = str(self.uid)
        drop = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups"]
        return [*limits, "--", *drop, "--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all"]

    def make_preexec_fn(self, name):
        """Keeps a learner's processes on as many processors as the limit says."""
        processors = sorted(os.sched_getaffinity(0))
        wanted = min(len(processors), max(1, round(self.cpu_limit or len(processors))))
        first = (self.user.id * wanted) % len(processors)
        chosen = [processors[(first + at) % len(processors)] for at in range(wanted)]
        return lambda: os.sched_setaffinity(0, chosen)

    def user_env(self, env):
        env.update(
            USER=self.user.name,
            HOME=self.home,
            SHELL="/bin/bash",
            TMPDIR="/tmp",
            JUPYTER_PATH=str(PROJECT / ".cache/jupyter/data"),
            JUPYTER_CONFIG_PATH=str(PROJECT / ".cache/jupyter/config"),
            SCALABLE_INFERENCE_DATA=str(self.data_folder()),
        )
        return env

    def data_folder(self):
        """Downloaded pictures: shared where the teacher has fetched them, else the learner's own."""
        shared = PROJECT / ".cache/data"
        return shared if shared.exists() else f"{self.home}/.data"

    async def move_certs(self, paths):
        return paths


def system_mounts():
    """Options that show the system's programs, read-only. Merged folders (/bin to usr/bin) stay links."""
    options = []
    for name in filter(os.path.lexists, [*SYSTEM, *interpreters()]):
        options += open_folders(name)
        options += ["--symlink", os.readlink(name), name] if os.path.islink(name) else ["--ro-bind", name, name]
    for name in SYSTEM_FILES:
        options += [*open_folders(name), "--ro-bind-try", name, name]
    return options


def interpreters():
    """Installations of Python and Node that lie outside of the system's folders."""
    node = shutil.which("node")
    found = [sys.base_prefix, *([str(Path(node).resolve().parents[1])] if node else [])]
    return [name for name in dict.fromkeys(found) if not name.startswith("/usr")]


def shared_mounts():
    """Options that show the workbook's folders, read-only, each where a path leads and where it is named."""
    options = []
    for path in (PROJECT / name for name in SHARED):
        if path.exists():
            for place in dict.fromkeys([str(path.resolve()), str(path)]):
                options += [*open_folders(place), "--ro-bind", str(path.resolve()), place]
    return options


def open_folders(place):
    """Options that make the folders above a place, for everybody: bubblewrap's own are the Hub's user's alone."""
    above = [str(path) for path in reversed(Path(place).parents) if str(path) not in ("/", "/tmp")]
    return [word for path in above for word in ("--perms", "0755", "--dir", path)]


def card_mounts():
    """Options for the devices of graphics cards; none on most machines."""
    cards = [str(path) for path in Path("/dev").glob("nvidia*")]
    return [word for card in cards for word in ("--dev-bind-try", card, card)]

"""JupyterHub for a class with this workbook; `npm run class -- FOLDER` starts it. See .github/docs/classroom.md.

What a class has of its own lies in the folder that SCALABLE_INFERENCE_CLASS names: `learners.txt` (a name a line,
written by the teacher), `learners/NAME` (a folder a learner) and `state` (passwords, the Hub's database, tokens).
"""

import os
import secrets
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from class_spawner import ClassSpawner, check_programs  # noqa: E402

c = get_config()  # noqa: F821

check_programs()
folder = Path(os.environ["SCALABLE_INFERENCE_CLASS"]).resolve()
state = folder / "state"
learners = folder / "learners"
state.mkdir(parents=True, exist_ok=True)
state.chmod(0o700)
learners.mkdir(exist_ok=True)
learners.chmod(0o711)


def secret(name):
    """A secret that is made once and kept where only the Hub's user can read it."""
    path = state / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


# Who may log in: the names in learners.txt. The first password that is given for a name becomes its password.
names = (line.split("#")[0].strip() for line in (folder / "learners.txt").read_text().splitlines())
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.Authenticator.allowed_users = {name for name in names if name}
c.FirstUseAuthenticator.create_users = False
c.FirstUseAuthenticator.dbm_path = str(state / "passwords.dbm")

# Where it listens: this machine alone. For a class put a proxy with HTTPS before it, or give a certificate here.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
secret("cookie_secret")
proxy = PROJECT / ".cache/hub/proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [shutil.which("node"), str(proxy)]
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
c.ConfigurableHTTPProxy.auth_token = secret("proxy.token")

# What a learner gets: see class_spawner.py for what each bound means, and the page for what it does not.
c.JupyterHub.spawner_class = ClassSpawner
c.ClassSpawner.learners = str(learners)
c.Spawner.mem_limit = "6G"
c.Spawner.cpu_limit = 2
c.Spawner.notebook_dir = "/home/{username}"
c.Spawner.default_url = "/lab/tree/notebooks/architecture.ipynb"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 60
c.Spawner.args = [
    # No kernel but the workbook's, and nothing that asks the internet.
    "--KernelSpecManager.ensure_native_kernel=False",
    "--KernelSpecManager.allowed_kernelspecs=tslab",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LanguageServerManager.autodetect=False",
    # Outputs over the default rate would be dropped with a mere warning.
    "--ZMQChannelsWebsocketConnection.limit_rate=False",
]
# A second server of the same learner, so that a teacher's run does not meet what the learner has open.
c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = 2
# A class that starts at the same time waits in line.
c.JupyterHub.concurrent_spawn_limit = 10

# The teacher's token for `npm run notebooks -- --hub`, in state/teacher.token; servers idle for an hour are stopped.
c.JupyterHub.services = [
    {"name": "teacher", "api_token": secret("teacher.token")},
    {"name": "culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]},
]
c.JupyterHub.load_roles = [
    {
        "name": "teacher",
        "services": ["teacher"],
        "scopes": ["list:users", "read:users", "servers", "access:servers"],
    },
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]

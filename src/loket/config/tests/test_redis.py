"""``CACHE_URL``: what throttles sign-ins is counted for all processes together."""

import subprocess

import pytest
import redis

from loket.config.tests.installation import Visitor, await_truth, free_port, need

pytestmark = pytest.mark.installation


@pytest.fixture
def redis_url(tmp_path):
    need("redis-server", "redis-server")
    port = free_port()
    words = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "only-for-tests",
        "--dir",
        str(tmp_path),
        "--save",
        "",
    ]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(["redis-server", *words], stdout=log, stderr=log)
    await_truth(lambda: "Ready to accept connections" in (tmp_path / "log").read_text())
    yield f"redis://:only-for-tests@127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


def test_ten_wrong_passwords_lock_an_address_whichever_process_counts_them(install, redis_url):
    installation = install(CACHE_URL=redis_url)
    installation.serve("--workers", "2")

    def refused(password):
        visitor = Visitor(installation.port)
        visitor.get("/support/sign-in/")
        answer = visitor.post("/support/sign-in/", {"login": "alice@example.com", "password": password})
        return answer.status == 302, "Too many" in answer.text

    tries = [refused("wrong") for _ in range(11)]
    assert tries[:10] == [(False, False)] * 10
    assert tries[10] == (False, True)
    assert refused("correct horse battery") == (False, True)
    assert redis.Redis.from_url(redis_url).dbsize() > 0

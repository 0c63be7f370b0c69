"""Many visitors who send a byte now and then, through the nginx that ``deploy/nginx.conf`` describes."""

import re
import resource
import socket
import subprocess
import time
from pathlib import Path

import pytest

from loket.config.tests.installation import Visitor, await_truth, free_port, need

pytestmark = pytest.mark.installation

DOCUMENTED = Path(__file__).resolve().parents[4] / "deploy" / "nginx.conf"
SLOW = 500
AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
worker_rlimit_nofile 16384;
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {server}
}}
"""


def configuration(folder, port, behind):
    """What is documented, without TLS and on other ports."""
    text = DOCUMENTED.read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r".*listen \[::\].*\n|.*ssl_cert.*\n", "", text)
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}").replace(
        "127.0.0.1:8000", f"127.0.0.1:{behind}"
    )
    assert "ssl" not in text.replace("# ", "") and "proxy_pass http://loket" in text
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, server=text))
    return folder / "nginx.conf"


@pytest.fixture
def proxy(install, tmp_path):
    """An installation behind nginx; gives the port of nginx."""
    need("nginx", "nginx-light")
    port = free_port()
    installation = install(LOKET_BEHIND_PROXY="yes", LOKET_URL=f"http://localhost:{port}")
    installation.serve()
    tmp_path.chmod(0o755)
    nginx = subprocess.Popen(["nginx", "-c", configuration(tmp_path, port, installation.port)])
    visitor = Visitor(port)
    await_truth(lambda: listens(port))
    assert visitor.get("/healthz").status == 200
    yield port
    nginx.terminate()
    nginx.wait(10)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def slow_visitor(port, number):
    """A connection that stays at half a form, or at half of its head."""
    head = b"POST /support/sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    rest = b"Content-Length: 900000\r\n\r\nlogin=" if number % 2 else b"X-Slow: "
    visitor = socket.create_connection(("127.0.0.1", port))
    visitor.sendall(head + rest)
    return visitor


def test_five_hundred_slow_visitors_stop_nobody(proxy):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, max(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    alice = Visitor(proxy).sign_in("alice@example.com")
    slow = [slow_visitor(proxy, number) for number in range(SLOW)]
    try:
        longest = 0
        for _ in range(10):
            for visitor in slow:
                visitor.sendall(b"x")
            began = time.monotonic()
            assert "Printer on fire" in alice.get("/support/").text
            longest = max(longest, time.monotonic() - began)
        assert longest < 5, longest
    finally:
        for visitor in slow:
            visitor.close()


def test_the_net_reads_no_figures_through_the_documented_proxy(proxy):
    assert [Visitor(proxy).get(path).status for path in ("/metrics", "/readyz", "/healthz")] == [404, 404, 200]

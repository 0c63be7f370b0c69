"""A certified OpenID provider (npm's ``oidc-provider``) in a process of its own, and somebody's browser in front of it.

It is installed once into ``var/oidc-provider``, from the lock beside this file.
"""

import fcntl
import json
import re
import shutil
import subprocess
import urllib.error
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from loket.config import env
from loket.config.tests.installation import await_truth, cannot, free_port, need

HERE, PLACE = Path(__file__).parent, env.PROJECT / "var" / "oidc-provider"
LOCK = "package-lock.json"


def install():
    """Install it, unless it is there as locked; of several processes one does."""
    need("node", "nodejs")
    need("npm", "npm")
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        shutil.copy(HERE / "provider.mjs", PLACE)
        done = PLACE / "installed.json"
        if done.exists() and done.read_text() == (HERE / LOCK).read_text():
            return
        for name in ("package.json", LOCK):
            shutil.copy(HERE / name, PLACE)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        result = subprocess.run(words, cwd=PLACE, capture_output=True, text=True, timeout=300)
        if result.returncode:
            cannot(f"npm could not install oidc-provider: {result.stderr[-500:]}")
        shutil.copy(HERE / LOCK, done)


class CertifiedProvider:
    """The running provider; ``people`` are {sub: claims}, and ``tell`` changes them."""

    def __init__(self, folder, clients, people):
        self.port, self.people = free_port(), folder / "people.json"
        self.issuer = f"http://127.0.0.1:{self.port}"
        (folder / "clients.json").write_text(json.dumps(clients))
        self.tell(people)
        words = ["node", "provider.mjs", str(self.port), str(folder / "clients.json"), str(self.people)]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(words, cwd=PLACE, stdout=log, stderr=log)
        await_truth(lambda: "ready" in (folder / "log").read_text())

    def tell(self, people):
        """Who has an account there."""
        self.people.write_text(json.dumps(people))

    def close(self):
        self.process.terminate()
        self.process.wait(10)

    def approve(self, address, sub):
        """Sign in as ``sub`` and agree, in a browser of their own: what it brings back, {parameter: value}."""
        browser = Browser(self.issuer)
        page = browser.open(address)
        while 'name="prompt"' in page:
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            action = re.search(r'<form[^>]+action="([^"]+)"', page)[1]
            page = browser.open(urljoin(self.issuer, action), {"prompt": prompt, "login": sub, "password": "any"})
        assert browser.left_to, page
        return {name: values[0] for name, values in parse_qs(urlsplit(browser.left_to).query).items()}


class Browser(HTTPRedirectHandler):
    """Keeps cookies, follows redirects, and stops at the one that leaves the provider: ``left_to``."""

    def __init__(self, home):
        self.home, self.left_to = home, None
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()), self)

    def redirect_request(self, request, fp, code, msg, headers, newurl):
        if newurl.startswith(f"{self.home}/"):
            return super().redirect_request(request, fp, code, msg, headers, newurl)
        self.left_to = newurl
        return None

    def open(self, address, form=None):
        """The page at ``address``, as text; "" where the way leaves the provider."""
        data = urlencode(form).encode() if form else None
        try:
            return self.opener.open(Request(address, data), timeout=20).read().decode()
        except urllib.error.HTTPError as answer:
            if self.left_to:
                return ""
            raise AssertionError(f"{answer.code}: {answer.read().decode()[:2000]}") from answer

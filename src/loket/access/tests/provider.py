"""An OpenID provider for tests, on loopback: as good, or as wrong, as a test wants it."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "the client's own secret"
_keys = []


def key(place):
    """The same two RSA keys for all tests: making one takes long."""
    while len(_keys) <= place:
        _keys.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _keys[place]


class Provider:
    """``person`` is who signs in; ``lies`` are claims that stand in the token instead; ``told`` changes the discovery."""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.person = {"sub": "alice-1", "email": "alice@example.com", "email_verified": True}
        self.lies, self.told, self.codes, self.signs_with = {}, {}, {}, 0
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def approve(self, address):
        """What the browser brings back when the person agrees: {parameter: value}."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"],
        } | self.told

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(0).public_key()))
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def token(self, form, authorization):
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if pair != "loket:" + "the%20client%27s%20own%20secret":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if not asked or asked["code_challenge"] != challenge.decode() or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "loket", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"sub": self.person["sub"]} | self.lies
        signed = jwt.encode(claims, key(self.signs_with), algorithm="RS256", headers={"kid": "one"})
        return 200, {"access_token": "open sesame", "token_type": "Bearer", "id_token": signed}

    def handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                answers = {"/.well-known/openid-configuration": provider.discovery, "/keys": provider.keys}
                self.answer(200, answers.get(self.path, lambda: provider.person)())

            def do_POST(self):
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                form = {name: values[0] for name, values in sent.items()}
                self.answer(*provider.token(form, self.headers.get("Authorization", "")))

            def answer(self, status, told):
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Quiet."""

        return Handler

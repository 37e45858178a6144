"""Starts the demo on data of its own, makes a token as a person would, and lets schemathesis loose; see scripts/attack-api."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PASSWORD = "concert-demo"
WHO = os.environ.get("ATTACK_AS", "donor@example.example")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Person:
    """Somebody at a browser."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path):
        return self.opener.open(self.address + path).read().decode()

    def post(self, path, fields):
        token = re.search(r'name="form_token" value="([^"]+)"', self.get(path.split("?")[0]))
        body = urllib.parse.urlencode({**fields, "form_token": token.group(1)}).encode()
        request = urllib.request.Request(self.address + path, body, {"Origin": self.address})
        return self.opener.open(request).read().decode()


def token(address):
    person = Person(address)
    person.post("/sign-in", {"email": WHO, "password": PASSWORD})
    form = person.get("/example/tokens")
    whose = re.search(r'<select[^>]*name="whose".*?<option value="([^"]+)"', form, re.S).group(1)
    made = person.post(
        "/example/tokens", {"name": "schemathesis", "whose": whose, "scope": "write", "life": "30"}
    )
    found = re.search(r'id="token"[^>]*value="([^"]+)"', made)
    if not found:
        sys.exit("No token was made: " + re.sub(r"<[^>]+>", " ", made)[:2000])
    return found.group(1)


def main():
    program, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        log = open(os.path.join(folder, "log"), "w+")
        demo = subprocess.Popen(
            [program, "demo", "--port", str(port), "--data", os.path.join(folder, "d")],
            stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "RUST_LOG": "warn"},
        )
        try:
            for _ in range(240):
                log.seek(0)
                if "Ready after" in log.read():
                    break
                if demo.poll() is not None:
                    log.seek(0)
                    sys.exit("The demo ended:\n" + log.read())
                time.sleep(0.5)
            log.seek(0, os.SEEK_END)
            command = [
                os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run",
                f"{address}/api/v1/openapi.json", "--url", address,
                "-H", f"Authorization: Bearer {token(address)}",
                # below what a token may ask for in a minute
                "--rate-limit", "9/s", "--max-examples", os.environ.get("ATTACK_EXAMPLES", "15"),
                "--request-timeout", "30", "--no-color",
                # what a schema allows can still be of nothing: an id of no record, a cursor of no list; 422 says so
                "--exclude-checks", "positive_data_acceptance",
            ]
            code = subprocess.call(command + rest)
            log.seek(0)
            said = [line for line in log.read().splitlines() if " ERROR " in line or "panicked" in line]
            if said:
                print("The portal's log:\n" + "\n".join(said[:40]))
            sys.exit(code or (1 if said else 0))
        finally:
            demo.terminate()
            demo.wait(timeout=60)


main()

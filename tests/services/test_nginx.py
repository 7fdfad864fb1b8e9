"""Debian's nginx with docs/deploy/nginx.conf in front of a server, on local ports."""

import http.client
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.attacks.server import ROOT, log_of, serving
from tests.attacks.slow_clients import KINDS
from tests.test_serve import free_port

HOST = "cases.example"
NGINX = "/usr/sbin/nginx"
# The main configuration as in Debian's nginx.conf, with every file in one folder.
AROUND = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Site:
    """The ports of nginx and of the metrics, and an SSL context that accepts the certificate."""

    http: int
    https: int
    figures: int
    data: Path
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def connection(self) -> http.client.HTTPSConnection:
        made = http.client.HTTPSConnection(HOST, timeout=30, context=self.trust)
        made.sock = self.socket()
        return made

    def socket(self) -> ssl.SSLSocket:
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(30)
        plain.connect(("127.0.0.1", self.https))
        return self.trust.wrap_socket(plain, server_hostname=HOST)

    def send(
        self, address: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Header names are written as Accept_Encoding="br"."""
        connection = self.connection()
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, address, body, given)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            assert len(found) == len(answer.getheaders()), answer.getheaders()  # no duplicates
            return answer.status, found, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, figures = tmp_path_factory.mktemp("nginx"), free_port()
    settings = {
        "CASELIB_ALLOWED_HOSTS": HOST,
        "CASELIB_SITE_URL": f"https://{HOST}",
        "CASELIB_HTTPS": "true",
        "CASELIB_TRUSTED_PROXIES": "1",
        "CASELIB_FIGURES_PORT": str(figures),
    }
    with serving(folder / "data", **settings) as port:
        made = Site(free_port(), free_port(), figures, folder / "data")
        key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
                *("-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        made.trust.load_verify_locations(certificate)
        user = "user root;" if os.getuid() == 0 else ""  # the owner of the test's folder
        (folder / "site.conf").write_text(rendered(made, port, folder))
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr
        with subprocess.Popen(command) as nginx:
            try:
                wait_for(made.https)
                yield made
            finally:
                nginx.terminate()
    assert "Traceback" not in log_of(folder / "data")


def rendered(site: Site, port: int, folder: Path) -> str:
    """The site's configuration with the ports and certificates of the test, otherwise unchanged."""
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"\n *listen \[::\]:[^\n]*", "", text)
    for given, meant in (
        ("listen 80;", f"listen 127.0.0.1:{site.http};"),
        ("listen 443 ", f"listen 127.0.0.1:{site.https} "),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{port};"),
        (f"/etc/letsencrypt/live/{HOST}/", f"{folder}/"),
    ):
        assert given in text
        text = text.replace(given, meant)
    return text


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def test_http_leads_to_https(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.http, timeout=30)
    connection.request("GET", "/cases/?q=a", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/cases/?q=a")
    connection.close()


def test_pages_come_compressed_with_their_headers(site: Site) -> None:
    status, headers, body = site.send("/cases/yucai/", Accept_Encoding="br")
    assert (status, headers["content-encoding"], len(body) > 1000) == (200, "br", True)
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert headers["cache-control"] == "no-cache"
    again = site.send("/cases/yucai/", Accept_Encoding="br", If_None_Match=headers["etag"])
    assert (again[0], again[1].get("content-security-policy")) == (304, None)


def test_canonical_addresses_are_those_of_the_site(site: Site) -> None:
    page = site.send("/cases/yucai/")[2].decode()
    assert f'<link rel="canonical" href="https://{HOST}/cases/yucai/">' in page


def test_static_files_may_be_kept_for_good(site: Site) -> None:
    page = site.send("/")[2].decode()
    (script,) = re.findall(r'src="(/static/[^"]+\.js)"', page)[:1]
    status, headers, _body = site.send(script, Accept_Encoding="br")
    assert (status, headers["content-encoding"]) == (200, "br")
    assert "immutable" in headers["cache-control"]


def test_cookies_of_the_desk_are_for_https_alone(site: Site) -> None:
    _status, headers, _body = site.send("/admin/login/")
    assert "Secure" in headers["set-cookie"]


@pytest.mark.parametrize(
    ("address", "bytes_sent", "status"),
    [
        ("/", 2 * 2**20, 413),  # refused by nginx
        ("/admin/login/", 2 * 2**20, 413),  # by caselib
        ("/admin/login/", 65 * 2**20, 413),  # by nginx
        ("/cases/", 1000, 405),
    ],
)
def test_large_bodies_are_refused(site: Site, address: str, bytes_sent: int, status: int) -> None:
    found, headers, _body = site.send(address, "POST", b"x" * bytes_sent)
    assert (found, headers["x-content-type-options"]) == (status, "nosniff")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1", 414),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1", 414),  # by caselib
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000, 400),
        (b"GET / HTTP/9.1", 505),
        (b"GARBAGE", 400),
    ],
)
def test_refusals_have_the_headers_of_pages(site: Site, request_line: bytes, status: int) -> None:
    with site.socket() as client:
        client.sendall(request_line + b"\r\nHost: cases.example\r\nConnection: close\r\n\r\n")
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == status
        assert answer.headers.get_all("Cache-Control") == ["no-store"]
        assert answer.headers.get_all("X-Frame-Options") == ["DENY"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        answer.read()
        answer.close()


def test_figures_are_on_a_port_of_their_own(site: Site) -> None:
    before = counts(site)
    for address in ("/cases/hanyang/", "/nope/", "/metrics"):
        site.send(address)
    grown = {kind for kind, count in counts(site).items() if count > before.get(kind, 0)}
    assert ("bypass", "404") in grown and grown & {("miss", "200"), ("hit", "200")}
    assert b"caselib_requests" not in site.send("/metrics")[2]


def counts(site: Site) -> dict[tuple[str, str], float]:
    """(result of the page cache, status) → requests, of all workers."""
    connection = http.client.HTTPConnection("127.0.0.1", site.figures, timeout=30)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    assert "hanyang" not in text
    line = r'^caselib_requests_total{cache="(\w+)",status="(\d+)"} (.*)$'
    return {(cache, status): float(n) for cache, status, n in re.findall(line, text, re.MULTILINE)}


def test_another_host_is_not_served(site: Site) -> None:
    assert site.send("/", Host="evil.example")[0] == 400


def test_an_address_that_a_client_makes_up_is_no_way_around_the_throttle(site: Site) -> None:
    """nginx appends the real one."""
    statuses = []
    for n in range(6):
        connection = site.connection()
        connection.request("GET", "/admin/login/")
        page = connection.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        assert token
        form = f"csrfmiddlewaretoken={token[1]}&username=desk&password=wrong"
        connection.close()
        status, _headers, _body = site.send(
            *("/admin/login/", "POST", form.encode()),
            Cookie=cookie,
            Referer=f"https://{HOST}/admin/login/",
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"9.9.9.{n}",
        )
        statuses.append(status)
    assert statuses == [200, 200, 200, 200, 429, 429]


@pytest.mark.parametrize("kind", KINDS)
def test_fifty_slow_clients_hold_up_no_reader(
    site: Site, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    p99(site)
    before = p99(site)
    with ExitStack() as stack:
        for _n in range(50):
            KINDS[kind](stack.enter_context(site.socket()))
        during = p99(site)
    with capsys.disabled():
        print(f"\n50 × {kind} at nginx: p99 {during:.1f} ms, {during / before:.1f} × undisturbed")


def p99(site: Site) -> float:
    """99th percentile in milliseconds, on one connection; all must be answered."""
    took, end = [], time.monotonic() + 1.5
    connection = site.connection()
    while time.monotonic() < end:
        began = time.perf_counter()
        connection.request("GET", "/cases/yucai/", headers={"Host": HOST})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200
        if answer.headers["Connection"] == "close":  # after a thousand requests
            connection.close()
            connection = site.connection()
    connection.close()
    return sorted(took)[int(len(took) * 0.99)]

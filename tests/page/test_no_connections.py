"""The page cannot talk to anybody: its browser refuses, whatever a script tries."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

# each way by which a page could send something to a server
WAYS = {
    "fetch": "fetch(URL)",
    "request": "{const r = new XMLHttpRequest(); r.open('GET', URL); r.send()}",
    "beacon": "navigator.sendBeacon(URL, 'x')",
    "events": "new EventSource(URL)",
    "socket": "new WebSocket(URL.replace('http', 'ws'))",
    "picture": "new Image().src = URL",
    "script": "{const s = document.createElement('script'); s.src = URL; document.body.append(s)}",
    "style": "{const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = URL;"
    " document.head.append(l)}",
    "font": "new FontFace('f', `url(${URL})`).load()",
    "frame": "{const f = document.createElement('iframe'); f.src = URL; document.body.append(f)}",
    "form": "{const f = document.createElement('form'); f.action = URL; f.target = '_blank';"
    " document.body.append(f); f.submit()}",
    "video": "{const v = document.createElement('video'); v.src = URL; document.body.append(v)}",
    "worker": "new Worker(window.URL.createObjectURL(new Blob([`fetch('${URL}')`])))",
    "imports": "new Worker(window.URL.createObjectURL(new Blob([`importScripts('${URL}')`])))",
    "module": "import(URL)",
}


@pytest.fixture
def server():
    """A server that notes which paths it is asked for."""
    asked = set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.add(self.path.strip("/").split("?")[0])
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}/", asked
    served.shutdown()
    thread.join()
    served.server_close()


def _try_all(tab, address):
    for name, way in WAYS.items():
        tab.evaluate(
            f"""() => {{
            const URL = "{address}{name}";
            window.onunhandledrejection = event => event.preventDefault();
            try {{ {way} }} catch {{}}
        }}"""
        )
    tab.wait_for_timeout(1500)


def test_no_way_out_is_open(built, browser, server):
    address, asked = server
    tab = browser.new_page()
    tab.goto(built.as_uri())
    _try_all(tab, address)
    tab.close()
    assert asked == set()


def test_without_its_policy_the_same_ways_are_open(built, browser, server, tmp_path):
    page = built.read_text(encoding="utf-8")
    start = page.index('<meta http-equiv="Content-Security-Policy"')
    open_page = tmp_path / "open.html"
    open_page.write_text(page[:start] + page[page.index(">", start) + 1 :], encoding="utf-8")
    address, asked = server
    tab = browser.new_page()
    tab.goto(open_page.as_uri())
    _try_all(tab, address)
    tab.close()
    assert asked >= set(WAYS), set(WAYS) - asked

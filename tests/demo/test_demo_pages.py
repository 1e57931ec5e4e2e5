"""The demo says truly whether its pages open."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from maild.demo.pages import Page, answers, free_port
from maild.demo.show import _lines


class Half(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/good" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_page_that_does_not_open_is_told_apart():
    server = HTTPServer(("127.0.0.1", 0), Half)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    nobody = f"http://127.0.0.1:{free_port()}/"
    try:
        assert answers([Page("", f"{here}/good"), Page("", f"{here}/bad"), Page("", nobody)]) == [200, 404, 0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_chinese_is_broken_where_a_line_is_full_and_english_is_left_to_the_screen():
    assert list(_lines("打印" * 30 + "\nshort\n" + "word " * 30, 40)) == ["打印" * 10] * 3 + ["short", "word " * 30]

"""A county's web server: files of a folder, by ranges, over lines that may be cut."""
import hashlib
import http.server
import threading


class Web(http.server.BaseHTTPRequestHandler):
    """Files of a folder, by ranges (RFC 9110, 14); cuts: after how many bytes of the coming answers the line is cut."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        path = server.folder / self.path.rsplit("/", 1)[1]
        if not path.exists():
            return self.send_error(404)
        body = path.read_bytes()
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        asked = self.headers.get("Range")
        if asked and self.headers.get("If-Range", etag) == etag:
            first, last = (int(number) for number in asked.removeprefix("bytes=").split("-"))
            part = body[first:last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(body)}")
        else:
            part = body
            self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        if asked and server.cuts:
            part = part[:server.cuts.pop(0)]
            self.close_connection = True
        try:
            self.wfile.write(part)
            server.served += len(part) if asked else 0
        except OSError:
            self.close_connection = True
        return None

    def log_message(self, *_):
        pass


def web_server(folder):
    """Runs until shutdown(); its port is server_port, what it gave by ranges so far served bytes."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.folder, server.cuts, server.served = folder, [], 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server

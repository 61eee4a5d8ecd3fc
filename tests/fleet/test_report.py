#!/usr/bin/env python3
"""yizhanctl fleet report: five hundred kiosks on one page, each in need named for its own reason, and a page that any
parser, printer and eye can read."""
import base64
import datetime
import html
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import urllib.parse
import xml.etree.ElementTree
import xml.sax.saxutils

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"
NOW = datetime.datetime.now(datetime.timezone.utc)


def ago(**how_long):
    return (NOW - datetime.timedelta(**how_long)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class County:
    """A folder of health reports signed with OpenSSL's Ed25519, and the desk.ini that names the key."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        self.reports = self.dir / "reports"
        self.reports.mkdir()
        for name in ("kiosk", "stranger"):
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.dir / f"{name}.pem"], check=True)
        self.public = {name: self.public_of(name) for name in ("kiosk", "stranger")}
        self.made = 0

    def public_of(self, name):
        der = subprocess.run(["openssl", "pkey", "-in", self.dir / f"{name}.pem", "-pubout", "-outform", "DER"], check=True,
                             capture_output=True).stdout
        return base64.b64encode(der[-32:]).decode()

    def sign(self, text, by):
        (self.dir / "text").write_bytes(text)
        done = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.dir / f"{by}.pem", "-in", self.dir / "text"],
                              check=True, capture_output=True)
        return base64.b64encode(done.stdout).decode()

    def report(self, kiosk, heard=None, by="kiosk", **fields):
        """One report; heard: when the platform had it; by: whose key signs, None for nobody's."""
        told = {"kiosk": f"{kiosk:04}", "place": f"青溪镇第{kiosk}便民点", "told": heard or ago(hours=2), "software": "0.3.1", "slot": "good A",
                "clock": "server", "queue_waiting": 0, "queue_parked": 0, "queue_on_stick": 0, "queue_oldest": "",
                "link_state": "up", "link_since": ago(days=3), "link_reason": "", "last_contact": ago(hours=2),
                "forms_offered": "pension-renewal 2026112201; temporary-relief 2026112201", "forms_refused": "",
                "forms_lacking": "", "devices": "idcard ready; camera ready; printer ready", "printer_paper": "enough",
                "mirror_state": "off", "mirror_missing": 0, "quarantine": "", "disk_free_mb": 21000}
        told |= fields
        body = "".join(f"<{name}>{xml.sax.saxutils.escape(str(value))}</{name}>" for name, value in told.items())
        self.made += 1
        identity = f"00000000-0000-4000-8000-{self.made:012}"
        plain = (f'<data xmlns:orx="http://openrosa.org/xforms" id="kiosk-health" version="2026112203">{body}'
                 f'<orx:meta><orx:instanceID>uuid:{identity}</orx:instanceID></orx:meta></data>')
        if by:
            mark = (f'<yz:signature xmlns:yz="https://yizhan.dev/xmlns" key="{self.public[by]}">'
                    f'{self.sign(plain.encode(), by)}</yz:signature>')
            plain = plain.replace("</orx:meta>", mark + "</orx:meta>")
        path = self.reports / f"{identity}.xml"
        path.write_text(plain, encoding="utf-8")
        when = datetime.datetime.fromisoformat((heard or ago(hours=2)).replace("Z", "+00:00")).timestamp()
        os.utime(path, (when, when))
        return path

    def desk(self, kiosks):
        key = self.public["kiosk"]
        (self.dir / "key.pem").write_text("unused here")
        config = self.dir / "desk.ini"
        config.write_text("[central]\nurl = http://127.0.0.1:9/v1\nuser = nobody\npassword_file = /dev/null\nproject = 1\nfleet = 2\n"
                          f"[key]\nprivate = {self.dir}/key.pem\n[kiosks]\n" + "".join(f"{k} = {key}\n" for k in kiosks) +
                          f"[desk]\ndir = {self.dir}/data\n")
        return config

    def page(self, kiosks, *words):
        out = self.dir / "fleet.html"
        done = subprocess.run([CTL, "fleet", "report", "--out", out, "--config", self.desk(kiosks), "--from", self.reports, "--json",
                               *words], capture_output=True, text=True, env=dict(os.environ, TZ="Asia/Shanghai"), check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout), out.read_text(encoding="utf-8")


def troubles(answer):
    return {needy["kiosk"]: needy["troubles"] for needy in answer["needy"]}


def each_for_its_own_reason(county):
    wrong = {
        2: ("silent", {"heard": ago(days=4)}),
        3: ("forged", {"by": None}),
        4: ("damaged", {"quarantine": "/var/lib/yizhan/store/quarantine/outbox.db-1"}),
        5: ("credentials", {"link_state": "credentials", "link_reason": "refused: 403"}),
        6: ("parked", {"queue_parked": 2}),
        7: ("old-queue", {"queue_waiting": 9, "queue_oldest": ago(days=8)}),
        20: ("for-courier", {"queue_waiting": 1, "queue_oldest": ago(days=1), "queue_for_courier": 1}),
        8: ("disk", {"disk_free_mb": 120}),
        9: ("paper", {"printer_paper": "near-end"}),
        10: ("paper", {"printer_paper": "out"}),
        11: ("clock", {"clock": "unset"}),
        12: ("not-platform", {"link_state": "not-platform", "link_reason": "captive portal: login.example"}),
        13: ("form-refused", {"forms_refused": "pension-renewal 2: key is not pinned"}),
        14: ("device", {"forms_lacking": "residence-permit: needs a camera, and none is in service here"}),
        15: ("mirror", {"mirror_state": "failed: No space left on device"}),
        16: ("trial", {"slot": "trial B"}),
        17: ("unknown-key", {"by": "stranger"}),
    }
    county.report(1)
    county.report(18, queue_waiting=9, queue_oldest=ago(days=6))
    for kiosk, (_, fields) in wrong.items():
        county.report(kiosk, **fields)
    answer, page = county.page(range(1, 21))
    want = {kiosk: [name] for kiosk, (name, _) in wrong.items()} | {19: ["never-heard"]}
    assert troubles(answer) == want, f"{troubles(answer)}"
    rows = re.findall(r'<tr><td class="w"><b>(\d+)</b>', page.split("要有人管的机器")[1].split("<h2>")[0])
    assert rows[:3] == ["0019", "0002", "0003"] and len(rows) == 18, f"not the most urgent first: {rows}"
    assert "captive portal" in page and "key is not pinned" in page, "a kiosk's own words are missing"


def the_newest_report_speaks(county):
    county.report(1, heard=ago(days=2), printer_paper="out")
    county.report(1, heard=ago(hours=1))
    county.report(2, heard=ago(hours=1), told=ago(days=9), printer_paper="out")  # carried by a courier, late
    county.report(2, heard=ago(hours=5))
    county.report(3, heard=ago(days=2), told="2041-01-01T00:00:00.000Z", printer_paper="out")  # its clock was wrong
    county.report(3, heard=ago(hours=1))
    county.report(4, heard=ago(hours=9))
    county.report(4, heard=ago(hours=1), by="stranger", queue_parked=50)
    assert troubles(county.page((1, 2, 3, 4))[0]) == {}, "an old or a stranger's report spoke for its kiosk"


def what_is_no_report_is_counted_and_passed_over(county):
    county.report(1)
    (county.reports / "cut.xml").write_text('<data id="kiosk-health"><kiosk>2</ki')
    (county.reports / "other.xml").write_text('<data id="service-rating"><kiosk>2</kiosk></data>')
    (county.reports / "nobody.xml").write_text('<data id="kiosk-health"><kiosk>77777</kiosk></data>')
    (county.reports / "endless.xml").write_bytes(b"<data>" + b"x" * 3_000_000)  # anybody can post it
    (county.reports / "folder.xml").mkdir()
    (county.reports / "notes.txt").write_text("not XML at all")
    answer, _ = county.page((1,))
    assert (answer["kiosks"], answer["reports"], answer["unread"]) == (1, 4, 5), f"{answer}"


def what_a_report_says_is_text(county):
    county.report(1, place='<script>alert("1")</script>&amp;', printer_paper="out")
    _, page = county.page((1,))
    assert "<script" not in page and html.escape('<script>alert("1")</script>&amp;') in page, "a report wrote into the page"


def five_hundred(county):
    for kiosk in range(1, 501):
        county.report(kiosk, software="0.3.1" if kiosk % 5 else "0.3.0", **({"link_state": "down", "link_reason": "client offline: Could not resolve host",
                      "queue_waiting": kiosk % 40, "queue_oldest": ago(days=kiosk % 14)} if kiosk % 7 == 0 else {}))
    began = datetime.datetime.now()
    answer, page = county.page(range(1, 501))
    took = (datetime.datetime.now() - began).total_seconds()
    assert answer["kiosks"] == 500, f"{answer}"
    xml.etree.ElementTree.fromstring(page.replace("<!DOCTYPE html>", ""))  # expat: well-formed, no entity of HTML's own
    assert not re.search(r"<script|<img|<link|src=|url\(|https?://(?!www\.w3\.org/1999/xhtml)", page), "it runs or fetches something"
    assert len(page.encode()) < 400_000, f"{len(page.encode())} bytes"
    assert "<td>0.3.1</td><td class=\"n\">400</td>" in page and "<td>0.3.0</td><td class=\"n\">100</td>" in page, "versions are not counted"
    assert "<td>client offline</td><td class=\"n\">71</td>" in page, "causes are not counted"
    print(f"             500 kiosks: {took:.2f} s, {len(page.encode()) // 1000} kB")


class Central(http.server.BaseHTTPRequestHandler):
    """As much of ODK Central as a report asks; what it gives of each submission: bytes, or a status."""
    gives, asked = {}, []

    def answer(self, status, body):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.answer(200, {"token": "t"})

    def do_GET(self):
        if ".svc/" in self.path:
            self.answer(200, {"value": [{"__id": f"uuid:{name}", "__system": {"submissionDate": ago(hours=2)}} for name in self.gives]})
            return
        name = urllib.parse.unquote(self.path).rsplit("uuid:", 1)[1].removesuffix(".xml")
        self.asked.append(name)
        given = self.gives[name]
        if given is None:
            self.connection.close()
        elif isinstance(given, int):
            self.answer(given, {"message": "no"})
        else:
            self.answer(200, given)

    def log_message(self, *words):
        pass


def fetched(county, gives):
    """What the folder holds after a report from such a Central; its exit status, and which submissions were asked for."""
    Central.gives, Central.asked = gives, []
    server = http.server.HTTPServer(("127.0.0.1", 0), Central)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = county.desk((1, 2))
    (county.dir / "password").write_text("secret")
    (county.dir / "password").chmod(0o600)
    config.write_text(config.read_text().replace("127.0.0.1:9", f"127.0.0.1:{server.server_port}").replace("/dev/null", f"{county.dir}/password"))
    (county.dir / "data").mkdir(exist_ok=True)
    done = subprocess.run([CTL, "fleet", "report", "--out", county.dir / "fleet.html", "--config", config, "--json"],
                          capture_output=True, text=True, env=dict(os.environ, no_proxy="*"), check=False)
    server.shutdown()
    server.server_close()
    folder = county.dir / "data/health"
    held = {path.stem: path.stat().st_size for path in folder.iterdir()} if folder.exists() else {}
    return done, held, Central.asked


def one_bad_submission_is_not_the_end(county):
    """Anybody with a kiosk's token can post: what Central does not give, and what never ends, is passed over."""
    good = [county.report(kiosk).read_bytes() for kiosk in (1, 2)]
    names = [f"00000000-0000-4000-8000-00000000000{i}" for i in range(5)]
    gives = dict(zip(names, (good[0], 500, 404, b"<data>" + b"x" * 2_000_000, good[1])))
    done, held, asked = fetched(county, gives)
    assert done.returncode == 0 and json.loads(done.stdout)["fetched"] == 3, done.stdout + done.stderr
    assert "is passed over" in done.stderr and asked == names, f"{asked} {done.stderr}"
    assert held == {names[0]: len(good[0]), names[3]: 0, names[4]: len(good[1])}, f"{held}"
    assert troubles(json.loads(done.stdout)) == {}
    done, _, asked = fetched(county, gives)
    assert asked == names[1:3], f"fetched again: {asked}"


def a_link_that_fails_is_not_asked_again(county):
    good = county.report(1).read_bytes()
    names = [f"00000000-0000-4000-8000-00000000000{i}" for i in range(3)]
    for failure in (403, None):
        done, held, asked = fetched(county, dict(zip(names, (failure, good, good))))
        assert done.returncode == 1 and set(asked) == {names[0]} and held == {}, f"{asked} {held} {done.stderr}"


tell(one_bad_submission_is_not_the_end, a_link_that_fails_is_not_asked_again, each_for_its_own_reason, the_newest_report_speaks, what_is_no_report_is_counted_and_passed_over,
     what_a_report_says_is_text, five_hundred, place=County)

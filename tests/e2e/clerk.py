"""The clerk's side of a story: `yizhanctl desk` against the platform, with the county's key."""
import json
import re
import subprocess

from world import CTL, WAIT_S, StoryError

PASSWORD = "red-lantern-festival"  # of clerk@example.org, as the platform of the tests knows it


def raise_version(file):
    """As with every change of a form; returns the version that it had and the one that it has now."""
    text = file.read_text(encoding="utf-8")
    old = re.search(r' version="(\d{10})"', text)[1]
    new = str(int(old) + 1)
    file.write_text(text.replace(f'version="{old}"', f'version="{new}"'), encoding="utf-8")
    return old, new


class Clerk:
    """`world`: with its platform up. knows_kiosk: whether its public key stands in desk.ini."""

    def __init__(self, world, knows_kiosk=True):
        self.world = world
        self.dir = world.dir / "desk"
        self.dir.mkdir(exist_ok=True)
        password = self.dir / "password"
        password.touch(mode=0o600)
        password.write_text(PASSWORD + "\n")
        kiosk = world.ctl("key")
        known = f"{kiosk['kiosk']} = {kiosk['key']}\n" if knows_kiosk else ""
        self.config = self.dir / "desk.ini"
        self.config.write_text(f"""[central]
url = http://127.0.0.1:{world.port}/v1
user = clerk@example.org
password_file = {password}
project = 1
fleet = 2

[key]
private = {world.dir}/platform/platform-key.pem

[kiosks]
{known}
[desk]
dir = {self.dir}/data
""", encoding="utf-8")

    def run(self, *arguments):
        """Exit status and answer."""
        done = subprocess.run([CTL, "desk", *[str(a) for a in arguments], "--config", self.config, "--json"],
                              capture_output=True, env=self.world.environment, timeout=WAIT_S, check=False)
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise StoryError(f"desk {arguments} ended with {done.returncode}: {done.stderr.decode()}") from error
        self.world.note("clerk", f"desk {' '.join(str(a) for a in arguments)}")
        return done.returncode, answer

    def must(self, *arguments):
        status, answer = self.run(*arguments)
        if status != 0 or not answer["ok"]:
            raise StoryError(f"desk {arguments} ended with {status}: {answer}")
        return answer

    def reads(self, number):
        """What `desk show` puts before a person."""
        return subprocess.run([CTL, "desk", "show", number, "--config", self.config], capture_output=True, check=True,
                              env=self.world.environment, timeout=WAIT_S).stdout.decode()

    def print_pdf(self, number, path):
        return self.must("print", number, "--out", path)

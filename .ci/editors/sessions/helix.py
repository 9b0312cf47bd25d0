"""A session of Helix with `gkc lsp`, with the setup that docs/editors.md shows, driven by keys in a terminal.
usage: helix.py FOLDER HX..., where HX may begin with `inside` and its folder
"""

import os
import pathlib
import pty
import select
import shutil
import struct
import sys
import termios
from fcntl import ioctl

import pyte
from common import renames, same, setup, wait

folder, argv = sys.argv[1], sys.argv[2:]
root = argv[1] if argv[0].endswith("inside") else ""
home = pathlib.Path(root + folder)
shutil.copytree(pathlib.Path(__file__).parents[1] / "text", home, dirs_exist_ok=True)
config = home / ".config" / "helix"
queries = config / "runtime" / "queries" / "gitpod-k3s"
queries.mkdir(parents=True)
(config / "languages.toml").write_text(setup("Helix", "toml"))
(queries / "highlights.scm").write_text(setup("Helix", "scheme"))

screen = pyte.Screen(120, 40)
stream = pyte.ByteStream(screen)
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(HOME=folder, XDG_CONFIG_HOME=f"{folder}/.config", TERM="xterm-256color", COLORTERM="truecolor")
    os.execvp(argv[0], [*argv, f"{folder}/gitpod-k3s.yaml"])
ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))


def shown(text):
    """Whether a text is on the screen, after what the editor wrote is drawn."""
    while select.select([terminal], [], [], 0.05)[0]:
        try:
            stream.feed(os.read(terminal, 65536))
        except OSError:
            break
    return any(text in line for line in screen.display)


def see(text, keys=""):
    """Types keys, and waits for a text on the screen."""
    os.write(terminal, keys.encode())
    try:
        wait(text, lambda: shown(text), 15)
    except SystemExit:
        print("\n".join(screen.display))
        raise


ESCAPE, ENTER, TAB, CTRL_U, CTRL_X = "\x1b", "\r", "\t", "\x15", "\x18"

see("domain_passlist")
see("has upper-case letters", "4Gf]h")
print("finding")
see("Gitpod compares the end of a mail address", " k")
print("hover")
see("domain_passlist", ESCAPE)
see("Suppress `passlist-uppercase` with a comment", " a")
see("[acme.com, acme.dev]", ENTER)
print("code action")
see("coder", "3GA" + "\x7f\x7f" + CTRL_X)
print("completion lists coder")
see("platform: gitpod", TAB + ENTER + ESCAPE)
print("completion")
rename = renames()
if rename:
    see("rename-to:", "8Gf:ww r")
    see("name: workers", CTRL_U + "workers" + ENTER)
    print("rename")
see("  provider: hetzner # four spaces", ":format" + ENTER)
see("written", ":w" + ENTER)
same((home / "gitpod-k3s.yaml").read_text(), home, rename)
print("formatted and saved")
os.write(terminal, (":q" + ENTER).encode())
while select.select([terminal], [], [], 5)[0]:
    try:
        if not os.read(terminal, 65536):
            break
    except OSError:
        break
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
assert code == 0, code
print("exit code", code)

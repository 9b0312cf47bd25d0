"""What the sessions of editors share."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs" / "editors.md"


def setup(section, language, nth=0):
    """A code block of docs/editors.md: what the page tells people to write is what is tried."""
    text = DOCS.read_text()
    body = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    blocks = re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", body[1] if body else "", re.M | re.S)
    if len(blocks) <= nth:
        sys.exit(f"docs/editors.md has no such setup: {section}, {language}, {nth}")
    return blocks[nth]


def wait(what, condition, seconds=30):
    """What `condition` gives as soon as that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.05)
    sys.exit(f"waited in vain for {what}")


def same(text, folder, renamed=False):
    """Ends the session unless a text is what it should be after fix, completion, formatting and perhaps renaming."""
    expected = (pathlib.Path(folder) / "expected.yaml").read_text()
    if renamed:
        expected = expected.replace("name: main", "name: workers")
    if text != expected:
        sys.exit(f"expected\n{expected}\nfound\n{text}")


def renames():
    """Whether the server in $GKC can rename: editors that are driven by keys cannot be asked."""
    messages = b""
    for message in (
        {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        messages += b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    answers = subprocess.run([os.environ["GKC"], "lsp"], input=messages, stdout=subprocess.PIPE, check=True).stdout
    return b'"renameProvider"' in answers

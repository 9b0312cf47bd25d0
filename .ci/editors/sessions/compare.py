"""Times gkc's language server and yaml-language-server with gkc's schema on the same documents and edits, one after the other.

usage: compare.py GKC FOLDER, with NODE_PATH naming where the packages are

yaml-language-server waits for a pause of 200 ms before it looks at a text, so that its findings take at least that; hover and completion
do not wait. Fails only where a server does not answer: machines differ too much for bounds.
"""

import importlib.machinery
import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

TIMES = 40
PATIENCE = 120

gkc, folder = sys.argv[1], Path(sys.argv[2])
loader = importlib.machinery.SourceFileLoader("measure", str(Path(__file__).parents[2] / "measure"))
measure = importlib.util.module_from_spec(importlib.util.spec_from_loader("measure", loader))
loader.exec_module(measure)


class Server:
    def __init__(self, command, text):
        environment = {**os.environ, **measure.VARIABLES}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environment)
        self.heard = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.version, self.asked = 1, 0
        self.uri = (folder / "gitpod-k3s.yaml").as_uri()
        capabilities = {"workspace": {"configuration": True}}
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.tell("initialized", {})
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        self.findings()

    def listen(self):
        output = self.process.stdout
        while line := output.readline():
            length = int(line.split(b":")[1])
            while output.readline().strip():
                pass
            message = json.loads(output.read(length))
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items", [])
                result = [{"schemaStore": {"enable": False}} for _ in items] if items else None
                self.send({"id": message["id"], "result": result})
            else:
                self.heard.put(message)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def wait(self, wanted):
        while not wanted(message := self.heard.get(timeout=PATIENCE)):
            pass
        return message

    def ask(self, method, params):
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == self.asked)

    def findings(self):
        self.wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")

    def keystroke(self):
        self.version += 1
        at = {"line": 2, "character": 8}
        change = {"range": {"start": at, "end": at}, "text": "x"}
        document = {"uri": self.uri, "version": self.version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.findings()


def timed(what):
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        what()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return f"{times[TIMES // 2]:8.1f} ({times[TIMES * 99 // 100]:.1f})"


(folder / "gitpod-k3s.schema.json").write_bytes(subprocess.check_output([gkc, "schema"]))
yaml = [os.path.join(os.environ["NODE_PATH"], ".bin", "yaml-language-server"), "--stdio"]
print("| lines | server | keystroke | hover | completion |\n|---|---|---|---|---|")
for lines in (150, 1_500, 10_000):
    text = "# yaml-language-server: $schema=gitpod-k3s.schema.json\n" + measure.config(lines)
    for name, command in (("gkc", [gkc, "lsp"]), ("yaml-language-server", yaml)):
        server = Server(command, text)
        place = {"textDocument": {"uri": server.uri}, "position": {"line": lines // 20 * 10 + 2, "character": 6}}
        row = [
            timed(server.keystroke),
            timed(lambda: server.ask("textDocument/hover", place)),
            timed(lambda: server.ask("textDocument/completion", place)),
        ]
        print(f"| {lines:,} | {name} | {' | '.join(row)} |", flush=True)
        server.process.kill()

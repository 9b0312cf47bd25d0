"""What a cluster has, as far as the probe asks for it: a DNS server, an API, and somebody who answers packets.

usage: stub.py dns ADDRESS[,ADDRESS] FAULT... | stub.py api ADDRESS FILE | stub.py echo ADDRESS
"""
import http.server
import json
import socket
import socketserver
import struct
import sys
import threading

CLUSTER = {"kubernetes.default.svc.cluster.local": "10.43.0.1"}
SERVICE = {"kotsadm-postgres.default.svc.cluster.local": "10.43.7.7"}
PUBLIC = {"github.com": "192.0.2.80"}


def answer(query, faults):
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += query[at] + 1
    name, question = ".".join(labels).lower(), query[12 : at + 5]
    kind = struct.unpack("!H", query[at + 1 : at + 3])[0]
    known = dict(CLUSTER)
    if "no-service" not in faults and "outside" not in faults:
        known.update(SERVICE)
    public = not name.endswith("cluster.local")
    if public and "no-upstream" in faults:
        return None
    if public:
        known.update(PUBLIC)
    if "wildcard" in faults and name.endswith(".lab.example.net"):
        known[name] = "192.0.2.99"
    code = 2 if public and "servfail" in faults else 0 if name in known else 3
    found = code == 0 and kind == 1
    head = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, int(found), 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(known[name]) if found else b""
    return head + question + record


def dns(addresses, faults):
    # An answer has to come from the address that was asked.
    for address in addresses.split(",")[1:]:
        threading.Thread(target=dns_at, args=(address, faults), daemon=True).start()
    dns_at(addresses.split(",")[0], faults)


def dns_at(address, faults):
    def udp():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind((address, 53))
            while True:
                query, peer = server.recvfrom(4096)
                said = answer(query, faults)
                if said:
                    server.sendto(said, peer)

    def one(peer):
        with peer:
            query = peer.recv(4096)
            said = answer(query[2:], faults) if len(query) > 2 else None
            if said:
                peer.sendall(struct.pack("!H", len(said)) + said)
            else:
                peer.recv(1)

    threading.Thread(target=udp, daemon=True).start()
    with socket.create_server((address, 53)) as server:
        while True:
            threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()


def api(address, path):
    answers = json.load(open(path))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = answers.get(self.path.split("?")[0])
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(json.dumps(body, indent=2).encode() if body else b"")

        def log_message(self, *_):
            pass

    # Not HTTPServer: it looks its own name up before it listens, and waits there for a name server that no namespace has.
    socketserver.ThreadingTCPServer((address, 8443), Handler).serve_forever()


def echo(address):
    def tcp():
        with socket.create_server((address, 8080)) as server:
            while True:
                server.accept()[0].close()

    threading.Thread(target=tcp, daemon=True).start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 8081))
        while True:
            said, peer = server.recvfrom(4096)
            server.sendto(b"here", peer)


if __name__ == "__main__":
    kind, address, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    {"dns": lambda: dns(address, rest), "api": lambda: api(address, rest[0]), "echo": lambda: echo(address)}[kind]()

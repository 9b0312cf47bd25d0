"""Pulls an image with Debian's containerd on a machine that gkc's script has set up, as the kubelet does it on k3s.

usage: pull.py PARTS MACHINE    (in the machine's namespaces; PARTS has the unpacked packages, MACHINE is its root)
"""

import hashlib
import http.client
import json
import os
import pathlib
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import time

parts, machine = map(pathlib.Path, sys.argv[1:])
work = pathlib.Path(tempfile.mkdtemp())
processes = []


def variables():
    """The variables in front of the script that was run."""
    lines = (machine / "usr/local/sbin/gkc-node").read_text().splitlines()
    assigned = (line.split("=", 1) for line in lines if line.split("=", 1)[0].isidentifier() and "=" in line)
    return {name: "".join(shlex.split(value)) for name, value in reversed(list(assigned))}


def start(*command, log, **options):
    with open(work / log, "wb") as output:
        processes.append(subprocess.Popen(command, stdout=output, stderr=output, **options))
    return processes[-1]


def wait(what, ready, log):
    for _ in range(300):
        if ready():
            return
        time.sleep(0.1)
    sys.exit(f"{what} does not start:\n{(work / log).read_text()[-2000:]}")


# The registry: its certificate is signed by a CA that no system knows.

HOST, PORT = variables()["registry"].rsplit(":", 1)


def certificates():
    def openssl(*arguments):
        subprocess.run(("openssl", *arguments), cwd=work, check=True, capture_output=True)

    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=gitpod-ca-issuer")
    openssl("req", *new, "-keyout", "tls.key", "-out", "tls.csr", "-subj", f"/CN={HOST}")
    (work / "names").write_text(f"subjectAltName=DNS:{HOST}\n")
    sign = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2")
    openssl("x509", "-req", "-in", "tls.csr", *sign, "-out", "tls.crt")


def serve():
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(work / "images")}},
        "http": {"addr": f"127.0.0.1:{PORT}", "tls": {"certificate": str(work / "tls.crt"), "key": str(work / "tls.key")}},
    }
    (work / "registry.json").write_text(json.dumps(config))
    start(parts / "usr/bin/docker-registry", "serve", work / "registry.json", log="registry.log")
    wait("the registry", lambda: ask("GET", "/v2/") == 200, "registry.log")


def ask(method, path, body=None, kind="application/octet-stream"):
    context = ssl.create_default_context(cafile=str(work / "ca.crt"))
    context.check_hostname = False
    connection = http.client.HTTPSConnection("127.0.0.1", int(PORT), context=context, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return None
    return answer.getheader("Location") or answer.status


def push(tags):
    """An image of one empty layer, with every tag."""
    layer = bytes(1024)

    def blob(content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        place = ask("POST", "/v2/remote/blobs/uploads/").split(f":{PORT}", 1)[-1]
        ask("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest}", content)
        return {"digest": digest, "size": len(content)}

    image = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [blob(layer)["digest"]]}}
    oci = "application/vnd.oci.image"
    for tag in tags:
        config = json.dumps({**image, "author": tag}).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{oci}.manifest.v1+json",
            "config": {"mediaType": f"{oci}.config.v1+json", **blob(config)},
            "layers": [{"mediaType": f"{oci}.layer.v1.tar", **blob(layer)}],
        }
        ask("PUT", f"/v2/remote/manifests/{tag}", json.dumps(manifest), manifest["mediaType"])


# What the platform's pods do on the machine: gitpod-io/gitpod components/registry-facade/cmd/setup.go.

CERTS = f"/etc/containerd/certs.d/{HOST}:{PORT}"


def setup_hosts():
    with open(machine / "etc/hosts", "a") as hosts:
        hosts.write(f"127.0.0.1 {HOST}\n")


def setup_ca():
    (machine / CERTS[1:]).mkdir(mode=0o644, parents=True, exist_ok=True)
    shutil.copy(work / "ca.crt", machine / CERTS[1:] / "ca.crt")


def setup_hosts_toml():
    (machine / CERTS[1:] / "hosts.toml").write_text(
        f"""
server = "https://{HOST}:{PORT}"

[host."https://{HOST}:{PORT}"]
    capabilities = ["pull", "resolve"]
    ca = "{CERTS}/ca.crt"
\t# skip verifications of the registry's certificate chain and host name when set to true
    #skip_verify = true
"""
    )


# What k3s does at each start: k3s-io/k3s pkg/agent/containerd/config.go, writeContainerdHosts and cleanContainerdHosts.

HEADER = "# File generated by k3s. DO NOT EDIT.\n"
DATA = variables()["data_dir"] + "/agent"
CONFIG_PATH = f"{DATA}/etc/containerd/certs.d"
OURS = machine / CONFIG_PATH[1:]
# As for a `registries.yaml` with a mirror of Docker Hub and one of everything; nobody answers there.
MIRRORS = {name: f'{HEADER}\n[host."https://127.0.0.1:9/v2"]\n  capabilities = ["pull", "resolve"]\n' for name in ("docker.io", "_default")}


def remove_all(path):
    """Go's os.RemoveAll: a link itself, and never what it leads to."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def k3s_writes(hosts):
    for host in hosts:
        remove_all(OURS / host)
    for entry in os.scandir(OURS):
        if not entry.is_dir(follow_symlinks=False):
            continue
        try:
            with open(OURS / entry.name / "hosts.toml") as file:
                written = file.readline() == HEADER
        except FileNotFoundError:
            continue
        if written:
            remove_all(OURS / entry.name)
    for host, text in hosts.items():
        (OURS / host).mkdir(mode=0o700, parents=True)
        (OURS / host / "hosts.toml").write_text(text)


def older_k3s_writes(hosts):
    """Before v1.31.1 and its backports (k3s#10787)."""
    remove_all(OURS)
    for host, text in hosts.items():
        (OURS / host).mkdir(mode=0o700, parents=True)
        (OURS / host / "hosts.toml").write_text(text)


SOCKET = "/run/k3s/containerd/containerd.sock"
containerd = None


def k3s_starts(write, hosts):
    """Containerd with the lines of k3s's template that say where registries are described (pkg/agent/templates/templates.go)."""
    global containerd
    if containerd:
        containerd.terminate()
        containerd.wait()
    write(hosts)
    images = "plugins.'io.containerd.cri.v1.images'" if IS_SECOND else "plugins.'io.containerd.grpc.v1.cri'"
    unpacks = f"[{images}]\n  use_local_image_pull = true" if IS_SECOND else f"[{images}.containerd]"
    config = f"""
version = {3 if IS_SECOND else 2}
root = "{DATA}/containerd"
state = "/run/k3s/containerd"
[grpc]
  address = "{SOCKET}"
{unpacks}
  snapshotter = "native"
[{images}.registry]
  config_path = "{CONFIG_PATH}"
"""
    place = machine / DATA[1:] / "etc/containerd/config.toml"
    place.write_text(config)
    shutil.copy(PROGRAM, machine / "usr/local/bin/containerd")
    # k3s's unit reads the proxy that its installer found in the environment, and containerd inherits it.
    proxy = machine / "etc/gkc/proxy.env"
    lines = proxy.read_text().splitlines() if proxy.exists() else []
    environment = {name: "".join(shlex.split(value)) for name, value in (line.split("=", 1) for line in lines)}
    command = ("chroot", machine, "/usr/local/bin/containerd", "--config", f"{DATA}/etc/containerd/config.toml")
    containerd = start(*command, log="containerd.log", env={"PATH": os.environ["PATH"], **environment})
    wait("containerd", lambda: call("RuntimeService/Version", b"") == "", "containerd.log")


PROGRAM = pathlib.Path(os.environ.get("GKC_CONTAINERD", parts / "usr/bin/containerd"))
IS_SECOND = b"/containerd/v2 " in subprocess.run((PROGRAM, "--version"), capture_output=True).stdout


def call(method, message):
    """What is wrong with a call of the runtime's interface, which is how the kubelet pulls; empty where nothing is."""
    (work / "message").write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    headers = ("-H", "content-type: application/grpc", "-H", "te: trailers")
    command = ("curl", "--silent", "--max-time", "60", "--http2-prior-knowledge", "--unix-socket", machine / SOCKET[1:])
    body = ("--data-binary", f"@{work / 'message'}", "--dump-header", "-", "--output", "/dev/null")
    answer = subprocess.run((*command, *headers, *body, f"http://localhost/runtime.v1.{method}"), capture_output=True, text=True)
    said = dict(line.split(": ", 1) for line in answer.stdout.splitlines() if ": " in line)
    return "" if said.get("grpc-status") == "0" else said.get("grpc-message", answer.stderr + answer.stdout or "no answer")


def pull(tag):
    def field(content):
        return b"\x0a" + bytes([len(content)]) + content

    return call("ImageService/PullImage", field(field(f"{HOST}:{PORT}/remote:{tag}".encode())))


wrong = []


def expect(what, found, pulls):
    if pulls == (found == "") and (pulls or "certificate signed by unknown authority" in found):
        return
    wrong.append(f"not so: {what}: {found or 'it is pulled'}")


def main():
    certificates()
    serve()
    push(["early", "trusted", "unlinked", "restarted", "older", "bare"])
    setup_hosts()
    link = OURS / f"{HOST}:{PORT}"

    k3s_starts(k3s_writes, {})
    expect("no image is pulled before the pods say whom to trust", pull("early"), pulls=False)
    setup_ca()
    setup_hosts_toml()
    expect("an image is pulled once they have, without a restart", pull("trusted"), pulls=True)

    leads_to = os.readlink(link) if link.is_symlink() else None
    remove_all(link)
    expect("no image is pulled without the link", pull("unlinked"), pulls=False)
    if leads_to:
        link.symlink_to(leads_to)

    k3s_starts(k3s_writes, MIRRORS)
    k3s_starts(k3s_writes, {"_default": MIRRORS["_default"]})
    if (OURS / "docker.io").exists():
        wrong.append("not so: k3s removes what it wrote")
    expect("an image is pulled after restarts, beside a mirror of everything", pull("restarted"), pulls=True)

    (machine / CERTS[1:] / "hosts.toml").unlink()
    expect("the CA is enough, as releases before 2023.03 write it", pull("bare"), pulls=True)
    setup_hosts_toml()
    k3s_starts(older_k3s_writes, {})
    expect("no image is pulled with a k3s that removes the link", pull("older"), pulls=False)


try:
    main()
finally:
    for process in reversed(processes):
        process.kill()
        process.wait()
    shutil.rmtree(work)
for line in wrong:
    print(line)
sys.exit(bool(wrong))

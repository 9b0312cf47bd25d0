//! `gkc doctor` on recorded reports: each names its cause, and says what `golden/doctor/<case>/` holds.
//!
//! `UPDATE=1 cargo test -p gkc --test doctor` writes what it says now; the causes are held by the table below.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use serde_json::Value;
use std::time::{Duration, Instant};
use support::{Sandbox, project, run};

/// What each report has to be told to have. A row of the table of causes has at least one.
const CASES: &[(&str, &[&str])] = &[
    ("access-url-loopback", &["access-url-loopback"]),
    ("api-not-reached", &["api-not-reached"]),
    ("api-not-reached-endpoint", &["api-not-reached"]),
    ("api-not-reached-log", &["api-not-reached"]),
    ("bridge-netfilter", &["bridge-netfilter"]),
    ("bridge-netfilter-log", &["bridge-netfilter"]),
    ("cattle-hosts-file", &["hosts-file"]),
    ("cattle-unresolved", &["name-unresolved"]),
    ("cattle-upstream", &["upstream-unreachable"]),
    ("certificate-expired", &["certificate-expired"]),
    ("certificate-name", &["certificate-name"]),
    ("certificate-name-ingress", &["certificate-name"]),
    ("certificate-name-probe", &["certificate-name"]),
    ("certificate-untrusted", &["certificate-untrusted"]),
    ("certificate-untrusted-probe", &["certificate-untrusted"]),
    ("certificate-untrusted-script", &["certificate-untrusted"]),
    ("cgroup-memory", &["cgroup-memory"]),
    ("challenge-dns-blocked", &["challenge-dns-blocked"]),
    ("challenge-elsewhere", &["challenge-elsewhere"]),
    ("challenge-elsewhere-fails-again", &["challenge-elsewhere"]),
    ("checksum-offload", &["checksum-offload"]),
    ("checksum-offload-from-machines", &["checksum-offload"]),
    ("checksum-offload-vsphere", &["checksum-offload"]),
    ("cidr-overlap", &["cidr-overlap"]),
    ("cidr-overlap-machines", &["cidr-overlap"]),
    ("clock", &["clock"]),
    ("clock-of-etcd", &["clock"]),
    ("clock-unsynchronized", &["clock"]),
    ("cluster-dns", &["cluster-dns"]),
    ("cluster-domain", &["cluster-domain"]),
    ("cni-plugin-missing", &["cni-plugin-missing"]),
    ("conntrack-full", &["conntrack-full"]),
    ("conntrack-full-setting", &["conntrack-full"]),
    ("conntrack-limit", &["conntrack-limit"]),
    ("conntrack-race", &["conntrack-race"]),
    ("containerd-path", &["containerd-path"]),
    ("coredns-custom", &["coredns-custom"]),
    ("coredns-custom-syntax", &["coredns-custom"]),
    ("coredns-down", &["coredns-down"]),
    ("coredns-down-endpoints", &["coredns-down"]),
    ("coredns-memory", &["coredns-memory"]),
    ("coredns-node-hosts", &["coredns-node-hosts"]),
    ("database-password", &["database-password"]),
    ("database-password-datastore", &["database-password"]),
    ("database-password-mysql", &["database-password"]),
    ("datastore-full", &["datastore-full"]),
    ("disk-full", &["disk-full"]),
    ("disk-full-df", &["disk-full"]),
    ("disk-full-k3s-does-not-start", &["disk-full"]),
    ("disk-full-machine", &["disk-full"]),
    ("disk-full-run", &["disk-full"]),
    ("dns-address-taken", &["dns-address-taken"]),
    ("dns-bypassed", &["dns-bypassed"]),
    ("duplicate-pod-range", &["duplicate-pod-range"]),
    ("egress-blocked", &["egress-blocked"]),
    ("etcd-full", &["etcd-full"]),
    ("etcd-member", &["etcd-member"]),
    ("etcd-slow-disk", &["etcd-slow-disk"]),
    ("etcd-slow-disk-sqlite", &["etcd-slow-disk"]),
    ("flannel-down", &["flannel-down"]),
    ("flannel-down-elsewhere", &["flannel-down"]),
    ("foreign-cni", &["foreign-cni"]),
    ("forward-drop", &["forward-drop"]),
    ("forward-drop-docker", &["forward-drop"]),
    ("forward-drop-rules", &["forward-drop"]),
    ("forward-to-loopback", &["forward-to-loopback"]),
    ("hairpin", &["hairpin"]),
    ("hairpin-probe", &["hairpin"]),
    ("healthy", &[]),
    ("healthy-agent-joined", &[]),
    ("healthy-agent-reconnects", &[]),
    ("healthy-certificate-condition", &[]),
    ("healthy-challenge-dns", &[]),
    ("healthy-challenge-passed", &[]),
    ("healthy-company-route", &[]),
    ("healthy-coredns-log", &[]),
    ("healthy-database-log", &[]),
    ("healthy-df", &[]),
    ("healthy-docker-installed", &[]),
    ("healthy-ended-before-start", &[]),
    ("healthy-events", &[]),
    ("healthy-first-start", &[]),
    ("healthy-flags-corrected", &[]),
    ("healthy-forbidden-at-start", &[]),
    ("healthy-foreign-device", &[]),
    ("healthy-journal", &[]),
    ("healthy-kernel-log", &[]),
    ("healthy-kubectl-output", &[]),
    ("healthy-loop-question", &[]),
    ("healthy-lost-before-answers", &[]),
    ("healthy-machine", &[]),
    ("healthy-node-hosts-at-start", &[]),
    ("healthy-old-firewall-line", &[]),
    ("healthy-old-oom", &[]),
    ("healthy-one-lost-answer", &[]),
    ("healthy-one-slow-query", &[]),
    ("healthy-oracle", &[]),
    ("healthy-pi-hole", &[]),
    ("healthy-proxy", &[]),
    ("healthy-pull-limit-ended", &[]),
    ("healthy-rollout", &[]),
    ("healthy-script-tried-again", &[]),
    ("healthy-settings", &[]),
    ("healthy-single-node", &[]),
    ("healthy-slow-queries", &[]),
    ("healthy-start", &[]),
    ("healthy-start-of-k3s", &[]),
    ("healthy-start-of-k3s-unit", &[]),
    ("healthy-stopped-by-hand", &[]),
    ("healthy-tailnet", &[]),
    ("healthy-tailnet-key-replaced", &[]),
    ("healthy-urls", &[]),
    ("healthy-workspace-start", &[]),
    ("host-firewall", &["host-firewall"]),
    ("host-firewall-coredns-log", &["host-firewall"]),
    ("host-firewall-ipvs", &["host-firewall"]),
    ("host-firewall-kernel-log", &["host-firewall"]),
    ("host-firewall-rejects", &["host-firewall"]),
    ("host-program-missing", &["host-program-missing"]),
    ("host-program-missing-apparmor", &["host-program-missing"]),
    ("host-program-missing-nfs", &["host-program-missing"]),
    ("hosts-file", &["hosts-file"]),
    ("image-architecture", &["image-architecture"]),
    ("image-architecture-events", &["image-architecture"]),
    ("inotify-full", &["inotify-full"]),
    ("ip-family-mismatch", &["ip-family-mismatch"]),
    ("ip-forward", &["ip-forward"]),
    ("ip-forward-one-node", &["ip-forward"]),
    ("ip-forward-setting", &["ip-forward"]),
    ("ip-forward-single", &["ip-forward"]),
    ("iptables-mix", &["iptables-mix"]),
    ("iptables-mix-raspbian", &["iptables-mix"]),
    ("ipv6-nameservers", &["ipv6-nameservers"]),
    ("join-token", &["join-token"]),
    ("join-token-datastore", &["join-token"]),
    ("join-token-machine", &["join-token"]),
    ("kernel-module", &["kernel-module"]),
    ("kotsadm-before-service", &["service-missing"]),
    ("kotsadm-dns-timeout", &["dns-unreachable"]),
    ("kotsadm-pods-only", &["service-missing"]),
    ("kotsadm-postgres-elsewhere", &["service-missing"]),
    ("kotsadm-postgres-missing", &["service-missing"]),
    ("kotsadm-postgres-pending", &["pod-not-ready"]),
    ("kubelet-port-blocked", &["kubelet-port-blocked"]),
    ("kubelet-port-blocked-one-node", &["kubelet-port-blocked"]),
    ("kubelet-port-blocked-probe", &["kubelet-port-blocked"]),
    ("loopback-resolver", &["loopback-resolver"]),
    ("loopback-resolver-loop", &["loopback-resolver"]),
    ("loopback-resolver-old", &["loopback-resolver"]),
    ("magicdns", &["magicdns"]),
    ("mtu", &["mtu"]),
    ("mtu-log", &["mtu"]),
    ("name-unresolved-url", &["name-unresolved"]),
    ("neighbour-table-full", &["neighbour-table-full"]),
    ("network-policy", &["network-policy"]),
    ("network-policy-rejects", &["network-policy"]),
    ("no-default-route", &["no-default-route"]),
    ("no-nameservers", &["no-nameservers"]),
    ("no-proxy", &["no-proxy"]),
    ("no-proxy-environment", &["no-proxy"]),
    ("node-label-reserved", &["node-label-reserved"]),
    ("node-local-dns", &["node-local-dns"]),
    ("node-local-dns-removed", &["node-local-dns"]),
    ("node-name", &["node-name"]),
    ("node-password", &["node-password"]),
    ("overlay-blocked", &["overlay-blocked"]),
    ("overlay-blocked-ipv6", &["overlay-blocked"]),
    ("overlay-blocked-one-node", &["overlay-blocked"]),
    ("overlay-blocked-partial", &["overlay-blocked"]),
    ("packet-loss", &["packet-loss"]),
    ("pod-range-full", &["pod-range-full"]),
    ("pod-range-missing", &["pod-range-missing"]),
    ("pods-not-routed", &["pods-not-routed"]),
    ("policy-routing", &["policy-routing"]),
    ("policy-routing-cloud-setup", &["policy-routing"]),
    ("policy-routing-earlier-routes", &["policy-routing"]),
    ("policy-routing-table", &["policy-routing"]),
    ("policy-routing-tailnet", &["policy-routing"]),
    ("policy-routing-unit", &["policy-routing"]),
    ("policy-routing-wireguard", &["policy-routing"]),
    ("port-taken", &["port-taken"]),
    ("port-taken-machine", &["port-taken"]),
    ("port-taken-two-services", &["port-taken"]),
    ("private-dns-ignored", &["loopback-resolver"]),
    ("proxy-protocol", &["proxy-protocol"]),
    ("rancher-ca-checksum", &["rancher-ca-checksum"]),
    ("registry-certificate", &["registry-certificate"]),
    ("registry-certificate-port", &["registry-certificate"]),
    ("registry-http", &["registry-http"]),
    ("registry-limit", &["registry-limit"]),
    ("registry-limit-image-builder", &["registry-limit"]),
    ("registry-login", &["registry-login"]),
    ("reject-rules", &["reject-rules"]),
    ("reject-rules-kubelet", &["reject-rules"]),
    ("reverse-path-filter", &["reverse-path-filter"]),
    ("search-dot", &["search-dot"]),
    ("search-dot-ping", &["search-dot"]),
    ("search-wildcard", &["search-wildcard"]),
    ("search-wildcard-certificate", &["search-wildcard"]),
    ("search-wildcard-openssl", &["search-wildcard"]),
    ("selinux-denial", &["selinux-denial"]),
    ("server-flags-differ", &["server-flags-differ"]),
    ("server-flags-differ-terminal", &["server-flags-differ"]),
    ("server-refuses", &["server-refuses"]),
    ("server-refuses-script", &["server-refuses"]),
    ("server-silent", &["server-silent"]),
    ("server-silent-oidc", &["server-silent"]),
    ("server-silent-probe", &["server-silent"]),
    ("server-unreachable", &["server-unreachable"]),
    ("server-unreachable-machine", &["server-unreachable"]),
    ("service-account-forbidden", &["service-account-forbidden"]),
    ("service-range-changed", &["service-range-changed"]),
    ("service-rules", &["service-rules"]),
    ("several", &["coredns-custom", "magicdns", "service-missing"]),
    ("snapshotter-unusable", &["snapshotter-unusable"]),
    ("split-horizon", &["split-horizon"]),
    ("split-horizon-access-url", &["split-horizon"]),
    ("stale-bridge", &["stale-bridge"]),
    ("storage-class-missing", &["storage-class-missing"]),
    ("tailnet-auth-key", &["tailnet-auth-key"]),
    ("tailnet-auth-key-headscale", &["tailnet-auth-key"]),
    ("tailnet-login", &["tailnet-login"]),
    ("tailnet-login-pods", &["tailnet-login"]),
    ("tailnet-policy", &["tailnet-policy"]),
    ("tailnet-policy-pods", &["tailnet-policy"]),
    ("tailnet-relay", &["tailnet-relay"]),
    ("tailnet-routes", &["tailnet-routes"]),
    ("undecided-agent-restarts", &["undecided"]),
    ("undecided-coder", &["undecided"]),
    ("undecided-fatal", &["undecided"]),
    ("undecided-own-words", &["undecided"]),
    ("undecided-platform-crash", &["undecided"]),
    ("undecided-rancher", &["undecided"]),
    ("undecided-terminal", &["undecided"]),
    ("undecided-terraform", &["undecided"]),
    ("undecided-unit", &["undecided"]),
    ("undecided-unit-not-cloud-setup", &["undecided"]),
    ("upstream-unreachable", &["upstream-unreachable"]),
    ("upstream-unreachable-again", &["upstream-unreachable"]),
    ("upstream-unreachable-refused", &["upstream-unreachable"]),
    ("upstream-unreachable-tcp", &["upstream-unreachable"]),
    ("url-fails", &["url-fails"]),
    ("volume-elsewhere", &["volume-elsewhere"]),
    ("webhook-certificate", &["webhook-certificate"]),
    ("webhook-unreachable", &["webhook-unreachable"]),
    ("websocket-refused", &["websocket-refused"]),
    ("websocket-refused-agent", &["websocket-refused"]),
    ("wrong-interface", &["wrong-interface"]),
    ("wrong-interface-nat", &["wrong-interface"]),
];

/// A release build answers within a second; a debug build on a busy machine gets more.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink(project().join("golden"), sandbox.path("golden")).unwrap();
    sandbox
}

/// The causes in what `--format json` prints: findings that are more than worth knowing.
fn causes(json: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(json).unwrap();
    let files = json["files"].as_array().unwrap();
    let found = files
        .iter()
        .flat_map(|file| file["diagnostics"].as_array().unwrap());
    let mut names: Vec<String> = found
        .filter(|found| found["severity"] != "info")
        .map(|found| found["rule"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn every_recorded_report_names_its_cause() {
    let sandbox = sandbox();
    let mut wrong = String::new();
    for (case, wanted) in CASES {
        let report = format!("golden/doctor/{case}/report.txt");
        let code = i32::from(!wanted.is_empty());
        let json = sandbox
            .gkc(&["doctor", "--format", "json", &report])
            .exits(code)
            .out;
        assert_eq!(causes(&json), *wanted, "{case}");
        let human = sandbox.gkc(&["doctor", &report]).exits(code).err;
        for (name, now) in [("expected.txt", human), ("expected.json", json)] {
            let path = project().join("golden/doctor").join(case).join(name);
            let held = std::fs::read_to_string(&path).unwrap_or_default();
            if held == now {
                continue;
            }
            match std::env::var_os("UPDATE") {
                Some(_) => std::fs::write(path, now).unwrap(),
                None => wrong.push_str(&format!(
                    "{case}/{name}: {}\n",
                    similar::TextDiff::from_lines(&held, &now).unified_diff()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_recorded_report_has_its_row() {
    let folders = std::fs::read_dir(project().join("golden/doctor")).unwrap();
    let mut folders: Vec<String> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let rows: Vec<&str> = CASES.iter().map(|(case, _)| *case).collect();
    assert_eq!(folders, rows);
}

#[test]
fn the_page_has_every_cause_and_every_cause_a_report() {
    let page = std::fs::read_to_string(project().join("docs/doctor.md")).unwrap();
    for cause in gkc_core::doctor::CAUSES {
        assert!(
            page.contains(&format!("### {}\n", cause.rule.name)),
            "{} is not on the page",
            cause.rule.name
        );
        let recorded = CASES.iter().any(|(_, causes)| causes.contains(&cause.rule.name));
        assert!(
            recorded || cause.rule.name == "undecided",
            "{} has no report",
            cause.rule.name
        );
    }
}

#[test]
fn keys_that_prevent_a_cause_are_keys() {
    let sandbox = Sandbox::new();
    for key in gkc_core::doctor::keys() {
        let value = key
            .replace("FILE", "/etc/rancher/k3s/resolv.conf")
            .replace("NAME", "eth1")
            .replace(
                "pods: …, services: …",
                "pods: 10.44.0.0/16, services: 10.45.0.0/16",
            )
            .replace("services: …/16", "services: 10.45.0.0/16")
            .replace("nodes: …", "nodes: 10.9.0.0/16")
            .replace("firewall: …", "firewall: {ssh: [192.0.2.0/24]}")
            .replace("customCa: …", "customCa: {env: CA}")
            .replace("KEY: VALUE", "disable-network-policy: true")
            .replace("URL", "{env: PROXY}")
            .replace("noProxy: […]", "noProxy: [10.9.0.0/16]");
        sandbox.write(
            "gitpod-k3s.yaml",
            format!("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n{value}\n"),
        );
        let ran = sandbox.gkc(&["check"]);
        for word in [
            "unknown-key",
            "k3s-unknown-key",
            "k3s-key-managed",
            "syntax",
            "type-mismatch",
        ] {
            assert!(!ran.err.contains(&format!("{word}\n")), "{key}: {}", ran.err);
        }
    }
}

#[test]
fn several_files_and_standard_input_are_one_report() {
    let sandbox = sandbox();
    let text =
        std::fs::read_to_string(project().join("golden/doctor/kotsadm-postgres-missing/report.txt")).unwrap();
    let (json, log) = text.split_at(text.find("[pod/").unwrap());
    sandbox.write("cluster.json", json);
    sandbox.write("kotsadm.log", log);
    let out = sandbox
        .gkc(&["doctor", "--format", "json", "cluster.json", "kotsadm.log"])
        .exits(1)
        .out;
    assert_eq!(causes(&out), ["service-missing"]);
    let out = run(
        &mut sandbox.shell("cat cluster.json kotsadm.log | gkc doctor --format json -"),
        b"",
    )
    .exits(1)
    .out;
    assert_eq!(causes(&out), ["service-missing"]);
    sandbox.gkc(&["doctor", "-", "-"]).exits(2);
}

#[test]
fn what_is_no_report_is_one_clear_error() {
    let sandbox = Sandbox::new();
    let huge = vec![b'x'; gkc_core::doctor::MAX_REPORT_BYTES + 1];
    let random: Vec<u8> = (0..40_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80)
        .collect();
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("blank", b"\n \n\n".to_vec()),
        ("prose", b"Dear all,\nit does not work.\n".to_vec()),
        ("braces", b"{{{{{{{{".repeat(50_000)),
        (
            "brackets",
            format!("{{\"a\": {}", "[".repeat(200_000)).into_bytes(),
        ),
        ("zeros", vec![0; 10_000]),
        ("random", random),
        ("huge", huge),
        ("yaml", b"apiVersion: v1\nitems:\n- kind: Pod\n".to_vec()),
        ("other json", b"{\"hello\": 1}\n".to_vec()),
    ] {
        sandbox.write("report", bytes);
        let start = Instant::now();
        let ran = sandbox.gkc(&["doctor", "report"]).exits(2);
        assert!(start.elapsed() < SOON, "{name}: {:?}", start.elapsed());
        assert_eq!(ran.out, "", "{name}");
        assert!(
            ran.err.starts_with("gkc: `report` is not a report: "),
            "{name}: {}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{name}: {}", ran.err);
    }
    sandbox.gkc(&["doctor", "missing"]).exits(2);
    sandbox.gkc(&["doctor"]).exits(2);
}

#[test]
fn large_reports_are_read_in_linear_time() {
    let sandbox = Sandbox::new();
    let report = std::fs::read_to_string(project().join("golden/doctor/several/report.txt")).unwrap();
    sandbox.write("report", report.repeat(8 * 1024 * 1024 / report.len()));
    let start = Instant::now();
    sandbox.gkc(&["doctor", "report"]).exits(1);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn passwords_in_a_report_are_not_shown() {
    let sandbox = Sandbox::new();
    let log = "panic: postgres://kotsadm:hunter22@kotsadm-postgres/kotsadm: lookup kotsadm-postgres on 10.43.0.10:53: no such host\n";
    sandbox.write("a.log", "[INFO] nothing\n");
    sandbox.write("b.log", log);
    let ran = sandbox.gkc(&["doctor", "a.log", "b.log"]).exits(1);
    assert!(
        ran.err.contains("kotsadm-postgres") && !ran.err.contains("hunter22"),
        "{}",
        ran.err
    );
}

#[test]
fn the_configuration_shows_where_the_key_is_and_no_secret() {
    let sandbox = sandbox();
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nproxy:\n  http: http://ci:hunter22@proxy.acme.dev:3128\n  noProxy: [10.9.0.0/16]\n";
    sandbox.write("gitpod-k3s.yaml", config);
    let report = "golden/doctor/no-proxy/report.txt";
    let ran = sandbox
        .gkc(&["doctor", "--config", "gitpod-k3s.yaml", report])
        .exits(1);
    assert!(
        ran.err.contains("gitpod-k3s.yaml") && ran.err.contains("`noProxy` is set here"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("hunter22"), "{}", ran.err);
    sandbox
        .gkc(&["doctor", "--config", "missing.yaml", report])
        .exits(2);
}

#[test]
fn powershell_writes_utf_16() {
    let sandbox = Sandbox::new();
    let text = "dial tcp: lookup db on 10.43.0.10:53: no such host\r\n";
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    sandbox.write(
        "report",
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>(),
    );
    let out = sandbox
        .gkc(&["doctor", "--format", "json", "report"])
        .exits(1)
        .out;
    assert_eq!(causes(&out), ["service-missing"]);
}

#[test]
fn the_manifest_holds_the_script_word_for_word() {
    let script = std::fs::read_to_string(project().join("cli/probe/probe.sh")).unwrap();
    let manifest = std::fs::read_to_string(project().join("cli/probe/probe.yaml")).unwrap();
    let held = manifest
        .split("  probe.sh: |\n")
        .nth(1)
        .unwrap()
        .split("\n---\n")
        .next()
        .unwrap();
    let held: String = held
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect();
    assert!(
        held == script,
        "cli/probe/probe.yaml is stale: put cli/probe/probe.sh into it"
    );
    let mut shell = std::process::Command::new("sh");
    let parsed = shell
        .arg("-n")
        .arg(project().join("cli/probe/probe.sh"))
        .status()
        .unwrap();
    assert!(parsed.success());
}

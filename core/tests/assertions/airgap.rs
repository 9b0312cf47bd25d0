//! Machines without the world outside: everything from a mirror that is held against checksums, the rest through a proxy.

use crate::machines::every_of;
use crate::tree::{Tree, yaml};

fn tree() -> Tree {
    Tree::of("airgap")
}

// K 2.16: the binary and the images come from the mirror, and the installer downloads nothing.
#[test]
fn nothing_is_downloaded_from_upstream() {
    for (name, machine) in every_of(&["airgap"]) {
        let script = machine.script();
        assert!(
            script.contains("mirror=https://mirror.acme.dev/k3s/v1.36.5%2Bk3s1\n"),
            "{name}"
        );
        assert!(script.contains("INSTALL_K3S_SKIP_DOWNLOAD=true"), "{name}");
        assert!(
            script.contains("data_dir=/var/lib/rancher/k3s\n")
                && script.contains("$data_dir/agent/images/$images"),
            "{name}"
        );
        for host in [
            "githubusercontent.com",
            "github.com",
            "get.k3s.io",
            "update.k3s.io",
        ] {
            assert!(!machine.text.contains(host), "{name}: {host}");
        }
    }
}

// K 4: "the script itself is not verified"; here the list, the script, the binary and the images all are.
#[test]
fn every_download_is_held_against_a_checksum() {
    for (name, machine) in every_of(&["airgap"]) {
        let script = machine.script();
        assert!(
            script.contains("sums_sha256=2f0c2d8b2a4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8\n"),
            "{name}"
        );
        for held in [
            "held_against \"$installer_sha256\" install.sh",
            "listed \"$binary\"",
            "listed \"$images\"",
        ] {
            assert!(script.contains(held), "{name}: {held}");
        }
    }
}

// A Kubernetes: charts are pinned; here by the name of a file on the mirror.
#[test]
fn charts_come_from_the_mirror() {
    let charts = tree().of_kind("HelmChart");
    assert_eq!(
        charts.len(),
        3,
        "cert-manager, trust-manager, the webhook of the DNS provider"
    );
    for (name, chart) in charts {
        let url = chart["spec"]["chart"].as_str().unwrap();
        assert!(
            url.starts_with("https://mirror.acme.dev/k3s/charts/") && url.ends_with(".tgz"),
            "{name}"
        );
        assert_eq!(chart["spec"].get("repo"), None, "{name}");
    }
}

// G 1.1 httpProxy: a secret with these three keys; the cluster's own ranges and the domain are reached directly (KOTS noProxy).
#[test]
fn the_proxy_is_everywhere_that_goes_outside() {
    let tree = tree();
    let secret = tree.secret("http-proxy-settings");
    assert_eq!(secret.keys(), ["httpProxy", "httpsProxy", "noProxy"]);
    let direct: Vec<&str> = secret.get("noProxy").split(',').collect();
    for host in [
        "127.0.0.0/8",
        ".svc",
        ".cluster.local",
        "10.100.0.0/20",
        "10.42.0.0/16",
        "10.43.0.0/16",
        ".gitpod.acme.dev",
        "mirror.acme.dev",
    ] {
        assert!(direct.contains(&host), "{host}");
    }
    assert_eq!(tree.installer()["httpProxy"]["name"], "http-proxy-settings");
    for (name, machine) in every_of(&["airgap"]) {
        assert_eq!(
            machine.entry("/etc/gkc/proxy.env")["permissions"],
            "0600",
            "{name}"
        );
        assert!(
            machine
                .content("/etc/apt/apt.conf.d/90-gkc-proxy")
                .contains("Acquire::https::Proxy \"http://"),
            "{name}"
        );
        assert!(
            !machine.script().contains("golden-proxy"),
            "{name}: not in the script"
        );
    }
}

// hetzner/cert-manager-webhook-hetzner, docs/guides/quickstart.md.
#[test]
fn hetzner_s_solver_is_a_webhook() {
    let tree = tree();
    let issuer = tree.object("ClusterIssuer", "gitpod-acme");
    let webhook = &issuer["spec"]["acme"]["solvers"][0]["dns01"]["webhook"];
    assert_eq!(webhook["groupName"], "acme.hetzner.com");
    assert_eq!(webhook["solverName"], "hetzner");
    let reference = &webhook["config"]["tokenSecretKeyRef"];
    let secret = tree.secret(reference["name"].as_str().unwrap());
    assert_eq!(
        secret.get(reference["key"].as_str().unwrap()),
        "golden-hetzner-dns-token"
    );
    crate::tree::assert_order(
        tree.text("k3s/apply.sh"),
        &[
            "gkc-10-cert-manager",
            "gkc-12-dns01-webhook",
            "apiservice/v1alpha1.acme.hetzner.com",
            "gkc-20-issuer",
        ],
    );
}

// k3s docs, Automated Upgrades: servers before agents, one at a time, in the controller's namespace.
#[test]
fn upgrades_take_servers_before_agents() {
    let tree = tree();
    let plans = crate::tree::documents(tree.text("k3s/upgrade.yaml"));
    let [servers, agents] = plans.as_slice() else {
        panic!("two plans")
    };
    assert_eq!(servers["metadata"]["name"], "k3s-server");
    for plan in [servers, agents] {
        assert_eq!(plan["metadata"]["namespace"], "system-upgrade");
        assert_eq!(plan["spec"]["version"], "v1.36.5+k3s1");
        assert_eq!(plan["spec"]["concurrency"], 1);
    }
    assert_eq!(
        agents["spec"]["prepare"]["args"],
        serde_json::json!(["prepare", "k3s-server"])
    );
    assert_eq!(servers["spec"].get("prepare"), None);
    // rancher/system-upgrade-controller pkg/upgrade/job/job.go: the controller ends a job after 15 minutes, and an agent's waits for all three
    // servers first.
    assert_eq!(agents["spec"]["jobActiveDeadlineSecs"], 3600);
    assert_eq!(servers["spec"]["cordon"], true);
}

// k3s-io/k3s pkg/agent/containerd/config.go: a mirror is asked first, and the registry itself after it.
#[test]
fn images_come_from_the_mirror_alone() {
    for machine in tree().machines().values() {
        let config = yaml(machine.content("/etc/rancher/k3s/config.yaml"));
        assert_eq!(config["disable-default-registry-endpoint"], true);
    }
}

// GP incluster/secret.go: where the database is and root's password are in two secrets of the Installer's; R 226: a database in the
// cluster without a dump is lost with its node.
#[test]
fn the_database_in_the_cluster_is_copied_to_a_bucket() {
    let tree = tree();
    let job = tree.object("CronJob", "gkc-database-backup");
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    for (container, image) in [
        ("initContainers", "mysql:8.4.11"),
        ("containers", "rclone:1.75.1"),
    ] {
        let image = format!("mirror.acme.dev/gitpod/{image}");
        assert_eq!(pod[container][0]["image"], image);
        assert!(tree.text("README.md").contains(&image));
    }
    let secret_of = |container: &str, name: &str| {
        let env = pod[container][0]["env"].as_array().unwrap();
        let variable = env.iter().find(|variable| variable["name"] == name).unwrap();
        variable["valueFrom"]["secretKeyRef"].clone()
    };
    let root = secret_of("initContainers", "MYSQL_PWD");
    assert_eq!(
        (&root["name"], &root["key"]),
        (&"db-password".into(), &"mysql-root-password".into())
    );
    assert_eq!(secret_of("initContainers", "DB_HOST")["name"], "mysql");
    let proxy = secret_of("containers", "HTTPS_PROXY");
    assert_eq!(
        (&proxy["name"], &proxy["key"]),
        (&"database-backup-s3".into(), &"httpsProxy".into())
    );
    let access = secret_of("containers", "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY");
    let secret = tree.secret(access["name"].as_str().unwrap());
    assert_eq!(
        secret.get(access["key"].as_str().unwrap()),
        "golden-backup-secret"
    );
    assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid");
}

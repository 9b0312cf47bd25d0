//! `gcp-large`: five servers, a pool of services and an autoscaled one, Cloud SQL, Cloud Storage, a registry on S3.

use crate::tree::{Tree, keys, strings, yaml};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

fn tree() -> Tree {
    Tree::of("gcp-large")
}

const ACCOUNT: &str =
    r#"{"type":"service_account","project_id":"acme","client_email":"gitpod@acme.iam.gserviceaccount.com"}"#;

// G 0.7, 1.1 cloudSQL: the instance as the proxy takes it; the key is spelt cloudSQL.
#[test]
fn the_database_is_cloud_sql_and_not_in_the_cluster() {
    assert_eq!(
        tree().installer()["database"],
        json!({
            "inCluster": false,
            "cloudSQL": {
                "serviceAccount": {"kind": "secret", "name": "cloudsql"},
                "instance": "acme:europe-west1:gitpod",
            },
        })
    );
}

// G 1.2 database cloudSQL: exactly four keys, no host and no port.
#[test]
fn the_cloud_sql_secret_has_the_four_keys_of_the_contract() {
    let secret = tree().secret("cloudsql");
    assert_eq!(
        (secret.kind.as_str(), secret.namespace.as_str()),
        ("Opaque", "gitpod")
    );
    assert_eq!(
        secret.keys(),
        ["credentials.json", "encryptionKeys", "password", "username"]
    );
    assert_eq!(secret.get("username"), "gitpod");
    assert_eq!(secret.get("password"), "golden-cloud-sql-login-value");
    assert_eq!(
        secret.json("credentials.json"),
        serde_json::from_str::<serde_json::Value>(ACCOUNT).unwrap()
    );
}

// G 1.3: old keys stay at a rotation, exactly one is primary, (name, version) is unique.
#[test]
fn the_rotated_encryption_key_keeps_its_predecessor() {
    let list = tree().secret("cloudsql").json("encryptionKeys");
    let list = list.as_array().unwrap();
    let versions: Vec<_> = list.iter().map(|k| (&k["version"], &k["primary"])).collect();
    assert_eq!(versions, [(&json!(1), &json!(false)), (&json!(2), &json!(true))]);
    for key in list {
        assert_eq!(key["name"], "general");
        let material = STANDARD.decode(key["material"].as_str().unwrap()).unwrap();
        assert_eq!(material.len(), 32);
    }
    assert_ne!(list[0]["material"], list[1]["material"]);
    let lock = tree().lock();
    assert_eq!(
        lock["oneWay"]["encryptionKeys"],
        json!([{"name": "general", "version": 1}, {"name": "general", "version": 2}])
    );
}

// G 1.1 cloudStorage, 1.2 GCS, 0.7.
#[test]
fn storage_is_google_s_with_its_account() {
    let tree = tree();
    let storage = tree.installer()["objectStorage"].clone();
    assert_eq!(storage["inCluster"], false);
    assert_eq!(
        storage["cloudStorage"],
        json!({"serviceAccount": {"kind": "secret", "name": "storage-gcp"}, "project": "acme"})
    );
    assert_eq!(storage["resources"]["requests"]["memory"], "2Gi", "required");
    let secret = tree.secret("storage-gcp");
    assert_eq!(
        (secret.kind.as_str(), secret.keys()),
        ("Opaque", vec!["service-account.json"])
    );
    assert!(secret.json("service-account.json").is_object());
    // G 1.1 metadata.region: the storage's region.
    assert_eq!(tree.installer()["metadata"]["region"], "europe-west1");
}

// G 1.1 s3storage: only with inCluster true; all four fields required; 1.2: the keys of the backend.
#[test]
fn the_registry_in_the_cluster_keeps_its_data_in_s3() {
    let tree = tree();
    assert_eq!(
        tree.installer()["containerRegistry"],
        json!({
            "inCluster": true,
            "s3storage": {
                "bucket": "acme-registry",
                "region": "eu-west-1",
                "endpoint": "s3.eu-west-1.amazonaws.com",
                "certificate": {"kind": "secret", "name": "container-registry-s3-backend"},
            },
            "privateBaseImageAllowList": ["docker.io", "registry.acme.dev"],
        })
    );
    let secret = tree.secret("container-registry-s3-backend");
    assert_eq!(secret.keys(), ["s3AccessKey", "s3SecretKey"]);
    assert_eq!(secret.get("s3AccessKey"), "golden-registry-access-key");
    assert_eq!(secret.get("s3SecretKey"), "golden-registry-secret-key");
}

// R 114: from 2023-06 the callback names no host.
#[test]
fn github_calls_back_at_the_short_path() {
    let provider = tree().secret("auth-provider-github").yaml("provider");
    assert_eq!(
        provider["oauth"]["callBackUrl"],
        "https://gitpod.acme.dev/auth/callback"
    );
    assert!(
        tree()
            .text("README.md")
            .contains("`https://gitpod.acme.dev/auth/callback`")
    );
}

// G 1.1 workspaceCIDR is experimental; G 0.10: `render` drops that without the flag.
#[test]
fn the_workspaces_network_is_experimental_and_rendered_with_the_flag() {
    let tree = tree();
    assert_eq!(
        tree.installer()["experimental"]["workspace"]["workspaceCIDR"],
        "10.99.0.0/30"
    );
    let script = tree.text("gitpod/render.sh");
    let render = script
        .lines()
        .find(|line| line.contains(" render --config"))
        .unwrap();
    assert!(render.contains("--use-experimental-config"));
}

// G 1.1 logLevel ("warn" is invalid), maxLifetime and timeouts (Go durations), requests (quantities, strings).
#[test]
fn workspace_settings_are_in_the_installer_s_words() {
    let config = tree().installer();
    assert_eq!(config["observability"]["logLevel"], "warning");
    assert_eq!(config["workspace"]["maxLifetime"], "24h");
    assert_eq!(config["workspace"]["timeoutDefault"], "45m");
    assert_eq!(
        config["workspace"]["resources"]["requests"],
        json!({"cpu": "2", "memory": "4Gi"})
    );
    assert_eq!(
        config["workspace"]["resources"]["limits"],
        json!({"cpu": "6", "memory": "12Gi"})
    );
    assert_eq!(config["workspace"]["timeoutExtended"], "3h");
    assert_eq!(config["workspace"]["timeoutAfterClose"], "5m");
    assert_eq!(
        config["workspace"]["workspaceImage"],
        "europe-docker.acme.dev/workspace:2026-11"
    );
    assert_eq!(config["objectStorage"]["blobQuota"], 20_u64 << 30, "bytes");
    assert_eq!(
        config["observability"]["tracing"],
        json!({"endpoint": "https://traces.acme.dev", "secretName": "traces"})
    );
    assert_eq!(config["disableDefinitelyGp"], true, "L configPatch, merged last");
}

// G 2 DNS01: the API spells it cloudDNS; serviceAccountSecretRef (key.json) and project, in namespace cert-manager.
#[test]
fn the_issuer_answers_through_cloud_dns() {
    let tree = tree();
    let issuers = tree.of_kind("ClusterIssuer");
    let acme = &issuers.values().next().unwrap()["spec"]["acme"];
    let solver = &acme["solvers"][0]["dns01"]["cloudDNS"];
    assert_eq!(solver["project"], "acme-dns");
    let reference = &solver["serviceAccountSecretRef"];
    assert_eq!(reference["key"], "key.json");
    let secret = tree.secret(reference["name"].as_str().unwrap());
    assert_eq!(secret.namespace, "cert-manager");
    assert!(secret.json("key.json").is_object());
}

// K 2.15: with a config secret only etcd-s3 and its name may be set; the secret's type and namespace.
#[test]
fn snapshots_go_to_s3_through_a_config_secret_alone() {
    let tree = tree();
    let k3s = tree.machine("server-init").k3s();
    let s3: Vec<_> = keys(&k3s)
        .into_iter()
        .filter(|key| key.starts_with("etcd-s3"))
        .collect();
    assert_eq!(s3, ["etcd-s3", "etcd-s3-config-secret"]);
    assert_eq!(k3s["etcd-s3"], true);
    let secret = tree.secret(k3s["etcd-s3-config-secret"].as_str().unwrap());
    assert_eq!(secret.kind, "etcd.k3s.cattle.io/s3-config-secret");
    assert_eq!(secret.namespace, "kube-system");
    for (key, value) in [
        ("etcd-s3-bucket", "acme-etcd"),
        ("etcd-s3-region", "eu-west-1"),
        ("etcd-s3-endpoint", "s3.eu-west-1.amazonaws.com"),
        ("etcd-s3-folder", "acme-prod"),
        ("etcd-s3-access-key", "golden-snapshot-access-key"),
        ("etcd-s3-secret-key", "golden-snapshot-secret-key"),
    ] {
        assert_eq!(secret.get(key), value, "{key}");
    }
    assert_eq!(k3s["etcd-snapshot-schedule-cron"], "0 */6 * * *");
    assert_eq!(k3s["etcd-snapshot-retention"], json!(12));
}

// K 4 node passwords: a reused host name is refused, so nodes that nobody named have names of their own.
#[test]
fn nodes_without_a_name_add_an_id_to_their_machine_s() {
    let tree = tree();
    for machine in ["server-init", "server-join", "pool-workspaces", "pool-services"] {
        assert_eq!(tree.machine(machine).k3s()["with-node-id"], true, "{machine}");
    }
    let pool = &tree.output("pools")["value"]["workspaces"];
    assert_eq!(
        (&pool["count"], &pool["min"], &pool["max"]),
        (&json!(null), &json!(3), &json!(40))
    );
}

// G 2 Labels, G 0.2: services carry both labels; L sizes: servers none.
#[test]
fn pools_split_the_workloads() {
    let tree = tree();
    let sorted = |name: &str| {
        let mut labels = tree.machine(name).labels();
        labels.sort();
        labels
    };
    assert_eq!(
        sorted("pool-services"),
        [
            "gitpod.io/workload_ide=true",
            "gitpod.io/workload_meta=true",
            "gitpod.io/workload_services=true",
            "gitpod.io/workload_workspace_services=true",
        ]
    );
    assert_eq!(
        sorted("pool-workspaces"),
        [
            "acme.dev/team=all",
            "gitpod.io/workload_workspace_headless=true",
            "gitpod.io/workload_workspace_regular=true",
        ]
    );
    for server in ["server-init", "server-join"] {
        assert!(sorted(server).is_empty(), "{server}");
        assert!(!tree.machine(server).taints().is_empty(), "{server}");
    }
}

// K 2.2: five is odd.
#[test]
fn there_are_five_servers() {
    assert_eq!(tree().output("servers")["value"]["servers"]["count"], json!(5));
}

// K 2.14: mirrors by registry, configs by the endpoint's host; on every node.
#[test]
fn every_machine_pulls_through_the_mirror() {
    for (name, machine) in tree().machines() {
        let registries = yaml(machine.content("/etc/rancher/k3s/registries.yaml"));
        assert_eq!(
            registries["mirrors"]["docker.io"]["endpoint"],
            json!(["https://mirror.acme.dev"]),
            "{name}"
        );
        assert_eq!(
            registries["configs"]["mirror.acme.dev"]["auth"],
            json!({"username": "k3s", "password": "golden-mirror-login-value"}),
            "{name}"
        );
    }
}

// K 2.1: cluster-dns defaults to the tenth address of the service range, and lies in it.
#[test]
fn the_dns_address_follows_the_service_range() {
    let k3s = tree().machine("server-join").k3s();
    assert_eq!(k3s["cluster-cidr"], "10.104.0.0/14");
    assert_eq!(k3s["service-cidr"], "10.108.0.0/20");
    assert_eq!(k3s["cluster-dns"], "10.108.0.10");
}

// K 2.5, L k3s.disable: added to what Gitpod needs disabled, and a list.
#[test]
fn the_disabled_components_are_gitpod_s_and_the_configuration_s() {
    let k3s = tree().machine("server-init").k3s();
    assert_eq!(strings(&k3s["disable"]), ["traefik", "local-storage"]);
}

// L serverConfig: further keys go to servers, k3s-config-keys.json: kube-apiserver-arg is a list of name=value.
#[test]
fn further_server_keys_are_on_servers_only() {
    let tree = tree();
    for (name, machine) in tree.machines() {
        let arguments = strings(&machine.k3s()["kube-apiserver-arg"]);
        let expected: &[&str] = if machine.is_server() {
            &["audit-log-maxage=30"]
        } else {
            &[]
        };
        assert_eq!(arguments, expected, "{name}");
    }
}

// K 2.20: the configured version, whole, on every machine.
#[test]
fn every_machine_installs_the_version_that_was_asked_for() {
    for (name, machine) in tree().machines() {
        assert!(
            machine.script().contains("'INSTALL_K3S_VERSION=v1.35.9+k3s1'"),
            "{name}"
        );
    }
}

// k3s-io/k3s #13769: the bucket has a retention of its own, and the secret's settings are the only ones.
#[test]
fn a_bucket_keeps_as_many_snapshots_as_the_servers() {
    let tree = tree();
    assert_eq!(tree.secret("k3s-etcd-snapshot-s3").get("etcd-s3-retention"), "12");
}

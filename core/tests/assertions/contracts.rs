//! Contracts that no golden case uses, or that flip between releases: each with the smallest configuration that shows it.

use crate::tree::{Tree, keys, strings};
use serde_json::{Value, json};

/// A Gitpod of one release with further lines, and variables for its secrets.
fn with(release: &str, lines: &str, vars: &[(&str, &str)]) -> Tree {
    let text = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n\
         gitpod: {{release: \"{release}\", repository: registry.acme.dev/gitpod}}\n{lines}"
    );
    Tree::of_text(&text, vars)
}

/// A certificate that releases accept which trust no CA but public ones.
const ACME: &str =
    "certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_TOKEN}}}}}\n";
const TOKEN: (&str, &str) = ("CLOUDFLARE_TOKEN", "a-cloudflare-token-0123456789");

// G 0.1: the rename of 2023-03-03; each spelling is an error on the other side.
#[test]
fn the_socket_s_key_flips_in_2023_03() {
    for (release, key, other) in [
        ("2022.11", "containerdSocket", "containerdSocketDir"),
        ("2023.02", "containerdSocket", "containerdSocketDir"),
        ("2023.03", "containerdSocketDir", "containerdSocket"),
        ("main", "containerdSocketDir", "containerdSocket"),
    ] {
        let runtime = with(release, ACME, &[TOKEN]).installer()["workspace"]["runtime"].clone();
        assert!(runtime.get(key).is_some(), "{release}");
        assert_eq!(runtime.get(other), None, "{release}");
    }
}

// R 114: `/auth/<host>/callback`, or `/auth/callback` from 2023-06.
#[test]
fn the_callback_loses_its_host_in_2023_06() {
    let provider =
        "authProviders:\n  - {id: A, type: GitHub, host: github.com, clientId: c, clientSecret: {env: S}}\n";
    for (release, url) in [
        ("2023.05", "https://gitpod.acme.dev/auth/github.com/callback"),
        ("2023.06", "https://gitpod.acme.dev/auth/callback"),
        ("main", "https://gitpod.acme.dev/auth/callback"),
    ] {
        let lines = format!("{provider}{ACME}");
        let tree = with(release, &lines, &[("S", "a-client-secret"), TOKEN]);
        let provider = tree.secret("auth-provider-a").yaml("provider");
        assert_eq!(provider["oauth"]["callBackUrl"], url, "{release}");
    }
}

// G 0.6: all three keys; the shared-config file is what is read; the region comes from metadata; G 0.7: inCluster false.
#[test]
fn s3_storage_has_the_validated_keys_and_the_one_that_is_read() {
    let storage = "storage: {s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-gitpod, \
                   accessKeyId: {env: A}, secretAccessKey: {env: S}}}\n";
    let tree = with(
        "main",
        storage,
        &[("A", "AKIA-an-access-key"), ("S", "a/secret+key=")],
    );
    let config = tree.installer();
    let storage = &config["objectStorage"];
    assert_eq!(storage["inCluster"], false);
    assert_eq!(storage["s3"]["bucket"], "acme-gitpod");
    assert_eq!(storage["s3"]["endpoint"], "s3.eu-west-1.amazonaws.com");
    assert_eq!(config["metadata"]["region"], "eu-west-1");
    let secret = tree.secret(storage["s3"]["credentials"]["name"].as_str().unwrap());
    assert_eq!(secret.kind, "Opaque");
    assert_eq!(secret.keys(), ["accessKeyId", "credentials", "secretAccessKey"]);
    assert_eq!(secret.get("accessKeyId"), "AKIA-an-access-key");
    assert_eq!(secret.get("secretAccessKey"), "a/secret+key=");
    let lines: Vec<_> = secret.get("credentials").lines().collect();
    assert_eq!(lines[0], "[default]");
    let pairs: Vec<_> = lines[1..]
        .iter()
        .map(|line| line.split_once('=').unwrap())
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("aws_access_key_id", "AKIA-an-access-key"),
            ("aws_secret_access_key", "a/secret+key="),
        ]
    );
}

// G 1.1 s3 (credentials nil is a panic), 0.6: other S3 works up to 2022.11.
#[test]
fn other_s3_works_with_a_release_that_reads_the_endpoint() {
    let storage = "storage: {s3: {endpoint: minio.acme.dev, region: us-east-1, bucket: acme-gitpod, \
                   accessKeyId: {env: A}, secretAccessKey: {env: S}}}\n";
    let tree = with("2022.11", storage, &[("A", "key-id"), ("S", "secret-key")]);
    let s3 = tree.installer()["objectStorage"]["s3"].clone();
    assert_eq!(s3["endpoint"], "minio.acme.dev");
    let secret = tree.secret(s3["credentials"]["name"].as_str().unwrap());
    assert!(secret.keys().contains(&"accessKeyId") && secret.keys().contains(&"secretAccessKey"));
}

/// How it is configured, its name in the issuer, its fields, its references to secrets.
type Solver = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

// G 2 DNS01 secrets: each solver's fields, and every secret it names, in namespace cert-manager with the key it names.
#[test]
fn each_dns01_solver_names_secrets_that_exist() {
    let cases: [Solver; 4] = [
        (
            "{route53: {region: eu-west-1, accessKeyId: {env: A}, secretAccessKey: {env: S}}}",
            "route53",
            &[("region", "eu-west-1")],
            &["secretAccessKeySecretRef"],
        ),
        (
            "{azureDNS: {subscriptionID: 00000000-0000-4000-8000-000000000001, tenantID: 00000000-0000-4000-8000-000000000002, \
             clientID: 00000000-0000-4000-8000-000000000003, clientSecret: {env: S}, resourceGroup: rg, hostedZone: acme.dev}}",
            "azureDNS",
            &[
                ("subscriptionID", "00000000-0000-4000-8000-000000000001"),
                ("tenantID", "00000000-0000-4000-8000-000000000002"),
                ("clientID", "00000000-0000-4000-8000-000000000003"),
                ("resourceGroupName", "rg"),
                ("hostedZoneName", "acme.dev"),
            ],
            &["clientSecretSecretRef"],
        ),
        (
            "{digitalocean: {token: {env: S}}}",
            "digitalocean",
            &[],
            &["tokenSecretRef"],
        ),
        (
            "{rfc2136: {nameserver: 203.0.113.53, tsigKeyName: acme, tsigSecret: {env: S}}}",
            "rfc2136",
            &[
                ("nameserver", "203.0.113.53"),
                ("tsigKeyName", "acme"),
                ("tsigAlgorithm", "HMACSHA256"),
            ],
            &["tsigSecretSecretRef"],
        ),
    ];
    for (dns01, name, fields, references) in cases {
        let lines = format!("certificate: {{acme: {{email: ops@acme.dev, dns01: {dns01}}}}}\n");
        let tree = with(
            "main",
            &lines,
            &[("A", "an-access-key"), ("S", "c2VjcmV0LXZhbHVl")],
        );
        let issuers = tree.of_kind("ClusterIssuer");
        let solver = &issuers.values().next().unwrap()["spec"]["acme"]["solvers"][0]["dns01"];
        assert_eq!(keys(solver), [name]);
        for (field, value) in fields {
            assert_eq!(solver[name][field], *value, "{name}.{field}");
        }
        for field in references {
            let reference = &solver[name][field];
            let secret = tree.secret(reference["name"].as_str().unwrap());
            assert_eq!(secret.namespace, "cert-manager", "{name}");
            assert_eq!(
                secret.get(reference["key"].as_str().unwrap()),
                "c2VjcmV0LXZhbHVl",
                "{name}"
            );
        }
    }
}

// G 0.5: trust-manager reads the CA in its trust namespace; the Installer names it; key ca.crt (G 1.2).
#[test]
fn a_custom_ca_is_where_trust_manager_reads_it() {
    let pem = include_str!("../../../golden/check/tls-cert-san-mismatch/tls.crt");
    let lines = "certificate: {provided: {cert: {env: C}, key: {env: K}}, customCa: {env: CA}}\n";
    let tree = with(
        "main",
        lines,
        &[
            ("C", pem),
            ("CA", pem),
            (
                "K",
                "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n",
            ),
        ],
    );
    let name = tree.installer()["customCACert"]["name"].clone();
    let copies: Vec<Value> = tree
        .objects()
        .into_iter()
        .filter(|o| o["kind"] == "Secret" && o["metadata"]["name"] == name)
        .collect();
    let namespaces: Vec<_> = copies
        .iter()
        .map(|o| o["metadata"]["namespace"].as_str().unwrap())
        .collect();
    assert!(namespaces.contains(&"cert-manager"), "{namespaces:?}");
    for copy in copies {
        assert_eq!(keys(&copy["data"]), ["ca.crt"]);
    }
}

// L secrets: the type follows from the keys; G 1.2: the two types that consumers insist on.
#[test]
fn a_user_secret_s_type_follows_from_its_keys() {
    let lines = "secrets:\n  pull: {.dockerconfigjson: {env: P}}\n  web: {tls.crt: {env: C}, tls.key: {env: K}}\n  \
                 other: {anything: {env: O}}\n";
    let tree = with(
        "main",
        lines,
        &[
            ("P", "{\"auths\":{}}"),
            ("C", "-----BEGIN CERTIFICATE-----\n"),
            ("K", "-----BEGIN PRIVATE KEY-----\n"),
            ("O", "more"),
        ],
    );
    for (name, kind) in [
        ("pull", "kubernetes.io/dockerconfigjson"),
        ("web", "kubernetes.io/tls"),
        ("other", "Opaque"),
    ] {
        let secret = tree.secret(name);
        assert_eq!(
            (secret.kind.as_str(), secret.namespace.as_str()),
            (kind, "gitpod"),
            "{name}"
        );
    }
    assert_eq!(tree.secret("other").get("anything"), "more");
}

// L registry: a whole Docker config instead of user and password stays as it is.
#[test]
fn a_docker_config_is_handed_on_as_it_is() {
    let config = "{\"auths\":{\"acme.azurecr.io\":{\"auth\":\"YTpi\"}}}";
    let lines = "registry: {external: {url: acme.azurecr.io, dockerConfig: {env: D}}}\n";
    let tree = with("main", lines, &[("D", config)]);
    let name = tree.installer()["containerRegistry"]["external"]["certificate"]["name"].clone();
    let secret = tree.secret(name.as_str().unwrap());
    assert_eq!(secret.kind, "kubernetes.io/dockerconfigjson");
    assert_eq!(
        secret.json(".dockerconfigjson"),
        serde_json::from_str::<Value>(config).unwrap()
    );
}

// L secret values: absent encryption keys come from one documented variable; G 1.3: a single key is primary.
#[test]
fn an_external_database_has_an_encryption_key_by_default() {
    let lines = "database: {external: {host: db.acme.dev, username: gitpod, password: {env: P}, caCert: {env: CA}}}\n";
    let pem = include_str!("../../../golden/check/tls-cert-san-mismatch/tls.crt");
    let material = "Z29sZGVuLWVuY3J5cHRpb24ta2V5LTMyLWJ5dGVzISE=";
    let vars = [("P", "login"), ("CA", pem), ("GITPOD_ENCRYPTION_KEY", material)];
    let secret = with("main", lines, &vars).secret("database");
    assert_eq!(
        secret.json("encryptionKeys"),
        json!([{"name": "general", "version": 1, "primary": true, "material": material}])
    );
    assert_eq!(secret.get("port"), "3306");
}

// K 2.2: a datastore endpoint excludes cluster-init; k3s-config-keys.json: datastore-endpoint is a key of servers.
#[test]
fn an_external_datastore_founds_no_etcd() {
    let lines = "k3s: {datastore: {endpoint: {env: DS}}}\n";
    let endpoint = "mysql://k3s:secret@tcp(db.acme.dev:3306)/k3s";
    let tree = with("main", lines, &[("DS", endpoint)]);
    let server = tree.machine("server-init");
    assert_eq!(server.k3s()["datastore-endpoint"], endpoint);
    assert!(!server.text.contains("cluster-init"));
    assert!(!tree.machine("pool-main").text.contains("mysql://"));
    let rules = tree.output("firewall_rules")["value"].clone();
    assert!(rules.as_array().unwrap().iter().all(|r| r["name"] != "etcd"));
}

// L tailscale.use access, T 3: pods stay on VXLAN, so 8472 is open between machines in their own network.
#[test]
fn a_tailnet_for_access_only_leaves_the_pods_on_vxlan() {
    let lines = "tailscale: {use: access, authKey: {env: TS}, groups: {\"group:ops\": [ada@acme.dev]}, admins: [group:ops]}\n";
    let tree = with("main", lines, &[("TS", "tskey-auth-abc")]);
    for machine in tree.machines().values() {
        assert_eq!(machine.k3s().get("vpn-auth-file"), None);
        assert_eq!(machine.k3s().get("vpn-auth"), None);
    }
    let rules = tree.output("firewall_rules")["value"].clone();
    let vxlan = rules
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["from_port"] == 8472)
        .cloned();
    assert_eq!(vxlan.unwrap()["protocol"], "udp");
    let policy = tree.json("tailscale/policy.json");
    let grants = policy["grants"].as_array().unwrap();
    let text = policy.to_string();
    assert!(!text.contains("10.42.0.0/16"), "no pod route, no approver");
    assert!(
        grants
            .iter()
            .any(|g| strings(&g["src"]) == ["group:ops"] && strings(&g["ip"]) == ["tcp:6443"])
    );
}

// T 1.2, L style: acls have an action and ports at the destination; T 1: never both empty.
#[test]
fn acls_say_the_same_in_their_own_words() {
    let lines = "tailscale: {use: pods, style: acls, authKey: {env: TS}, tags: tag:nodes}\n";
    let tree = with("main", lines, &[("TS", "tskey-auth-abc")]);
    let policy = tree.json("tailscale/policy.json");
    assert_eq!(policy.get("grants"), None);
    let acls = policy["acls"].as_array().unwrap();
    assert!(!acls.is_empty());
    for acl in acls {
        assert_eq!(acl["action"], "accept");
        for dst in strings(&acl["dst"]) {
            assert!(dst.rsplit_once(':').is_some(), "{dst}");
            assert_eq!(dst, dst.to_lowercase(), "T 1.2: the client lower-cases");
        }
    }
    let carries_pods = acls.iter().any(|acl| {
        acl["proto"] == "udp"
            && strings(&acl["src"]) == ["tag:nodes"]
            && strings(&acl["dst"]) == ["tag:nodes:8472"]
    });
    assert!(carries_pods);
}

// gitpod-io/gitpod `pkg/components/ws-proxy/configmap.go`: workspaces of an installation with a name are at `*.ws-NAME.<domain>`.
#[test]
fn a_short_name_is_in_the_names_of_workspaces() {
    for (shortname, label) in [("eu", "ws-eu"), ("default", "ws"), ("\"\"", "ws")] {
        let text = format!(
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n\
             gitpod: {{shortname: {shortname}, repository: registry.acme.dev/gitpod}}\n"
        );
        let tree = Tree::of_text(&text, &[]);
        let names = strings(&tree.object("Certificate", "https-certificates")["spec"]["dnsNames"]);
        let workspaces = format!("*.{label}.gitpod.acme.dev");
        assert_eq!(
            names,
            ["gitpod.acme.dev", "*.gitpod.acme.dev", &workspaces],
            "{shortname}"
        );
        assert!(
            tree.output("dns_records").to_string().contains(&workspaces),
            "{shortname}"
        );
        assert!(
            tree.text("README.md").contains(&format!("`{workspaces}`")),
            "{shortname}"
        );
    }
}

// Installers before 2023.03 render a Certificate `ca-issuer-ca` of their own.
#[test]
fn no_certificate_has_the_name_of_the_installer_s() {
    for (release, name) in [("2022.11.2", "gkc-site-ca"), ("main", "ca-issuer-ca")] {
        let tree = with(release, "certificate: {selfSigned: true}\n", &[]);
        let certificates = tree.of_kind("Certificate");
        assert!(
            certificates.contains_key(name),
            "{release}: {:?}",
            certificates.keys()
        );
        assert_eq!(tree.installer()["customCACert"]["name"], name, "{release}");
    }
}

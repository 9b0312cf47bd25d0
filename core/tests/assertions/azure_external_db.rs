//! `azure-external-db`: an external MySQL that Terraform makes in the same run, an external registry, a certificate of one's own.

use crate::tree::{Secret, Tree, keys, strings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

fn tree() -> Tree {
    Tree::of("azure-external-db")
}

/// The tree with the database known, so that its Secret can be read.
fn known() -> Tree {
    Tree::with_late(
        "azure-external-db",
        &[
            ("azurerm_resource_group_acme_name", "acme"),
            ("azurerm_mysql_flexible_server_db_name", "acme-db"),
            ("azurerm_mysql_flexible_server_db_administrator_login", "gitpod"),
            (
                "azurerm_mysql_flexible_server_db_administrator_password",
                "pa$$ \"wörd\"",
            ),
        ],
    )
}

fn database() -> Secret {
    known().secret("database")
}

// G 0.7: `inCluster: true` is the default and wins over `external`.
#[test]
fn the_database_is_external_and_says_so() {
    let config = tree().installer();
    assert_eq!(
        config["database"],
        json!({
            "inCluster": false,
            "external": {"certificate": {"kind": "secret", "name": "database"}},
            "ssl": {"caCert": {"kind": "secret", "name": "database-ca"}},
        })
    );
}

// G 1.2 database external: exactly these keys, Opaque.
#[test]
fn the_database_secret_has_the_five_keys_of_the_contract() {
    let secret = database();
    assert_eq!(
        (secret.kind.as_str(), secret.namespace.as_str()),
        ("Opaque", "gitpod")
    );
    assert_eq!(
        secret.keys(),
        ["encryptionKeys", "host", "password", "port", "username"]
    );
}

// G 1.2: the port is a string of digits, nothing ends in a newline.
#[test]
fn the_database_s_values_are_as_its_clients_join_them() {
    let secret = database();
    assert_eq!(secret.get("host"), "acme-db.mysql.database.azure.com");
    assert_eq!(secret.get("port"), "3306");
    assert_eq!(secret.get("username"), "gitpod");
    assert_eq!(secret.get("password"), "pa$$ \"wörd\"");
}

// G 1.3: strict types, exactly one primary, padded standard base64 of 32 bytes.
#[test]
fn encryption_keys_have_the_types_that_go_and_node_take() {
    let keys_json = database().json("encryptionKeys");
    let list = keys_json.as_array().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(keys(&list[0]), ["name", "version", "primary", "material"]);
    assert_eq!(list[0]["name"], "general");
    assert_eq!(list[0]["version"], json!(1));
    assert_eq!(list[0]["primary"], json!(true));
    let material = STANDARD.decode(list[0]["material"].as_str().unwrap()).unwrap();
    assert_eq!(material.len(), 32);
}

// G 1.2 database CA: key ca.crt, PEM.
#[test]
fn the_database_s_ca_is_pem_under_ca_crt() {
    let secret = known().secret("database-ca");
    assert_eq!(secret.keys(), ["ca.crt"]);
    assert!(secret.get("ca.crt").starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert!(secret.get("ca.crt").ends_with("-----END CERTIFICATE-----\n"));
}

// G 1.1 containerRegistry.external, 1.4.3, 1.4.5: inCluster false, no scheme, never without its certificate.
#[test]
fn the_registry_is_external_without_a_scheme() {
    assert_eq!(
        tree().installer()["containerRegistry"],
        json!({
            "inCluster": false,
            "external": {
                "url": "acme.azurecr.io",
                "certificate": {"kind": "secret", "name": "container-registry"},
            },
        })
    );
}

// G 1.2 registry external, 6.3.2: the type matters; `auth` is base64 of user:password, whatever characters are in it.
#[test]
fn the_registry_s_login_is_a_docker_config() {
    let secret = known().secret("container-registry");
    assert_eq!(secret.kind, "kubernetes.io/dockerconfigjson");
    assert_eq!(secret.keys(), [".dockerconfigjson"]);
    let config = secret.json(".dockerconfigjson");
    assert_eq!(keys(&config["auths"]), ["acme.azurecr.io"]);
    let login = &config["auths"]["acme.azurecr.io"];
    assert_eq!(login["username"], "acme");
    assert_eq!(login["password"], "golden'registry\"password$");
    let auth = STANDARD.decode(login["auth"].as_str().unwrap()).unwrap();
    assert_eq!(auth, b"acme:golden'registry\"password$");
}

// G 1.2 TLS: type, keys, label; nobody issues another one over it.
#[test]
fn the_provided_certificate_is_a_tls_secret_that_nobody_issues() {
    let tree = known();
    let secret = tree.secret("https-certificates");
    assert_eq!(secret.kind, "kubernetes.io/tls");
    assert_eq!(secret.keys(), ["tls.crt", "tls.key"]);
    assert_eq!(secret.labels, json!({"app": "gitpod"}));
    assert_eq!(
        tree.installer()["certificate"],
        json!({"kind": "secret", "name": "https-certificates"})
    );
    assert!(tree.of_kind("Certificate").is_empty());
    assert!(tree.of_kind("ClusterIssuer").is_empty());
}

// G 0.1: 41ddf50849 is of 2023-03-03, so 2023.03 takes the directory.
#[test]
fn the_first_release_with_the_directory_gets_it() {
    let runtime = tree().installer()["workspace"]["runtime"].clone();
    assert_eq!(runtime["containerdSocketDir"], "/run/k3s/containerd");
    assert_eq!(runtime.get("containerdSocket"), None);
}

// R 114: 2023.03 is before 2023-06; G 1.2: type GitLab with its own host.
#[test]
fn gitlab_calls_back_with_its_host_in_the_path() {
    let provider = known().secret("auth-provider-gitlab").yaml("provider");
    assert_eq!(provider["type"], "GitLab");
    assert_eq!(provider["host"], "gitlab.acme.dev");
    assert_eq!(
        provider["oauth"]["callBackUrl"],
        "https://gitpod.acme.dev/auth/gitlab.acme.dev/callback"
    );
}

// G 1.1 imagePullSecrets, L secrets: the type follows from the key.
#[test]
fn the_pull_secret_is_listed_and_made() {
    let tree = known();
    assert_eq!(
        tree.installer()["imagePullSecrets"],
        json!([{"kind": "secret", "name": "acr-pull"}])
    );
    assert_eq!(tree.secret("acr-pull").kind, "kubernetes.io/dockerconfigjson");
}

// L late-bound values: what depends on one is a template, and nothing else is.
#[test]
fn only_what_needs_them_waits_for_late_values() {
    let tree = tree();
    let templates: Vec<(&str, Vec<&str>)> = tree
        .artifacts
        .iter()
        .filter(|a| a.template)
        .map(|a| (a.path.as_str(), a.late.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        templates,
        [
            (
                "k3s/manifests/gkc-50-autoscaler.yaml.tftpl",
                vec!["azurerm_resource_group_acme_name"]
            ),
            (
                "secrets/gitpod.yaml.tftpl",
                vec![
                    "azurerm_mysql_flexible_server_db_administrator_login",
                    "azurerm_mysql_flexible_server_db_administrator_password",
                    "azurerm_mysql_flexible_server_db_name",
                ]
            ),
        ]
    );
    assert!(known().artifacts.iter().all(|a| !a.template));
}

// A terraform: what touches a secret is sensitive: the password, not the host or the user.
#[test]
fn only_the_password_s_variable_is_sensitive() {
    let variables = tree().module()["variable"].clone();
    for (name, sensitive) in [
        ("azurerm_mysql_flexible_server_db_name", false),
        ("azurerm_mysql_flexible_server_db_administrator_login", false),
        ("azurerm_mysql_flexible_server_db_administrator_password", true),
        ("azurerm_resource_group_acme_name", false),
    ] {
        let variable = &variables[name];
        assert_eq!(variable["type"], "string", "{name}");
        assert_eq!(variable["nullable"], false, "{name}");
        assert_eq!(
            variable.get("sensitive").is_some_and(|s| s == true),
            sensitive,
            "{name}"
        );
    }
    assert_eq!(keys(&variables).len(), 4);
}

// A terraform: the ready-made call binds each variable to its expression; the template gets each of them.
#[test]
fn the_module_call_binds_each_expression() {
    let tree = tree();
    let call: String = tree.text("terraform/module.tf.example").replace(' ', "");
    for (variable, expression) in [
        (
            "azurerm_mysql_flexible_server_db_name",
            "azurerm_mysql_flexible_server.db.name",
        ),
        (
            "azurerm_mysql_flexible_server_db_administrator_login",
            "azurerm_mysql_flexible_server.db.administrator_login",
        ),
        (
            "azurerm_mysql_flexible_server_db_administrator_password",
            "azurerm_mysql_flexible_server.db.administrator_password",
        ),
    ] {
        assert!(
            call.lines()
                .any(|line| line == format!("{variable}={expression}")),
            "{variable}"
        );
    }
    let value = tree.output("secrets")["value"]["gitpod"].clone();
    let value = value.as_str().unwrap();
    assert!(value.starts_with("${templatefile(\"${path.module}/../secrets/gitpod.yaml.tftpl\", {"));
}

// K 2.10: every further name and address of the API is in its certificate.
#[test]
fn the_api_s_further_address_is_in_its_certificate() {
    let server = tree().machine("server-init").k3s();
    assert_eq!(
        strings(&server["tls-san"]),
        ["k3s.gitpod.acme.dev", "203.0.113.21", "kubectl.gitpod.acme.dev"]
    );
}

// G 0.3: releases since 2023-03 need cgroup v2, which Ubuntu 20.04 does not start with.
#[test]
fn the_machines_have_cgroup_v2() {
    assert!(
        tree()
            .text("README.md")
            .contains("All machines run ubuntu-22.04.")
    );
}

// G 6.3.23: nothing of the database reaches the machines.
#[test]
fn machines_know_nothing_of_the_database() {
    for machine in known().machines().values() {
        for secret in ["acme-db", "pa$$", "Z29sZGVuLWVuY3J5", "golden'registry"] {
            assert!(!machine.text.contains(secret), "{secret}");
        }
    }
}

// A lock: names and versions of keys for one-way doors, never their material; late names of the template.
#[test]
fn the_lock_names_the_encryption_keys() {
    let tree = tree();
    let lock = tree.lock();
    assert_eq!(
        lock["oneWay"]["encryptionKeys"],
        json!([{"name": "general", "version": 1}])
    );
    assert_eq!(lock["oneWay"]["datastore"], "etcd");
    let entries = lock["artifacts"].as_array().unwrap().clone();
    let entry = entries.iter().find(|e| e["path"] == "secrets/gitpod.yaml.tftpl");
    assert_eq!(strings(&entry.unwrap()["late"]).len(), 3);
}

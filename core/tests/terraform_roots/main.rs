//! The roots of `examples/terraform`: each configuration is built, and its root held against the module that came out. No provider can
//! be had where this runs: a table of the arguments that they know stands for them, and where there is Terraform it applies the
//! roots with stand-ins. What providers think of values is not judged.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod applied;
mod checks;
mod demands;
mod machines;
mod providers;
mod readmes;
mod root;
mod shape;
mod stand_ins;
#[path = "../support/mod.rs"]
mod support;
mod walk;

use checks::problems;
use gkc_core::diagnostic::Severity;
use gkc_core::emit::Artifact;
use gkc_core::plan::{Autoscaler, Plan};
use hcl_edit::structure::Body;
use providers::Providers;
use root::Root;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::{Case, Given, golden, text, tree};

/// Each by its folder: a provider's, or the one inside that has what another platform replaces.
const ROOTS: [&str; 6] = [
    "azure",
    "azure/coder",
    "gcp",
    "gcp/coder",
    "hetzner",
    "hetzner/coder",
];

fn provider(name: &str) -> &str {
    name.split('/').next().unwrap()
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/terraform")
        .join(name)
}

/// The files of a root with that ending, as one text: those of its own folder in place of the provider's.
fn files(name: &str, ending: &str) -> String {
    let mut files = BTreeMap::new();
    for folder in [folder(provider(name)), folder(name)] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            if file.ends_with(ending) {
                files.insert(file, std::fs::read_to_string(path).unwrap() + "\n");
            }
        }
    }
    files.into_values().collect()
}

/// A root with the module that its configuration gives.
struct Built {
    root: String,
    /// The variables that it sets.
    set: String,
    main: Value,
    example: String,
    plan: Plan,
    tree: Vec<Artifact>,
}

impl Built {
    fn of(name: &str) -> Built {
        Built::with(name, &[])
    }

    /// With changes of the configuration.
    fn with(name: &str, changes: &[(&str, &str)]) -> Built {
        let folder = folder(name);
        let mut config = std::fs::read_to_string(folder.join("gitpod-k3s.yaml")).unwrap();
        for (from, to) in changes {
            assert!(config.contains(from), "{name}: {from}");
            config = config.replace(from, to);
        }
        let mut given = Given {
            folder: Some(folder.clone()),
            ..Given::default()
        };
        for (name, value) in [
            ("K3S_TOKEN", "example-server-token-0123456789abcdef"),
            ("K3S_AGENT_TOKEN", "example-agent-token-0123456789abcdef"),
            (
                "GITPOD_ENCRYPTION_KEY",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            ),
            ("GITHUB_CLIENT_SECRET", "example-github-secret"),
            ("GITLAB_CLIENT_SECRET", "example-gitlab-secret"),
            ("CLOUDFLARE_API_TOKEN", "example-cloudflare-token"),
            ("AZURE_DNS_CLIENT_SECRET", "example-azure-secret"),
            ("OIDC_CLIENT_SECRET", "example-oidc-secret"),
            ("BACKUP_ACCESS_KEY", "EXAMPLEACCESSKEY0123"),
            ("BACKUP_SECRET_KEY", "example-backup-secret-0123456789abcdef01"),
            ("CODER_DATABASE_PASSWORD", "example-database-password-0123456789"),
            ("CODER_OWNER_PASSWORD", "example-owner-password-0123456789"),
        ] {
            given.vars.insert(name.into(), value.into());
        }
        let golden_case = Case::load("hetzner-medium");
        let host_key = golden_case.given.vars["GITPOD_SSH_HOST_KEY"].clone();
        given.vars.insert("GITPOD_SSH_HOST_KEY".into(), host_key);
        // Two, as README.md says.
        let authority = std::fs::read(golden("build/azure-external-db/mysql-ca.pem")).unwrap();
        for file in ["mysql-ca.pem", "postgres-ca.pem"] {
            given.files.insert(file.into(), authority.repeat(2));
        }
        let case = Case::of(&config, given);
        let built = tree(&case);
        let warnings: Vec<_> = case
            .checked()
            .diagnostics
            .into_iter()
            .filter(|d| d.severity == Severity::Warning)
            .collect();
        assert!(warnings.is_empty(), "{name}: {warnings:#?}");
        Built {
            root: files(name, ".tf"),
            set: files(name, ".auto.tfvars"),
            main: serde_json::from_str(text(&built, "terraform/main.tf.json")).unwrap(),
            example: text(&built, "terraform/module.tf.example").to_owned(),
            plan: case.checked().analysis.plan_data().unwrap().clone(),
            tree: built,
        }
    }

    fn problems(&self) -> Vec<String> {
        problems(&self.root, &self.main, &self.example)
    }
}

#[test]
fn roots_fit_the_modules_that_their_configurations_give() {
    for name in ROOTS {
        assert_eq!(Built::of(name).problems(), Vec::<String>::new(), "{name}");
    }
}

/// What `variables.tf` says again of the configuration.
#[test]
fn roots_say_the_same_as_their_configurations() {
    for name in ROOTS {
        let Built { root, set, plan, .. } = Built::of(name);
        let root = Root::parse(&root).unwrap();
        let set: Body = set.parse().unwrap();
        let default = |variable: &str| {
            let body = root.block(&format!("var.{variable}"))?;
            let own = set.get_attribute(variable);
            let text = own.or(body.get_attribute("default"))?.value.to_string();
            Some(text.trim().trim_matches('"').to_owned())
        };
        let location = default("location").or_else(|| default("region"));
        assert_eq!(default("name"), Some(plan.name.clone()), "{name}");
        assert_eq!(location, plan.location, "{name}");
        assert_eq!(
            default("node_network"),
            Some(plan.networks.nodes[0].to_string()),
            "{name}"
        );
        // `ubuntu-22.04` is `22_04` in one place and `2204` in another.
        let release: String = plan.os.as_str().chars().filter(char::is_ascii_digit).collect();
        let image: String = default("image")
            .unwrap()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert!(image.contains(&release), "{name}: {image}");
        if provider(name) == "hetzner" {
            let public = plan.networks.gateway.is_none().to_string();
            assert_eq!(default("public_ipv4"), Some(public));
        }
        if let Some(Autoscaler::Gcp { zones, .. }) = &plan.autoscaler {
            let quoted: Vec<String> = zones.iter().map(|zone| format!("\"{zone}\"")).collect();
            assert_eq!(
                default("zones"),
                Some(format!("[{}]", quoted.join(", "))),
                "{name}"
            );
        }
    }
}

/// hetzner.com called all CX types "not available" in September 2026: a first apply must not depend on one.
#[test]
fn hetzner_machines_can_be_ordered() {
    for name in ["hetzner", "hetzner/coder"] {
        for set in &Built::of(name).plan.nodes {
            let machine_type = set.machine_type.as_deref().unwrap();
            assert!(!machine_type.starts_with("cx"), "{machine_type}");
        }
    }
}

/// The table of arguments is that of a release that a root would get.
#[test]
fn pins_admit_the_providers_that_the_table_was_made_from() {
    let versions = Providers::load().versions();
    for name in ROOTS {
        let root = Built::of(name).root;
        let root = Root::parse(&root).unwrap();
        let terraform = root.block("terraform").unwrap();
        let required = terraform.get_blocks("required_providers").next().unwrap();
        for provider in required.body.attributes() {
            let text = provider.value.to_string();
            let pin = text.split("~> ").nth(1).unwrap().split('"').next().unwrap();
            let version = &versions[provider.key.as_str()];
            let number = |text: &str, at: usize| text.split('.').nth(at).unwrap().parse::<u32>().unwrap();
            assert_eq!(number(pin, 0), number(version, 0), "{name}: {text}");
            assert!(number(pin, 1) <= number(version, 1), "{name}: {text}");
        }
    }
}

/// `module.tf.example` declares no variable that a root has: Terraform refuses a second declaration.
#[test]
fn examples_declare_nothing_twice() {
    for name in ROOTS {
        let built = Built::of(name);
        let root = Root::parse(&built.root).unwrap();
        for address in Root::parse(&built.example).unwrap().items.keys() {
            let twice = address.starts_with("var.") && root.items.contains_key(address);
            assert!(!twice, "{name}: {address}");
        }
    }
}

#[test]
fn every_root_shows_a_value_that_only_terraform_knows() {
    for name in ROOTS {
        assert!(!Built::of(name).plan.late.is_empty(), "{name}");
    }
}

/// Each defect must be found, and said in these words.
#[test]
fn defects_are_found() {
    let defects = [
        (
            "hetzner",
            "  hcloud_load_balancer_web_ipv4       = hcloud_load_balancer.web.ipv4\n",
            "",
            "variable hcloud_load_balancer_web_ipv4 is not bound",
        ),
        (
            "hetzner",
            "= hcloud_load_balancer.web.ipv4",
            "= hcloud_load_balancer.api.ipv4",
            "bound to something else",
        ),
        (
            "hetzner",
            "source = \"./build/terraform\"",
            "source = \"./build/terraform\"\n  of_nobody = 1",
            "no variable of_nobody",
        ),
        (
            "hetzner",
            "source = \"./build/terraform\"",
            "source = \"./terraform\"",
            "source is not",
        ),
        (
            "hetzner",
            "module.gkc.cloud_init_pools[",
            "module.gkc.cloud_init_pool[",
            "module.gkc.cloud_init_pool is no output",
        ),
        (
            "hetzner",
            "pool.machine_type",
            "pool.machine",
            "no `machine` in pool",
        ),
        (
            "hetzner",
            "each.value.machine_type",
            "each.value.size",
            "no `size` in each",
        ),
        (
            "hetzner",
            "module.gkc.servers[\"servers\"]",
            "module.gkc.servers[\"masters\"]",
            "no `masters`",
        ),
        (
            "hetzner",
            "rule.value.sources",
            "rule.value.from",
            "no `from` in rule",
        ),
        (
            "hetzner",
            "hcloud_placement_group.servers.id",
            "hcloud_placement_group.server.id",
            "hcloud_placement_group.server is not declared",
        ),
        (
            "hetzner",
            "var.cloudflare_zone_id",
            "var.zone",
            "var.zone is not declared",
        ),
        (
            "hetzner",
            "local.server_places",
            "local.places",
            "local.places is not declared",
        ),
        // A load balancer that needs the servers, whose user-data needs the load balancer.
        (
            "hetzner",
            "ip                      = cidrhost(var.node_network, -16)",
            "ip = hcloud_server.server[\"acme-server-1\"].ipv4_address",
            "needs itself in the end",
        ),
        (
            "hetzner",
            "    ignore_changes = [image, location, public_net, server_type, user_data]\n",
            "",
            "hcloud_server.server is replaced when its user_data changes",
        ),
        (
            "hetzner",
            "[image, location, ",
            "[location, ",
            "hcloud_server.pool is replaced when its image changes",
        ),
        (
            "hetzner",
            "public_net, server_type, ",
            "public_net, ",
            "hcloud_server.server is stopped when its server_type changes",
        ),
        (
            "hetzner",
            "version = \"~> 1.68\"",
            "",
            "provider hcloud has no version",
        ),
        (
            "hetzner",
            "module.gkc.firewall_rules",
            "[]",
            "no resource uses the module's firewall_rules",
        ),
        (
            "hetzner",
            "for record in module.gkc.dns_records :",
            "for record in [{ name = \"a\", target = \"address\", value = \"b\" }] :",
            "no resource uses the module's dns_records",
        ),
        (
            "azure",
            "for_each = module.gkc.pools\n",
            "for_each = module.gkc.cloud_init_pools\n",
            "which is sensitive",
        ),
        (
            "azure",
            "admin_username, custom_data, ",
            "admin_username, ",
            "azurerm_linux_virtual_machine.server is replaced when its custom_data changes",
        ),
        (
            "azure",
            "[admin_ssh_key, ",
            "[",
            "azurerm_linux_virtual_machine.server is replaced when its admin_ssh_key changes",
        ),
        (
            "azure",
            "os_disk, size, ",
            "os_disk[0].disk_size_gb, ",
            "azurerm_linux_virtual_machine.server is stopped when its size changes",
        ),
        (
            "azure",
            "os_disk[0].storage_account_type, ",
            "",
            "azurerm_linux_virtual_machine_scale_set.pool is replaced when its os_disk.storage_account_type changes",
        ),
        (
            "azure",
            "roll_instances_when_required = false",
            "roll_instances_when_required = true",
            "azurerm_linux_virtual_machine_scale_set.pool changes its running machines",
        ),
        (
            "azure",
            "pool.max == null",
            "pool.most == null",
            "no `most` in pool",
        ),
        (
            "azure",
            "base64encode(",
            "base65encode(",
            "no function `base65encode`",
        ),
        (
            "gcp",
            "metadata[\"user-data\"], ",
            "",
            "google_compute_instance.server changes when its metadata[user-data] does",
        ),
        (
            "gcp",
            "service_account, zone]",
            "service_account]",
            "google_compute_instance.server is replaced when its zone changes",
        ),
        (
            "gcp",
            "[boot_disk, machine_type, ",
            "[boot_disk[0].initialize_params[0].size, machine_type, ",
            "google_compute_instance.server is replaced when its boot_disk.initialize_params.image changes",
        ),
        (
            "gcp",
            "  lifecycle {\n    create_before_destroy = true\n  }\n",
            "",
            "google_compute_instance_template.pool is deleted before its successor",
        ),
        (
            "gcp",
            "backend.value.instance_group",
            "backends.value.instance_group",
            "backends.value is not declared",
        ),
        (
            "gcp",
            "resource \"google_compute_network\" \"nodes\"",
            "resource \"google_compute_network\" \"node\"",
            "google_compute_network.nodes is not declared",
        ),
        (
            "gcp",
            "value       = module.gkc.rendered\n  sensitive   = true",
            "value       = module.gkc.rendered",
            "output.rendered shows something sensitive",
        ),
        (
            "gcp",
            "machine_type = local.servers.machine_type",
            "machine_kind = local.servers.machine_type",
            "google_compute_instance.server takes no `machine_kind`",
        ),
        (
            "gcp",
            "machine_type = local.servers.machine_type",
            "",
            "google_compute_instance.server lacks `machine_type`",
        ),
        (
            "gcp",
            "google_compute_address.web.address",
            "google_compute_address.web.ip",
            "no `ip` in google_compute_address.web",
        ),
        (
            "gcp",
            "disk_size_gb = 256",
            "size = 256",
            "google_compute_instance_template.pool, disk takes no `size`",
        ),
        (
            "azure",
            "interface.private_ip_address]",
            "interface.address]",
            "no `address` in interface",
        ),
        (
            "gcp",
            "resource \"random_password\" \"db\" {",
            "resource \"random_password\" \"db\" [",
            "expected",
        ),
        (
            "gcp",
            "  min_upper   = 1\n",
            "",
            "random_password.db needs `min_upper`",
        ),
        (
            "gcp",
            "  network = google_compute_network.nodes.id\n\n  lifecycle",
            "  instances = []\n\n  lifecycle",
            "google_compute_instance_group.servers must not set `instances`",
        ),
        (
            "gcp",
            "enable_dynamic_port_allocation = true",
            "enable_dynamic_port_allocation = false",
            "64 connections",
        ),
        (
            "azure",
            "-${random_id.db.hex}",
            "",
            "azurerm_mysql_flexible_server.db needs `random_id.` in `name`",
        ),
        (
            "azure",
            "resource \"azurerm_application_security_group\" \"servers\" {",
            "resource \"azurerm_availability_set\" \"servers\" {",
            "azurerm_availability_set.servers needs `platform_fault_domain_count`",
        ),
    ];
    let built = ROOTS.map(|name| (name, Built::of(name)));
    for (name, from, to, words) in defects {
        let (_, built) = built.iter().find(|(known, _)| *known == name).unwrap();
        let root = built.root.replace(from, to);
        assert_ne!(root, built.root, "{name}: {from}");
        let found = problems(&root, &built.main, &built.example);
        assert!(
            found.iter().any(|problem| problem.contains(words)),
            "{name}: {from}: {found:#?}"
        );
    }
}

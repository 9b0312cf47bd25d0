//! What a plan says of itself in the index of its tree, for [`super::previous`] to read when the next tree is planned.

use super::previous::{Built, KeyId, OVER_TAILNET, OneWay, Resolved};
use super::{Datastore, Install, Plan, list};
use std::collections::BTreeMap;

impl Built {
    /// What a plan amounts to.
    pub fn of(plan: &Plan) -> Built {
        let machine_type = |set: &super::NodeSet| Some((set.name.clone(), set.machine_type.clone()?));
        Built {
            resolved: Resolved {
                name: plan.name.clone(),
                provider: plan.provider.as_str().to_owned(),
                location: plan.location.clone(),
                size: plan.size.as_str().to_owned(),
                os: plan.os.as_str().to_owned(),
                ssh_user: plan.host.ssh_user.clone(),
                machine_types: crate::sorted::map(plan.nodes.iter().filter_map(machine_type)),
                releases: plan.releases.named(),
            },
            one_way: OneWay::of(plan),
        }
    }
}

impl OneWay {
    /// What of a plan cannot be changed later.
    pub fn of(plan: &Plan) -> OneWay {
        let keys = plan.needs.encryption_keys.iter();
        let kept = plan.needs.one_way.iter();
        OneWay {
            domain: plan.domain.clone(),
            pods: list(&plan.networks.pods),
            services: list(&plan.networks.services),
            dns: list(&plan.networks.dns),
            datastore: datastore(&plan.k3s.datastore).to_owned(),
            secrets_encryption: plan.k3s.secrets_encryption,
            overlay: overlay(plan),
            machine_groups: machine_groups(plan),
            issuer: plan.needs.issuer.map(str::to_owned),
            k3s: match &plan.k3s.install {
                Install::Version(version) => version.to_string(),
                Install::Channel(channel) => format!("channel {channel}"),
            },
            encryption_keys: keys
                .map(|(name, version)| KeyId {
                    name: name.clone(),
                    version: *version,
                })
                .collect(),
            platform: crate::sorted::map(kept.map(|(word, value)| ((*word).to_owned(), value.clone()))),
        }
    }
}

fn datastore(datastore: &Datastore) -> &'static str {
    match datastore {
        Datastore::Etcd => "etcd",
        Datastore::Sqlite => "sqlite",
        Datastore::External { .. } => "external",
    }
}

fn overlay(plan: &Plan) -> String {
    let backend = plan.k3s.flannel_backend();
    match plan.is_over_tailnet() {
        true => format!("{backend}{OVER_TAILNET}"),
        false => backend.to_owned(),
    }
}

fn machine_groups(plan: &Plan) -> BTreeMap<String, String> {
    let sized = plan
        .agents()
        .filter(|set| plan.autoscaler.is_some() && set.is_autoscaled());
    crate::sorted::map(sized.map(|set| (set.name.clone(), plan.group_name(set))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::LOCK;
    use crate::model::Os;
    use crate::testing::{TestInputs, complete};
    use crate::{Checked, Options, check_with};

    /// Checks a configuration where something was built before.
    fn checked(text: &str, built: Option<Vec<u8>>, options: Options) -> Checked {
        let file =
            crate::source::SourceFile::new(crate::source::FileId::CONFIG, "gitpod-k3s.yaml", complete(text));
        let inputs = TestInputs {
            built,
            ..TestInputs::default()
        };
        check_with(&file, &inputs, options)
    }

    fn index(checked: &Checked) -> Vec<u8> {
        let index = checked
            .preview()
            .into_iter()
            .find(|artifact| artifact.path == LOCK);
        index.expect("a tree").bytes
    }

    /// The index of a tree, with other values at some places.
    fn edited(text: &str, edits: &[(&str, &str)]) -> Vec<u8> {
        let index = index(&checked(text, None, Options::default()));
        let mut index = String::from_utf8(index).expect("text");
        for (old, new) in edits {
            assert!(index.contains(old), "{old}");
            index = index.replace(old, new);
        }
        index.into_bytes()
    }

    #[test]
    fn the_index_says_what_the_plan_says() {
        let checked = checked(
            "cluster: {provider: hetzner, size: large}\n",
            None,
            Options::default(),
        );
        let plan = checked.analysis.plan_data().expect("a plan");
        assert_eq!(Built::read(&index(&checked)), Some(Built::of(plan)));
    }

    const OLD: [(&str, &str); 2] = [("v1.36.5+k3s1", "v1.34.4+k3s1"), ("v1.21.2", "v1.20.4")];

    #[test]
    fn what_is_left_open_stays_as_it_was_built() {
        let built = edited("", &OLD);
        let kept = checked("", Some(built.clone()), Options::default());
        let plan = kept.analysis.plan_data().expect("a plan");
        assert_eq!(
            plan.k3s.install.version().expect("a version").to_string(),
            "v1.34.4+k3s1"
        );
        assert_eq!(plan.releases.of(&crate::facts::releases::CERT_MANAGER), "v1.20.4");
        // What is built again is the same tree, so that nothing changes on a second run either.
        assert_eq!(Built::read(&index(&kept)), Built::read(&built));
    }

    #[test]
    fn an_update_takes_new_releases_and_one_minor_release_of_kubernetes() {
        let update = Options::default().update(true);
        let mut built = edited("", &OLD);
        for k3s in ["v1.35.9+k3s1", "v1.36.5+k3s1", "v1.36.5+k3s1"] {
            let updated = checked("", Some(built), update);
            let plan = updated.analysis.plan_data().expect("a plan");
            assert_eq!(plan.k3s.install.version().expect("a version").to_string(), k3s);
            assert_eq!(plan.releases.of(&crate::facts::releases::CERT_MANAGER), "v1.21.2");
            built = index(&updated);
        }
        // A patch that is newer than those of this gkc is not taken back.
        let newer = edited("", &[("v1.36.5+k3s1", "v1.36.9+k3s1")]);
        let plan = checked("", Some(newer), update);
        let plan = plan.analysis.plan_data().expect("a plan");
        assert_eq!(
            plan.k3s.install.version().expect("a version").to_string(),
            "v1.36.9+k3s1"
        );
    }

    #[test]
    fn what_the_configuration_names_wins() {
        let built = edited("", &OLD);
        let checked = checked("k3s: {version: v1.35.9+k3s1}\n", Some(built), Options::default());
        let plan = checked.analysis.plan_data().expect("a plan");
        assert_eq!(
            plan.k3s.install.version().expect("a version").to_string(),
            "v1.35.9+k3s1"
        );
    }

    #[test]
    fn what_follows_kubernetes_moves_with_it() {
        let autoscaled = |version: &str| {
            format!(
                "cluster:\n  provider: hetzner\n  size: large\n  autoscaler: {{hetzner: {{token: {{env: HCLOUD}}, network: n, firewall: f}}}}\n\
                 k3s: {{version: {version}}}\n"
            )
        };
        let autoscaler = |checked: &Checked| {
            let plan = checked.analysis.plan_data().expect("a plan");
            plan.releases
                .of(&crate::facts::releases::CLUSTER_AUTOSCALER)
                .to_owned()
        };
        let before = autoscaled("v1.34.12+k3s1");
        let built = edited(
            &before,
            &[(
                "\"cluster-autoscaler\": \"v1.34.5\"",
                "\"cluster-autoscaler\": \"v1.34.2\"",
            )],
        );
        assert_eq!(
            autoscaler(&checked(&before, Some(built.clone()), Options::default())),
            "v1.34.2"
        );
        let after = autoscaled("v1.35.9+k3s1");
        assert_eq!(
            autoscaler(&checked(&after, Some(built), Options::default())),
            "v1.35.2"
        );
    }

    #[test]
    fn people_log_in_as_the_user_that_machines_have() {
        let user = |text: &str, built: Option<Vec<u8>>| {
            let checked = checked(text, built, Options::default());
            checked
                .analysis
                .plan_data()
                .expect("a plan")
                .host
                .ssh_user
                .clone()
        };
        assert_eq!(user("", None), "ops");
        let earlier = edited("", &[("\"sshUser\": \"ops\"", "\"else\": \"ops\"")]);
        assert_eq!(user("", Some(earlier.clone())), "gitpod");
        assert_eq!(user("ssh: {user: ada}\n", Some(earlier)), "ada");
        let own = index(&checked("ssh: {user: ada}\n", None, Options::default()));
        assert_eq!(user("", Some(own)), "ada");
    }

    #[test]
    fn machines_stay_as_they_are_until_the_configuration_moves_them() {
        let types = |text: &str, built: &[u8]| {
            let checked = checked(text, Some(built.to_vec()), Options::default());
            let plan = checked.analysis.plan_data().expect("a plan");
            let types = plan
                .nodes
                .iter()
                .map(|set| set.machine_type.clone().unwrap_or_default());
            types.collect::<Vec<_>>().join(" ")
        };
        let text = "cluster: {provider: hetzner, os: debian-13}\n";
        let new = index(&checked(text, None, Options::default()));
        let new = Built::read(&new).expect("a tree").resolved.machine_types;
        let servers = &new["servers"];
        let built = edited(
            text,
            &[(&format!("\"servers\": \"{servers}\""), "\"servers\": \"cx99\"")],
        );
        assert!(types(text, &built).starts_with("cx99"));
        assert!(
            types(
                "cluster: {provider: hetzner, servers: {machineType: cx23}}\n",
                &built
            )
            .starts_with("cx23")
        );
        assert!(!types("cluster: {provider: hetzner, size: large}\n", &built).contains("cx99"));
        let plan = checked("cluster: {provider: hetzner}\n", Some(built), Options::default());
        assert_eq!(plan.analysis.plan_data().expect("a plan").os, Os::Debian13);
    }

    #[test]
    fn what_is_no_version_is_not_kept() {
        let built = edited("", &[("v0.20.1", "v0.20.1; reboot #")]);
        let kept = checked("", Some(built), Options::default());
        let plan = kept.analysis.plan_data().expect("a plan");
        assert_eq!(
            plan.releases.of(&crate::facts::releases::UPGRADE_CONTROLLER),
            "v0.20.1"
        );
    }

    #[test]
    fn trees_of_earlier_builds_are_read() {
        let built = Built::read(
            br#"{"format": "gkc-lock/1", "gkc": "0.1.0", "oneWay": {"domain": "gitpod.acme.dev", "pods": "10.42.0.0/16,fd42::/56",
                 "services": "10.43.0.0/16", "dns": "10.43.0.10", "datastore": "etcd", "secretsEncryption": true, "k3s": "v1.33.4+k3s1",
                 "encryptionKeys": [{"name": "general", "version": 1}]}, "artifacts": []}"#,
        );
        let built = built.expect("a tree");
        assert_eq!(built.one_way.pods, "10.42.0.0/16,fd42::/56");
        assert!(
            built.is_of("anything", Some("gitpod.acme.dev"))
                && !built.is_of("gitpod", Some("other.acme.dev"))
        );
        assert_eq!(Built::read(b"{"), None);
    }
}

//! Names that are changed.

use crate::goldens::configurations;
use gkc_core::diagnostic::Edit;
use gkc_core::editor::{Draft, Name, NameKind, Names};
use gkc_core::inputs::{InputError, Inputs, SecretBytes};
use gkc_core::source::{FileId, SourceFile};
use std::collections::BTreeMap;
use std::path::Path;

/// A configuration and the policy beside it, both of which edits change.
#[derive(Clone, PartialEq, Debug)]
struct Texts {
    config: String,
    policy: Option<String>,
}

impl Inputs for Texts {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        let policy = self.policy.as_deref();
        policy
            .map(SecretBytes::from)
            .ok_or(InputError("no such file".to_owned()))
    }

    fn var(&self, _: &str) -> Option<SecretBytes> {
        None
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("no random bytes".to_owned()))
    }
}

impl Texts {
    fn draft(&self) -> Draft {
        Draft::of(
            &SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", self.config.as_str()),
            self,
        )
    }

    fn with(&self, mut edits: Vec<Edit>) -> Texts {
        let mut texts = self.clone();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        for edit in edits {
            match edit.span.file {
                FileId::CONFIG => texts.config.replace_range(edit.span.range(), &edit.text),
                _ => texts
                    .policy
                    .as_mut()
                    .unwrap()
                    .replace_range(edit.span.range(), &edit.text),
            }
        }
        texts
    }
}

/// A configuration with every kind of name, most of them in more than one form.
fn every_kind() -> Texts {
    let config = "apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
authProviders:
  - &one {id: a, type: GitHub, host: github.com, clientId: &two x, clientSecret: {env: A}}
  - {<<: *one, id: b, host: ghe.acme.dev, clientId: &three y}
  - {<<: *one, id: c, host: ghe.acme.com, clientId: *three}
gitpod:
  imagePullSecrets: [pull, 'own']
  configPatch: {x: [{kind: secret, name: pull}, {kind: configMap, name: pull}]}
secrets:
  pull: {.dockerconfigjson: {file: pull.json}}
  \"own\": {key: {env: OWN}}
cluster:
  pools: [{name: main}, {name: \"other\"}]
tailscale:
  tags: {server: [tag:k3s-a], agent: tag:k3s-b}
  groups: {'group:ops': [ada@acme.dev]}
  admins: [\"group:ops\", group:eng]
  policy: tailnet.hujson
  expect:
    - {from: db, to: servers, deny: 'tcp:6443'}
    - {from: 'ipset:office', to: tag:k3s-b, deny: 'tcp:6443'}
    - {only: [servers, agents, admins, 'tag:k3s-a'], to: servers, may: 'tcp:6443'}
";
    let policy = r#"{
  "groups": {"group:eng": ["bob@acme.dev"], "group:k\u0033s": []},
  "hosts": {"db": "10.0.0.1", "db-2": "10.0.0.2"},
  "ipsets": {"ipset:office": ["add 192.0.2.0/24", "add host:db"]},
  "postures": {"posture:mac": ["node:os == 'macos'"]},
  "tagOwners": {"tag:k3s-a": ["group:eng"], "tag:k3s-b": ["tag:k3s-a"], "tag:k3s": []},
  "acls": [
    {"action": "accept", "src": ["group:eng", "db", "tag:k3s"], "dst": ["tag:k3s-a:22,443", "db:*", "db-2:80"], "srcPosture": ["posture:mac"]},
  ],
  "tests": [{"src": "group:eng", "accept": ["db:80"]}],
}"#;
    Texts {
        config: config.to_owned(),
        policy: Some(policy.to_owned()),
    }
}

/// Every configuration with the policy that lies beside it.
fn all() -> Vec<(String, Texts)> {
    let with_policy = |(path, config): (String, String)| {
        let named = config
            .lines()
            .find_map(|line| line.trim().strip_prefix("policy: "));
        let beside = named.map(|named| Path::new(&path).parent().unwrap().join(named));
        let policy = beside.and_then(|beside| std::fs::read_to_string(beside).ok());
        (path, Texts { config, policy })
    };
    let own = ("every kind".to_owned(), every_kind());
    configurations()
        .into_iter()
        .map(with_policy)
        .chain([own])
        .collect()
}

/// How often each rule finds something. Messages repeat names.
fn findings(draft: &Draft) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in &draft.analysis.diagnostics {
        *counts.entry(found.rule.name).or_insert(0) += 1;
    }
    counts
}

/// A name that nothing has.
fn other(name: &Name) -> String {
    match name.kind {
        NameKind::Tag => "tag:zz-renamed".to_owned(),
        NameKind::Group => "group:zz-renamed".to_owned(),
        NameKind::IpSet => "ipset:zz-renamed".to_owned(),
        NameKind::Posture => "posture:zz-renamed".to_owned(),
        _ => "zz-renamed".to_owned(),
    }
}

#[test]
fn a_name_that_is_changed_leaves_the_same_findings_and_can_be_changed_back() {
    let mut renamed = BTreeMap::new();
    for (path, texts) in all() {
        let draft = texts.draft();
        let names = Names::of(&draft);
        for name in names.iter().filter(|name| name.is_given) {
            let (old, new) = (&name.text, other(name));
            let edits = match names.rename(&draft, &texts, name, &new) {
                Ok(edits) => edits,
                // The hosts of an earlier merge.
                Err(why) if why.starts_with("gkc itself writes") => continue,
                Err(why) => panic!("{path}: {old}: {why}"),
            };
            let after = texts.with(edits);
            let draft_after = after.draft();
            let (before, now) = (findings(&draft), findings(&draft_after));
            for (rule, count) in &now {
                assert!(
                    before.get(rule) >= Some(count),
                    "{path}: {old}: {rule}\n{}",
                    after.config
                );
            }
            // A name that is wrong can be made right, and not wrong again.
            if path.contains("/flagged") {
                continue;
            }
            assert_eq!(before, now, "{path}: {old}\n{}", after.config);
            let names_after = Names::of(&draft_after);
            let same = names_after
                .iter()
                .filter(|other| other.text == new && other.kind == name.kind);
            let count = names.same(name).count();
            let same: Vec<&Name> = same.collect();
            assert_eq!(same.len(), count, "{path}: {old}\n{}", after.config);
            let back = names_after.rename(&draft_after, &after, same[0], old);
            let back = back.unwrap_or_else(|why| panic!("{path}: {old}: {why}"));
            let bare = |texts: &Texts| texts.config.replace(['"', '\''], "");
            let again = after.with(back);
            assert_eq!(bare(&again), bare(&texts), "{path}: {old}");
            assert_eq!(again.policy, texts.policy, "{path}: {old}");
            *renamed.entry(name.kind.as_str()).or_insert(0) += 1;
        }
    }
    let kinds: Vec<&str> = renamed.into_keys().collect();
    assert_eq!(
        kinds,
        [
            "IP set", "anchor", "group", "host", "node", "pool", "posture", "secret", "tag"
        ]
    );
}

#[test]
fn names_that_are_given_elsewhere_are_not_changed() {
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ntailscale:\n  policy: tailnet.hujson\n  admins: [group:eng]\n\
                  k3s: {token: {env: T}}\n";
    let policy = r#"{"groups": {"group:ops": []}, "tagOwners": {"tag:k3s-server": []}, "acls": []}"#;
    let texts = Texts {
        config: config.to_owned(),
        policy: Some(policy.to_owned()),
    };
    let draft = texts.draft();
    let names = Names::of(&draft);
    let refused = |text: &str, new: &str| {
        let name = names.iter().find(|name| name.text == text).unwrap();
        names.rename(&draft, &texts, name, new).unwrap_err()
    };
    assert_eq!(refused("T", "U"), "the variable `T` is set outside of this file");
    assert_eq!(
        refused("group:eng", "dev"),
        "the group `group:eng` is defined outside of these files"
    );
    assert_eq!(
        refused("tag:k3s-server", "tag:x"),
        "`tag:k3s-server` is a default of `tailscale.tags`; set that key to another tag first"
    );
    assert_eq!(refused("group:ops", ""), "invalid group name `group:`");
    assert_eq!(
        refused("group:ops", "new: x"),
        "invalid group name `group:new: x`"
    );
}

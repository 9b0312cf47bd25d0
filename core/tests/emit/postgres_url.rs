//! The URL of PostgreSQL, whatever its parts are: read back from the secret of a tree by a parser that is not ours.

use base64::Engine;
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::text::SecretBytes;
use gkc_core::{Options, check_with};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde::Deserialize;
use url::Url;

/// What the configuration refers to: the password is a variable, or known to Terraform as the user always is.
struct Known {
    user: String,
    password: String,
}

impl Inputs for Known {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Err(InputError("there is no such file".into()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        let value = match name {
            "DB_PASSWORD" => self.password.as_str(),
            _ => "a-golden-value-0123456789",
        };
        Some(SecretBytes::from(value))
    }

    fn late(&self, variable: &str) -> Option<String> {
        match variable {
            "module_db_user" => Some(self.user.clone()),
            "module_db_password" => Some(self.password.clone()),
            _ => None,
        }
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("nothing is random here".into()))
    }
}

/// The URL in the tree of a configuration.
fn url_of(database: &str, known: &Known) -> Url {
    let text = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: coder.acme.dev\nplatform: coder\ndatabase: {{external: {database}}}\n"
    );
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
    let checked = check_with(&file, known, Options::default());
    let artifacts = checked
        .build(None)
        .unwrap_or_else(|_| panic!("{:#?}", checked.diagnostics));
    let secrets = artifacts
        .iter()
        .find(|artifact| artifact.path == "secrets/coder.yaml")
        .unwrap();
    let url = serde_yaml::Deserializer::from_str(secrets.text())
        .map(|document| serde_json::Value::deserialize(document).unwrap())
        .find_map(|secret| Some(secret["data"]["pg-url"].as_str()?.to_owned()))
        .unwrap();
    let url = base64::engine::general_purpose::STANDARD.decode(url).unwrap();
    Url::parse(std::str::from_utf8(&url).unwrap()).unwrap()
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8().unwrap().into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_part_comes_back(
        user in "[ -~é/@:?#%+]{1,12}",
        password in "[ -~é/@:?#%+]{1,20}",
        name in "[a-z][a-z0-9_ /@:?#%+-]{0,8}[a-z]",
        host in prop::sample::select(&["db.acme.dev", "10.0.0.7", "fd00::7", "a-b.postgres.database.azure.com"][..]),
        late in any::<bool>(),
    ) {
        let secret = if late { "{terraform: module.db.password}" } else { "{env: DB_PASSWORD}" };
        let name_in_yaml = serde_json::to_string(&name).unwrap();
        let database = format!(
            "{{host: \"{host}\", name: {name_in_yaml}, username: \"${{module.db.user}}\", password: {secret}}}"
        );
        let known = Known { user: user.clone(), password: password.clone() };
        let url = url_of(&database, &known);
        prop_assert_eq!(url.scheme(), "postgres");
        prop_assert_eq!(decoded(url.username()), user);
        prop_assert_eq!(url.password().map(decoded), Some(password));
        prop_assert_eq!(url.host_str().map(|host| host.trim_matches(['[', ']'])), Some(host));
        prop_assert_eq!(url.port(), Some(5432));
        prop_assert_eq!(decoded(url.path()), format!("/{name}"));
        prop_assert_eq!(url.query(), Some("sslmode=require"));
        prop_assert_eq!(url.fragment(), None);
    }
}

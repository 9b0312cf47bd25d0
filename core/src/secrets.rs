//! Secret values, apart from everything else: only the emitters' renderer and the rules on secrets read them.

use crate::date::{Date, SECONDS_A_DAY};
use crate::diagnostic::stages::{SECRET_TRAILING_NEWLINE, SECRET_UNRESOLVED};
use crate::diagnostic::{Severity, Sink};
use crate::inputs::{InputError, Inputs};
use crate::plan::{Generate, Literals, Plan, SecretNeed, SecretSource};
use crate::text::{self, SecretBytes, SecretId, SecretValue, Values};
use base64::Engine;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The values of a plan's secrets, by name.
#[derive(Default)]
pub struct Store {
    values: BTreeMap<String, SecretBytes>,
    /// Secrets that Terraform knows, with its variables.
    late: BTreeMap<String, String>,
    /// Values of Terraform's variables that are known after all.
    known: BTreeMap<String, String>,
    unresolved: Vec<(SecretNeed, String)>,
}

impl Store {
    /// The value of the secret `name`, where it is known now.
    pub fn get(&self, name: &str) -> Option<&SecretBytes> {
        self.values.get(name)
    }

    /// Secrets without a value, and why.
    pub fn unresolved(&self) -> impl Iterator<Item = (&SecretNeed, &str)> {
        self.unresolved.iter().map(|(need, why)| (need, why.as_str()))
    }

    /// Values for an emission's holes, with a placeholder for secrets that have none.
    pub fn lookup(&self, late: Late) -> Lookup<'_> {
        Lookup { store: self, late }
    }
}

/// Looks every secret of the plan up.
pub fn resolve(plan: &Plan, literals: &Literals, inputs: &dyn Inputs, sink: &mut Sink) -> Store {
    let known = plan
        .late
        .iter()
        .filter_map(|late| Some((late.variable.clone(), inputs.late(&late.variable)?)));
    let mut store = Store {
        known: crate::sorted::map(known),
        ..Store::default()
    };
    for need in &plan.secrets {
        let found = match &need.source {
            SecretSource::Env(variable) => inputs
                .var(variable)
                .ok_or_else(|| format!("variable `{variable}` is not set")),
            SecretSource::File(path) => inputs
                .read(path)
                .map_err(|error| format!("cannot read file `{path}`: {}", error.0))
                .map(|bytes| without_newline(bytes, need, path, sink)),
            SecretSource::Literal => literals
                .0
                .get(&need.name)
                .map(|text| SecretBytes::from(text.as_str()))
                .ok_or_else(String::new),
            SecretSource::Terraform(variable) => {
                store.late.insert(need.name.clone(), variable.clone());
                continue;
            }
        };
        match found {
            Ok(value) if value.expose().is_empty() => store.unresolved.push((need.clone(), empty(need))),
            Ok(value) => {
                store.values.insert(need.name.clone(), value);
            }
            Err(why) => store.unresolved.push((need.clone(), why)),
        }
    }
    store
}

fn empty(need: &SecretNeed) -> String {
    match &need.source {
        SecretSource::File(path) => format!("file `{path}` is empty"),
        _ => "the value is empty".to_owned(),
    }
}

/// Editors end a file with a newline, and a password with a newline in it does not log in (MySQL). PEM and JSON keep theirs.
fn without_newline(bytes: SecretBytes, need: &SecretNeed, path: &str, sink: &mut Sink) -> SecretBytes {
    let body = match bytes.expose() {
        [body @ .., b'\r', b'\n'] | [body @ .., b'\n'] => body,
        _ => return bytes,
    };
    if body.contains(&b'\n') || body.starts_with(b"{") {
        return bytes;
    }
    let message = format!("trailing newline of `{path}` is not part of the secret");
    sink.push(SECRET_TRAILING_NEWLINE.at(need.span, message));
    SecretBytes::new(body.to_vec())
}

/// Says which secrets have no value, and why; not those that something is left out without.
pub fn report_unresolved<'a>(
    unresolved: impl Iterator<Item = (&'a SecretNeed, &'a str)>,
    severity: Severity,
    sink: &mut Sink,
) {
    for (need, why) in unresolved.filter(|(need, _)| !need.is_optional) {
        let message = format!("missing value for secret `{}`: {why}", need.name);
        let mut finding = SECRET_UNRESOLVED.at(need.span, message);
        finding.severity = severity;
        let help = match (&need.source, need.generate) {
            (SecretSource::Env(_), Some(_)) => "run `gkc secrets generate`, or set the variable".to_owned(),
            (SecretSource::Env(name), None) => {
                format!(
                    "set the variable, or add `{name}=value` to the secrets file next to the configuration"
                )
            }
            _ => "add the value".to_owned(),
        };
        sink.push(finding.help(help));
    }
}

/// What becomes of values that only Terraform knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// They stay holes of a template.
    Open,
    /// Something stands in for them, so that a template can be read back.
    StandIn,
}

/// Looks everything up as [`Lookup`] does, but shows of each secret its name only.
pub(crate) struct Masked<'a>(pub Lookup<'a>);

impl Values for Masked<'_> {
    fn secret(&self, id: &SecretId) -> Option<SecretValue> {
        Some(match self.0.secret(id)? {
            SecretValue::Bytes(_) => SecretValue::Bytes(format!("[{}]", id.0).into_bytes()),
            late @ SecretValue::Late(_) => late,
        })
    }

    fn late(&self, late: &text::Late) -> Option<String> {
        self.0.late(late)
    }
}

/// What holes are looked up in.
pub struct Lookup<'a> {
    store: &'a Store,
    late: Late,
}

/// Stands in for a secret without a value, so that all of the output can be looked at: as long as a token.
const PLACEHOLDER: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Stands in for a late value: fit for a host name.
const LATE_PLACEHOLDER: &str = "late.invalid";

impl Lookup<'_> {
    fn late_value(&self, variable: &str) -> Option<String> {
        let stand_in = || (self.late == Late::StandIn).then(|| LATE_PLACEHOLDER.to_owned());
        self.store.known.get(variable).cloned().or_else(stand_in)
    }
}

impl Values for Lookup<'_> {
    fn secret(&self, id: &SecretId) -> Option<SecretValue> {
        if let Some(variable) = self.store.late.get(&id.0) {
            let late = text::Late {
                variable: variable.clone(),
                sensitive: true,
            };
            return Some(match self.late_value(variable) {
                Some(value) => SecretValue::Bytes(value.into_bytes()),
                None => SecretValue::Late(late),
            });
        }
        let value = self.store.get(&id.0).map(SecretBytes::expose);
        Some(SecretValue::Bytes(
            value.unwrap_or(PLACEHOLDER.as_bytes()).to_vec(),
        ))
    }

    fn late(&self, late: &text::Late) -> Option<String> {
        self.late_value(&late.variable)
    }
}

/// How many days a link works: long enough to set up a cluster, too short to be forgotten.
const LINK_DAYS: u64 = 7;

/// Makes a secret up from random bytes, or from today's date.
///
/// # Errors
/// Where no random bytes or no date are to be had, or a key cannot be written.
pub fn generate(kind: Generate, inputs: &dyn Inputs) -> Result<SecretBytes, InputError> {
    let mut seed = Zeroizing::new([0u8; 32]);
    inputs.random(seed.as_mut())?;
    let text = match kind {
        Generate::Token => seed.iter().map(|byte| format!("{byte:02x}")).collect(),
        Generate::EncryptionKey => base64::engine::general_purpose::STANDARD.encode(seed.as_ref()),
        Generate::SshHostKey => {
            let pair = ssh_key::private::Ed25519Keypair::from_seed(&seed);
            let key = ssh_key::PrivateKey::from(pair);
            let text = key
                .to_openssh(ssh_key::LineEnding::LF)
                .map_err(|error| InputError(error.to_string()))?;
            text.to_string()
        }
        Generate::LinkExpiry => {
            let today = inputs.today().and_then(Date::to_unix);
            let today = today.ok_or_else(|| InputError("nothing says what day it is".into()))?;
            // The day itself counts as well, so that a link made in the evening is no shorter.
            (today + (LINK_DAYS + 1) * SECONDS_A_DAY).to_string()
        }
    };
    Ok(SecretBytes::new(text.into_bytes()))
}

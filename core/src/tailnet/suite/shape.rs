//! The shape of suites.

use serde::Deserialize;
use serde_json::Value;

use crate::tailnet::addr::Prefix;
use crate::tailnet::model::Tailnet;

/// A suite.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Suite {
    /// `gkc-tailscale-vectors/1`.
    pub schema: String,
    /// Its vectors.
    pub(super) vectors: Vec<Vector>,
}

/// Why a suite cannot be read, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuiteError(pub String);

impl std::fmt::Display for SuiteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SuiteError {}

/// The schema this module reads.
const SCHEMA: &str = "gkc-tailscale-vectors/1";

/// Reads a suite.
///
/// # Errors
/// [`SuiteError`] where the text is no JSON of that schema.
pub fn read(text: &str) -> Result<Suite, SuiteError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let suite: Suite =
        serde_json::from_str(text).map_err(|e| SuiteError(format!("not a suite of test vectors: {e}")))?;
    if suite.schema != SCHEMA {
        return Err(SuiteError(format!(
            "unsupported schema `{}`: expected `{SCHEMA}`",
            suite.schema
        )));
    }
    Ok(suite)
}

/// One vector, whatever its kind.
#[derive(Clone, Debug, Deserialize)]
pub struct Vector {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) confidence: String,
    #[serde(default)]
    pub(super) tailnet: Tailnet,
    pub(super) policy: Option<Value>,
    pub(super) policy_text: Option<String>,
    #[serde(default)]
    pub(super) expect: Expect,
    #[serde(default)]
    pub(super) queries: Vec<Query>,
    pub(super) claim: Option<ClaimShape>,
    #[serde(default)]
    pub(super) rules: Vec<RuleShape>,
    #[serde(default)]
    pub(super) local: Vec<String>,
    #[serde(default)]
    pub(super) packets: Vec<PacketShape>,
}

/// What a vector expects as a whole.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Expect {
    pub(super) valid: Option<bool>,
    pub(super) reason: Option<String>,
    pub(super) save: Option<String>,
    pub(super) holds: Option<bool>,
    #[serde(default)]
    pub(super) witnesses: Vec<Value>,
}

/// A protocol by name or number.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Proto {
    Number(u8),
    Name(String),
}

/// A question; which fields there are depends on the kind.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Query {
    pub(super) src: Option<String>,
    pub(super) dst: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) proto: Option<Proto>,
    pub(super) at: Option<String>,
    pub(super) expect: Option<String>,
    pub(super) src_node: Option<String>,
    pub(super) dst_node: Option<String>,
    pub(super) login: Option<String>,
    pub(super) node: Option<String>,
    #[serde(default)]
    pub(super) advertised: Vec<Prefix>,
    #[serde(default)]
    pub(super) expect_approved: Vec<Prefix>,
    #[serde(default)]
    pub(super) expect_pending: Vec<Prefix>,
}

/// A claim.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ClaimShape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) dst_tag: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) proto: Option<Proto>,
    #[serde(default)]
    pub(super) allowed_sources: Vec<String>,
}

/// A rule of the client's filter.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RuleShape {
    #[serde(default)]
    pub(super) srcs: Vec<String>,
    #[serde(default)]
    pub(super) dsts: Vec<String>,
    pub(super) ports: Option<(u16, u16)>,
    #[serde(default)]
    pub(super) protos: Vec<u8>,
}

/// A packet.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PacketShape {
    pub(super) src: String,
    pub(super) dst: String,
    #[serde(default)]
    pub(super) port: u16,
    pub(super) proto: Proto,
    pub(super) packet: String,
    pub(super) expect: String,
}

//! A tailnet as the engine sees it: its people and its devices, in the shape of the vectors' `tailnet` object.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::addr::Prefix;

/// People and devices of one tailnet.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tailnet {
    /// Domains that belong to the tailnet, for `user:*@domain`.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Its people.
    #[serde(default)]
    pub users: Vec<User>,
    /// Its devices.
    #[serde(default)]
    pub nodes: Vec<Device>,
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct User {
    /// Login name, as in policies: `ada@corp.example`.
    pub login: String,
    /// Roles without `autogroup:`: `admin`, `owner`.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// What is known of a device, by the names that postures use: `node:os`, `custom:tier`.
pub type Attributes = BTreeMap<String, Attribute>;

/// One of them (tailscale.com, "Device posture attributes": strings, numbers, booleans).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Attribute {
    /// Such as `node:tsAutoUpdate`.
    Bool(bool),
    /// Such as a score that a device manager gave.
    Number(f64),
    /// Such as `node:os`.
    Text(String),
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Attribute {
        Attribute::Text(text.to_owned())
    }
}

/// A device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Its name, unique in the tailnet.
    pub name: String,
    /// Its owner; none where it is tagged.
    #[serde(default)]
    pub user: Option<String>,
    /// Its tags, with `tag:`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its addresses in the tailnet.
    #[serde(default)]
    pub ips: Vec<IpAddr>,
    /// Routes it advertises.
    #[serde(default)]
    pub advertised: Vec<Prefix>,
    /// Routes in force: advertised and approved.
    #[serde(default)]
    pub approved: Vec<Prefix>,
    /// Whether it uses the routes of others (`--accept-routes`).
    #[serde(default = "yes")]
    pub accept_routes: bool,
    /// What postures may ask of it, as far as it is known; a device without any meets every posture.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub posture: Attributes,
}

impl Device {
    /// True where the device has a tag, and so belongs to nobody.
    pub fn is_tagged(&self) -> bool {
        !self.tags.is_empty()
    }

    /// The person it belongs to.
    pub fn owner(&self) -> Option<&str> {
        self.user.as_deref().filter(|_| !self.is_tagged())
    }
}

fn yes() -> bool {
    true
}

//! URLs that were tried, and what is behind Services.

use super::Net;
use crate::source::Span;
use std::net::IpAddr;

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Answer {
    /// With what was asked for, or with the wish for a login.
    Answered,
    /// With a status that says that something is wrong.
    Http,
    /// With a certificate that does not fit.
    Certificate,
    /// Somebody refused or hung up.
    Refused,
    /// Nobody answered in time.
    Timeout,
    /// The network said that there is no way.
    Unreachable,
    /// The name has no address.
    Unresolved,
}

impl Answer {
    /// The answer of that word, as the probe writes it.
    pub fn of(word: &str) -> Option<Answer> {
        use Answer::*;
        [
            Answered,
            Http,
            Certificate,
            Refused,
            Timeout,
            Unreachable,
            Unresolved,
        ]
        .into_iter()
        .find(|answer| answer.as_str() == word)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Answered => "answered",
            Answer::Http => "http",
            Answer::Certificate => "certificate",
            Answer::Refused => "refused",
            Answer::Timeout => "timeout",
            Answer::Unreachable => "unreachable",
            Answer::Unresolved => "unresolved",
        }
    }

    /// Whether somebody answered, whatever was said.
    pub fn got_through(self) -> bool {
        matches!(self, Answer::Answered | Answer::Http | Answer::Certificate)
    }
}

/// A URL that was tried.
#[derive(Clone, PartialEq, Debug)]
pub struct Fetch {
    /// Where the report says so.
    pub at: Span,
    /// The node.
    pub node: String,
    /// The network that it was tried from.
    pub net: Net,
    /// The URL.
    pub url: String,
    /// The host in it.
    pub host: String,
    /// The port, where the URL has one.
    pub port: Option<u16>,
    /// The address that was connected to.
    pub address: Option<IpAddr>,
    /// The status of HTTP, where there is one.
    pub status: Option<u16>,
    /// How it ended.
    pub answer: Answer,
    /// What the client said.
    pub said: String,
}

/// The addresses behind a Service that are ready.
#[derive(Clone, PartialEq, Debug)]
pub struct Endpoints {
    /// Where the report says so.
    pub at: Span,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

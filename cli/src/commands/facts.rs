//! `gkc facts`

use super::{print, print_json};
use crate::args::{Facts, TextFormat};
use crate::exit::{Failure, Status};
use crate::render::table;
use crate::workspace::today;
use gkc_core::releases::{Release, all};
use serde_json::json;

const HEAD: [&str; 7] = [
    "product",
    "release",
    "released",
    "supported until",
    "kubernetes",
    "looked up",
    "source",
];

pub fn run(args: &Facts) -> Result<Status, Failure> {
    let today = today(args.today)?;
    let is_old = |release: Release| today.is_some_and(|today| release.is_old(today));
    let releases: Vec<Release> = all().filter(|release| !args.old || is_old(*release)).collect();
    match args.format {
        TextFormat::Json => {
            let releases: Vec<_> = releases
                .iter()
                .map(|release| json(*release, is_old(*release)))
                .collect();
            print_json(&json!({ "version": 1, "releases": releases }))?;
        }
        TextFormat::Text if releases.is_empty() => {}
        TextFormat::Text => print(&table(&releases))?,
    }
    Ok(match args.old && !releases.is_empty() {
        true => Status::Findings,
        false => Status::Clean,
    })
}

fn json(release: Release, old: bool) -> serde_json::Value {
    json!({
        "product": release.product(), "what": release.what(), "release": release.version(), "default": release.is_default(),
        "released": release.released().map(|day| day.to_string()), "firstReleased": release.first().map(|day| day.to_string()),
        "supportedUntil": release.ends().map(|day| day.to_string()), "kubernetes": release.kubernetes().map(range),
        "fixes": release.fixes().collect::<Vec<_>>(), "source": release.source(), "lookedUp": release.read().to_string(), "old": old,
    })
}

/// Minor releases of Kubernetes, as people write them.
fn range((first, last): (u32, u32)) -> String {
    match first == last {
        true => format!("1.{first}"),
        false => format!("1.{first}-1.{last}"),
    }
}

fn table(releases: &[Release]) -> String {
    let row = |release: &Release| {
        let mark = if release.is_default() { " *" } else { "" };
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        [
            release.product().to_owned(),
            format!("{}{mark}", release.version()),
            or_none(release.released().map(|day| day.to_string())),
            or_none(release.ends().map(|day| day.to_string())),
            or_none(release.kubernetes().map(range)),
            release.read().to_string(),
            release.source().to_owned(),
        ]
    };
    let rows: Vec<[String; 7]> = [HEAD.map(str::to_owned)]
        .into_iter()
        .chain(releases.iter().map(row))
        .collect();
    table::table(&rows) + "\n* installed in a new cluster unless the configuration names another\n"
}

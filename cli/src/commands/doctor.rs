//! `gkc doctor`

use super::{print_json, say};
use crate::args::{Doctor, ReportFormat};
use crate::exit::{Failure, Status};
use crate::render::summary::counts;
use crate::render::{Findings, Outcome, human, json};
use crate::workspace::bytes;
use camino::Utf8Path;
use gkc_core::diagnostic::Severity;
use gkc_core::doctor::{MAX_REPORT_BYTES, diagnose, point_at};
use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::{Options, analyse};

pub fn run(args: &Doctor, color: bool) -> Result<Status, Failure> {
    if args.reports.iter().filter(|path| *path == "-").count() > 1 {
        return Err(Failure::new("standard input can be read only once"));
    }
    let mut files = Vec::new();
    let mut left = MAX_REPORT_BYTES;
    for (id, path) in (0..).zip(&args.reports) {
        let file = load(path, FileId(id), left)?;
        left = left.saturating_sub(file.text().len());
        files.push(file);
    }
    let config = match &args.config {
        Some(path) => {
            let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
            let (shown, bytes) = bytes(path, MAX_REPORT_BYTES)?;
            Some(SourceFile::new(id, shown, String::from_utf8_lossy(&bytes)))
        }
        None => None,
    };
    let mut diagnosis = diagnose(&files).map_err(|reason| {
        let named: Vec<String> = args.reports.iter().map(|path| format!("`{path}`")).collect();
        Failure::new(format!("{} is not a report: {reason}", named.join(" and ")))
    })?;
    if let Some(config) = config {
        diagnosis.found = point_at(diagnosis.found, &config);
        // Lines of it are shown, and may have secrets.
        let analysis = analyse(&config, &NoInputs, Options::default());
        let secret = analysis.sensitive().iter().map(|at| Span {
            file: config.id(),
            ..*at
        });
        diagnosis.sensitive.extend(secret);
        files.push(config);
    }
    let worst = diagnosis.found.iter().map(|found| found.severity).max();
    let decoded = files.iter().map(SourceFile::id).collect();
    let mut files = files.into_iter();
    let Some(file) = files.next() else {
        return Err(Failure::new("missing report"));
    };
    let findings = Findings {
        file,
        others: files.collect(),
        diagnostics: diagnosis.found,
        sensitive: diagnosis.sensitive,
        decoded,
    };
    let sick = worst >= Some(Severity::Warning);
    if args.format == ReportFormat::Json {
        print_json(&json::render(&[Outcome::Checked(findings)], None))?;
    } else {
        say(&human::render(&findings, color));
        let verdict = match counts(findings.diagnostics.iter()) {
            Some(summary) if sick => summary,
            _ if diagnosis.passed => "no problem found".to_owned(),
            _ => "no known cause found".to_owned(),
        };
        say(&format!("{verdict} in {}\n", diagnosis.read));
    }
    Ok(if sick { Status::Findings } else { Status::Clean })
}

/// Reads a report. A stray byte in a log costs a character; PowerShell redirects to UTF-16.
fn load(path: &Utf8Path, id: FileId, left: usize) -> Result<SourceFile, Failure> {
    let (shown, bytes) = bytes(path, left)?;
    let no_report = |words: String| Failure::new(format!("`{path}` is not a report: {words}"));
    if bytes.len() > left {
        let most = MAX_REPORT_BYTES / (1024 * 1024);
        return Err(no_report(format!(
            "the reports together are larger than {most} MiB"
        )));
    }
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        bytes if bytes.contains(&0) => return Err(no_report("binary data".to_owned())),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.as_bytes();
                let strange = bytes.iter().filter(|byte| !byte.is_ascii()).count();
                if strange > bytes.len() / 4 {
                    return Err(no_report("binary data".to_owned()));
                }
                String::from_utf8_lossy(bytes).into_owned()
            }
        },
    };
    Ok(SourceFile::new(id, shown, text))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok().map(unit))
        .collect();
    String::from_utf16_lossy(&units)
}

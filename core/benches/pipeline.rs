//! How long parsing, analysing, checking and building take for configurations of 150 to 15,000 lines, in CPU time of this thread. What a
//! build takes comes after the check.
//!
//! `cargo bench -p gkc-core --bench pipeline`. Says so where a check of 150 lines misses [`WANTED_MS`], and fails where it takes
//! [`MOST_MS`].

#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod config;

use config::config;
use gkc_core::Options;
use gkc_core::diagnostic::{Severity, Sink};
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::text::SecretBytes;
use rustix::time::{ClockId, clock_gettime};
use std::process::ExitCode;
use std::time::Duration;

/// A check of an ordinary file feels immediate, also in an editor at every key stroke.
const WANTED_MS: f64 = 10.0;

/// What no machine's other work explains: twice of what is wanted has been seen on two cores that others kept busy.
const MOST_MS: f64 = 30.0;

/// The least of this many runs counts: what else the machine does only ever adds.
const RUNS: usize = 15;

struct Variables;

impl Inputs for Variables {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Err(InputError("no files".into()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        Some(match name {
            "GITPOD_ENCRYPTION_KEY" => SecretBytes::from("YmVuY2gtZW5jcnlwdGlvbi1rZXktb2YtMzItYnl0ZXM="),
            other => SecretBytes::from(format!("bench-{other}-0123456789abcdef").as_str()),
        })
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("no random numbers".into()))
    }
}

/// What this thread has used of a CPU so far: time that others had the CPU does not count.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

fn least(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = cpu();
        run();
        cpu().saturating_sub(start)
    };
    (0..RUNS).map(time).min().unwrap_or_default()
}

fn main() -> ExitCode {
    let mut failed = false;
    println!(
        "{:>7} {:>12} {:>12} {:>12} {:>12}",
        "lines", "parse", "analyse", "check", "build"
    );
    for lines in [150, 1_500, 10_000, 15_000] {
        let file = SourceFile::new(FileId::CONFIG, "bench", config(lines));
        let parse = least(|| {
            gkc_core::syntax::parse_values(&file, &mut Sink::new());
        });
        let analyse = least(|| {
            gkc_core::analyse(&file, &Variables, Options::default());
        });
        let check = least(|| {
            gkc_core::check(&file, &Variables);
        });
        let checked = gkc_core::check(&file, &Variables);
        let build = least(|| {
            let _ = checked.build(None);
        });
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{lines:>7} {:>9.2} ms {:>9.2} ms {:>9.2} ms {:>9.2} ms",
            ms(parse),
            ms(analyse),
            ms(check),
            ms(build)
        );
        if lines == 150 && ms(check) >= WANTED_MS {
            eprintln!(
                "a check of {lines} lines took {:.2} ms, wanted are {WANTED_MS}",
                ms(check)
            );
            failed |= ms(check) >= MOST_MS;
        }
        // What has errors is not built, and takes no time.
        for error in checked
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
        {
            eprintln!("{lines} lines: {}: {}", error.rule, error.message);
            failed = true;
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

//! Makes artifacts on a thread of its own, and finds what only they show.

use super::document::Surroundings;
use super::proof::{Shown, remove_known};
use crate::workspace::{OUT, is_built};
use crossbeam_channel::{Receiver, Sender, unbounded};
use gen_lsp_types::Uri;
use gkc_core::editor::{Draft, prove};
use gkc_core::source::SourceFile;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A text to make artifacts of.
pub struct Job {
    /// The document.
    pub uri: Uri,
    /// The text.
    pub file: SourceFile,
    /// Its surroundings.
    pub inputs: Surroundings,
    /// How many changes there had been when it was asked for.
    pub changes: u64,
}

/// What a job found.
pub struct Proven {
    /// The document.
    pub uri: Uri,
    /// How many changes there had been when it was asked for.
    pub changes: u64,
    /// What artifacts showed; `None` where a change made the job pointless.
    pub found: Option<Shown>,
}

/// The thread's other end.
pub struct Background {
    jobs: Sender<Job>,
    /// What was found, in the order of the jobs.
    pub proven: Receiver<Proven>,
    changes: Arc<AtomicU64>,
}

impl Background {
    /// Starts the thread, which stops what it does once `changes` grows: it is pointless then. It ends once this is dropped.
    pub fn start(changes: Arc<AtomicU64>) -> Background {
        let (jobs, to_do) = unbounded::<Job>();
        let (done, proven) = unbounded();
        let seen = Arc::clone(&changes);
        std::thread::spawn(move || {
            for job in to_do {
                let found = run(&job, &seen);
                let Job { uri, changes, .. } = job;
                if done.send(Proven { uri, changes, found }).is_err() {
                    return;
                }
            }
        });
        Background {
            jobs,
            proven,
            changes,
        }
    }

    /// How many changes there have been.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Asks for what artifacts show of the texts as they are now.
    pub fn prove(&self, uri: Uri, file: SourceFile, inputs: Surroundings) {
        // The thread lives as long as this does.
        let _ = self.jobs.send(Job {
            uri,
            file,
            inputs,
            changes: self.changes(),
        });
    }
}

fn run(job: &Job, changes: &AtomicU64) -> Option<Shown> {
    let is_current = || changes.load(Ordering::Relaxed) == job.changes;
    if !is_current() {
        return None;
    }
    let draft = Draft::of(&job.file, &job.inputs);
    if !is_current() {
        return None;
    }
    let (checked, sizes) = prove(draft);
    let is_built = is_built(&job.inputs.path(OUT), &checked);
    let (mut diagnostics, analysis) = (checked.diagnostics, checked.analysis);
    remove_known(&mut diagnostics, &analysis.diagnostics);
    Some(Shown {
        diagnostics,
        sizes,
        is_built,
        files: analysis.files,
    })
}

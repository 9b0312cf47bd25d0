//! Makes artifacts on a thread of its own, and finds what only they show.

use super::document::Surroundings;
use crossbeam_channel::{Receiver, Sender, unbounded};
use gen_lsp_types::Uri;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::editor::{Draft, UserData, user_data_of};
use gkc_core::source::SourceFile;
use gkc_core::{Checked, prove};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A text to make artifacts of.
pub struct Job {
    /// The document.
    pub uri: Uri,
    /// Which of its texts it is.
    pub revision: u64,
    /// The text.
    pub file: SourceFile,
    /// Its surroundings.
    pub inputs: Surroundings,
    /// How many edits there had been when it was asked for.
    pub edits: u64,
}

/// What a job found.
pub struct Proven {
    /// The document.
    pub uri: Uri,
    /// Which of its texts it was.
    pub revision: u64,
    /// What artifacts showed; `None` where an edit made the job pointless.
    pub found: Option<Shown>,
}

/// What artifacts showed.
pub struct Shown {
    /// What is wrong beyond what the analysis finds.
    pub diagnostics: Vec<Diagnostic>,
    /// How much user-data machines have.
    pub sizes: Vec<UserData>,
}

/// The thread's other end.
pub struct Background {
    jobs: Sender<Job>,
    /// What was found, in the order of the jobs.
    pub proven: Receiver<Proven>,
    edits: Arc<AtomicU64>,
}

impl Background {
    /// Starts the thread. It ends once this is dropped.
    pub fn start() -> Background {
        let (jobs, to_do) = unbounded::<Job>();
        let (done, proven) = unbounded();
        let edits = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&edits);
        std::thread::spawn(move || {
            for job in to_do {
                let found = run(&job, &seen);
                let Job { uri, revision, .. } = job;
                if done.send(Proven { uri, revision, found }).is_err() {
                    return;
                }
            }
        });
        Background { jobs, proven, edits }
    }

    /// Notes an edit of any document: what is under way is pointless now.
    pub fn edited(&self) {
        self.edits.fetch_add(1, Ordering::Relaxed);
    }

    /// Asks for what artifacts show.
    pub fn prove(&self, uri: Uri, revision: u64, file: SourceFile, inputs: Surroundings) {
        let edits = self.edits.load(Ordering::Relaxed);
        // The thread lives as long as this does.
        let _ = self.jobs.send(Job {
            uri,
            revision,
            file,
            inputs,
            edits,
        });
    }
}

fn run(job: &Job, edits: &AtomicU64) -> Option<Shown> {
    let is_current = || edits.load(Ordering::Relaxed) == job.edits;
    if !is_current() {
        return None;
    }
    let draft = Draft::of(&job.file, &job.inputs);
    if !is_current() {
        return None;
    }
    let proof = prove(&draft.analysis);
    let sizes = user_data_of(&draft, &proof);
    let checked = Checked::new(draft.analysis, proof);
    let (mut diagnostics, known) = (checked.diagnostics, checked.analysis.diagnostics);
    diagnostics.retain(|finding| !known.contains(finding));
    Some(Shown { diagnostics, sizes })
}
